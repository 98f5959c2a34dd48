"""The import contracts hold, and are seen to fail when somebody breaks one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
RUFF = Path(sys.executable).with_name("ruff")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the four packages and their contracts that a test may damage."""
    for package in ("protocol", "hardware", "node", "tui"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [LINT, "--no-cache", "--config", house / "pyproject.toml"]
    paths = {"PYTHONPATH": str(house)}
    return subprocess.run(command, cwd=house, env=paths, capture_output=True, text=True, check=False)


def test_contracts_hold(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "breach", "contract"),
    [
        ("protocol/breach.py", "import node", "tui above node"),
        ("protocol/breach.py", "import hardware", "do not know each other"),
        ("hardware/breach.py", "import protocol", "do not know each other"),
        ("node/breach.py", "import tui", "tui above node"),
        ("node/core/breach.py", "import time", "are pure"),
        ("protocol/breach.py", "import sqlite3", "are pure"),
        ("tui/breach.py", "import node.core", "the client and the API's types only"),
        ("tui/breach.py", "import node.daemon.worker", "the client and the API's types only"),
        ("node/core/breach.py", "import node.store", "inside node"),
        ("node/store/breach.py", "import node.daemon", "inside node"),
        ("node/breach.py", "import meshtastic", "one module speaks to meshtastic"),
        ("hardware/power/breach.py", "import smbus2", "one module speaks to the I2C bus"),
        ("hardware/breach.py", "import serial", "one module speaks to pyserial"),
    ],
)
def test_breaking_a_contract_is_seen(house: Path, module: str, breach: str, contract: str) -> None:
    (house / module).write_text(f'"""A breach."""\n\n{breach}\n')
    result = lint(house)
    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), result.stdout


def test_ruff_bans_what_the_pure_packages_must_not_import(house: Path) -> None:
    (house / "node/core/breach.py").write_text('"""A breach."""\n\nimport random\n\nrandom.random()\n')
    result = subprocess.run([RUFF, "check", "--select", "TID251", house], capture_output=True, text=True, check=False)
    assert "TID251" in result.stdout
