"""The corpus: messages by voice, words by language, and what was frozen to measure on (README.md)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
LANGUAGES: Final = ("da", "nb", "sv", "en")
"""In the order of `protocol.mixing`; a file's name begins with its language."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one writer writes: one message a line, a line break inside as backslash and n."""

    name: str
    language: int
    messages: tuple[str, ...]


def voices(without: str | None = None) -> tuple[Voice, ...]:
    """Every voice but one."""
    return tuple(
        Voice(path.stem, LANGUAGES.index(path.stem[:2]), messages(path))
        for path in sorted((FOLDER / "voices").glob("*.txt"))
        if path.stem != without
    )


def words(language: int) -> tuple[str, ...]:
    """Words that no voice may have used: general ones, names, places."""
    files = sorted((FOLDER / "lexicon").glob(f"{LANGUAGES[language]}_*.txt"))
    return tuple(word for path in files for word in path.read_text(encoding="utf-8").split())


def held_out(language: str) -> tuple[str, ...]:
    """Messages that no choice was made by; `tests.corpus.test_held_out` keeps them as they were."""
    return messages(FOLDER / "held_out" / f"{language}.txt")


def messages(path: Path) -> tuple[str, ...]:
    """The messages of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.replace("\\n", "\n") for line in lines if line.strip())
