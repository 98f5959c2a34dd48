"""What is wrong with a configuration file, in one line that says what to write instead."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class ConfigError(Exception):
    """The configuration cannot be used; the text names file, key, what was found and what is allowed.

    Attributes:
        file: the configuration file.
        key: dotted, such as `radio.preset`; empty when the whole file is meant.
    """

    def __init__(self, file: Path, key: str, problem: str) -> None:
        where = f"{file}: {key}" if key else str(file)
        super().__init__(f"{where}: {problem}")
        self.file = file
        self.key = key


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A half-sentence that names the allowed word which this one resembles, capitals alike; empty when none does."""
    by_fold = {str(one).casefold(): str(one) for one in allowed}
    close = get_close_matches(word.casefold(), list(by_fold), n=1)
    return f"; did you mean {by_fold[close[0]]!r}?" if close else ""
