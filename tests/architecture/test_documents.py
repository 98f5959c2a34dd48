"""What a document offers as evidence exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")))


@pytest.mark.parametrize("document", ["node/SECURITY.md"])
def test_every_test_that_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / document).read_text()))
    missing = [name for name in sorted(named) if f"def {name}(" not in TESTS]
    assert named
    assert not missing
