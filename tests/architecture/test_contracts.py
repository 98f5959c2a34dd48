"""The import contracts hold, and are seen to fail when somebody breaks one."""

import re
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
    """A house that a test may damage."""
    return copied(tmp_path)


def copied(to: Path) -> Path:
    """Copy the four packages and their contracts."""
    for package in ("protocol", "hardware", "node", "tui"):
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [LINT, "--no-cache", "--config", house / "pyproject.toml"]
    paths = {"PYTHONPATH": str(house)}
    return subprocess.run(command, cwd=house, env=paths, capture_output=True, text=True, check=False)


def test_contracts_hold(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


BREACHES = (
    ("protocol", "import node", "tui above node"),
    ("protocol", "import hardware", "do not know each other"),
    ("hardware", "import protocol", "do not know each other"),
    ("node", "import tui", "tui above node"),
    ("node/core", "import time", "are pure"),
    ("protocol", "import sqlite3", "are pure"),
    ("tui", "import node.core", "the client and the API's types only"),
    ("tui", "import node.daemon.worker", "the client and the API's types only"),
    ("node/core", "import node.store", "inside node"),
    ("node/store", "import node.daemon", "inside node"),
    ("node", "import meshtastic", "one module speaks to meshtastic"),
    ("hardware/power", "import smbus2", "one module speaks to the I2C bus"),
    ("hardware", "import serial", "one module speaks to pyserial"),
)


@pytest.fixture(scope="module")
def told_of_breaches(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is told of a house with all of them, each in a module of its own; to read the house takes long."""
    house = copied(tmp_path_factory.mktemp("damaged"))
    for at, (package, breach, _) in enumerate(BREACHES):
        (house / package / f"breach_{at}.py").write_text(f'"""A breach."""\n\n{breach}\n')
    result = lint(house)
    assert result.returncode != 0
    return result.stdout


@pytest.mark.parametrize("at", range(len(BREACHES)), ids=[f"{package}: {breach}" for package, breach, _ in BREACHES])
def test_breaking_a_contract_is_seen(told_of_breaches: str, at: int) -> None:
    package, _, contract = BREACHES[at]
    parts = re.split(r"^(.+)\n-{4,}$", told_of_breaches, flags=re.MULTILINE)
    (chains,) = [chains for heading, chains in zip(parts[1::2], parts[2::2], strict=True) if contract in heading]
    assert f"{package.replace('/', '.')}.breach_{at} ->" in chains, told_of_breaches


def test_ruff_bans_what_the_pure_packages_must_not_import(house: Path) -> None:
    (house / "node/core/breach.py").write_text('"""A breach."""\n\nimport random\n\nrandom.random()\n')
    result = subprocess.run([RUFF, "check", "--select", "TID251", house], capture_output=True, text=True, check=False)
    assert "TID251" in result.stdout
