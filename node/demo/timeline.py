"""What happened when: told to a person line by line, or to a program as JSON lines."""

import json
import textwrap
import time
from dataclasses import asdict, dataclass
from typing import Final

from node.words.catalogue import Words

WIDTH: Final = 80
"""Columns of the smallest console."""
TEXTS: Final = {
    "stage": "Real processes, simulated radios: {who}. Preset {detail}, waits shortened for the demonstration.",
    "up": "{who} runs, process {detail}",
    "duty": "{who} is on duty at {detail}",
    "killed": "POWER CUT at {who}: process {detail} is killed, its radio is dark",
    "silence": "{who} hears nobody any more",
    "written": "{who} writes {detail}",
    "back": "POWER is back at {who}: process {detail}",
    "rung": "{who}: {detail}",
    "overtaken": "{who} was sent before {detail}, which waited longer",
    "forged": "A frame with one bit changed is sent to {who}",
    "refused": "{who} refuses it: {detail}",
    "cost": "{detail}",
    "failed": "NOT REACHED: {detail}",
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
    """Tells as it happens."""

    def __init__(self, words: Words, *, as_json: bool) -> None:
        self._words = words
        self._as_json = as_json
        self._began_s = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Since the demo began."""
        return time.monotonic() - self._began_s

    def tell(self, what: str, who: str = "", detail: str = "", step: str = "") -> None:
        """Add a line."""
        happening = Happening(round(self.elapsed_s, 1), what, who, detail, step)
        if self._as_json:
            print(json.dumps(asdict(happening), ensure_ascii=False), flush=True)
        else:
            text = self._words(TEXTS[what]).format(who=who, detail=detail)
            start = f"{happening.t_s:5.1f} s  "
            margin = " " * len(start)
            print(textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=margin), flush=True)
