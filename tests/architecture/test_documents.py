"""What a document offers as evidence exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from node.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def commands_in(document: str) -> list[str]:
    """What comes after `bavn` in the lines that are to be typed."""
    return re.findall(r"^ +bavn (.+)$", (ROOT / document).read_text(), re.MULTILINE)


TESTS = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")))


@pytest.mark.parametrize("line", [*commands_in("node/RECOVERY.md"), *commands_in("node/COURIER.md")])
def test_every_command_of_a_procedure_exists(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = line.split()
    named = words[: 2 if words[0] in ("courier", "roster", "radio") or words[1:2] == ["vouch"] else 1]
    with pytest.raises(SystemExit) as done:
        main([*named, "--help"])
    assert done.value.code == 0
    help_text = capsys.readouterr().out
    assert [option for option in words if option.startswith("--") and option not in help_text] == []


@pytest.mark.parametrize("document", ["node/SECURITY.md", "node/DELIVERY.md"])
def test_every_test_that_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / document).read_text()))
    missing = [name for name in sorted(named) if f"def {name}(" not in TESTS]
    assert named
    assert not missing


BOUNDS = re.findall(r"`((?:api|core|daemon|store)\.\w+)\.(_?[A-Z][A-Z_]+)`", (ROOT / "node/DELIVERY.md").read_text())


@pytest.mark.parametrize(("module", "name"), BOUNDS)
def test_every_bound_that_a_document_names_exists(module: str, name: str) -> None:
    bound = getattr(import_module(f"node.{module}"), name)
    assert min(bound.values()) > 0 if isinstance(bound, dict) else bound > 0


def test_every_module_that_keeps_a_promise_exists() -> None:
    promises = (ROOT / "node/DELIVERY.md").read_text()
    named = re.findall(r"`((?:core|daemon)/\w+\.py)`", promises)
    assert len(named) > 20
    assert [one for one in named if not (ROOT / "node" / one).is_file()] == []


def test_every_row_of_queues_has_a_bound_or_says_that_there_is_none() -> None:
    rows = (ROOT / "node/DELIVERY.md").read_text().split("## Every queue and memory")[1].split("##")[0].splitlines()
    bounds = [row.split("|")[2].strip() for row in rows if row.startswith("| ")][1:]
    assert len(bounds) > 25
    assert [bound for bound in bounds if not re.search(r"_MAX`|_KEPT|KEPT_MIN`|^none:", bound)] == []
