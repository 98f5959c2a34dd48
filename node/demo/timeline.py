"""What happened when: told to a person line by line, or to a program as JSON lines.

While somebody else has the terminal nothing is printed: what is told then is printed when the terminal is back. A copy
of every line is kept beside the stores; a disk that does not take it ends no play.
"""

import contextlib
import errno
import json
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from node.words.catalogue import Words

COPY_NAME: Final = "timeline.txt"
WIDTH: Final = 80
"""Columns of the smallest console."""
TEXTS: Final = {
    "stage": "Real processes, simulated radios: {who}. Preset {detail}, waits shortened for the demonstration.",
    "up": "{who} runs, process {detail}",
    "duty": "{who} is on duty at {detail}",
    "key": "Every key of this demonstration opens with the passphrase  {detail}",
    "seat": "You sit at {who} as {detail}, on duty already. The story is played around you; Q leaves.",
    "killed": "POWER CUT at {who}: process {detail} is killed, its radio is dark",
    "silence": "{who} hears nobody any more",
    "written": "{who} writes {detail}",
    "back": "POWER is back at {who}: process {detail}",
    "rung": "{who}: {detail}",
    "arrived": "{detail} is in the inbox of {who}",
    "acked": "{who} acknowledges {detail}",
    "overtaken": "{who} was sent before {detail}, which waited longer",
    "forged": "A frame with one bit changed is sent to {who}",
    "refused": "{who} refuses it: {detail}",
    "cost": "{detail}",
    "rests": "The story is at its end, the stations go on.",
    "left": "The console was left.",
    "failed": "NOT REACHED: {detail}",
    "reached": "Reached: {detail}.",
    "untried": "Not tried: {detail}.",
    "done": "Every rung was reached in {detail}.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline."""

    t_s: float
    """Since the demo began."""
    what: str
    """A key of `TEXTS`."""
    who: str
    detail: str
    step: str = ""
    """With "rung": the step's name."""


class Timeline:
    """Tells as it happens, or later; for all threads of a play.

    Args:
        words: of the language.
        directory: where the copy is kept.
        as_json: for programs.
    """

    def __init__(self, words: Words, directory: Path, *, as_json: bool) -> None:
        self._words = words
        self._copy = directory / COPY_NAME
        self._as_json = as_json
        self._began_s = time.monotonic()
        self._lock = threading.Lock()
        self._held: list[str] | None = None

    @property
    def elapsed_s(self) -> float:
        """Since the demo began."""
        return time.monotonic() - self._began_s

    def tell(self, what: str, who: str = "", detail: str = "", step: str = "") -> None:
        """Add a line."""
        with self._lock:
            text = self._text(Happening(round(self.elapsed_s, 1), what, who, detail, step))
            with contextlib.suppress(OSError), self._copy.open("a", encoding="utf-8") as copy:
                copy.write(text + "\n")
            if self._held is None:
                _print([text])
            else:
                self._held.append(text)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Print nothing for as long as the context lasts, and then all that was told."""
        with self._lock:
            self._held = []
        try:
            yield
        finally:
            with self._lock:
                held, self._held = self._held, None
                _print(held)

    def _text(self, happening: Happening) -> str:
        if self._as_json:
            return json.dumps(asdict(happening), ensure_ascii=False)
        text = self._words(TEXTS[happening.what]).format(who=happening.who, detail=happening.detail)
        start = f"{happening.t_s:5.1f} s  "
        return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))


def _print(lines: list[str]) -> None:
    """Print them.

    Raises:
        BrokenPipeError: nobody reads any more; a terminal that was hung up is no other case.
    """
    try:
        print("".join(f"{line}\n" for line in lines), end="", flush=True)
    except OSError as error:
        if error.errno == errno.EIO:
            raise BrokenPipeError(error.errno, error.strerror) from error
        raise
