"""The station's count of its own messages: how far it is, and whether it may go on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Doubt(StrEnum):
    """Why a station is receive-only; the words, with the remedy, are in `node.words.counting_phrases`."""

    NEW_STORE = "new_store"
    RESTORED = "restored"
    TOLD_HIGHER = "told_higher"
    OWN_FRAME = "own_frame"
    CLONED = "cloned"
    OLD_CERTIFICATE = "old_certificate"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class ToldMark:
    """What a neighbour signed about this station's highest number."""

    station: str
    """Code."""
    number: str
    """`ODK-00057`."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How it stands with the station's own numbers."""

    doubt: Doubt | None = None
    """None: it sends; else it is receive-only, and this is why."""
    told: tuple[ToldMark, ...] = ()
    """By stations since the doubt arose."""
    told_wanted: int = 0
    """How many different stations must have told it."""
    used: int = 0
    """The last number given in this incarnation."""
    most: int = 0
    """Numbers in an incarnation."""


UNCOUNTED: Final = Counting()
"""Of a station that has not looked yet."""


@dataclass(frozen=True, slots=True)
class Vouch:
    """Say that no other machine runs with this station's key, and how far it had counted: the last resort."""

    above: int
    """The highest of its numbers that anybody has seen; 0: none is known."""
    author: str = ""
    """Initials or number of an operator on duty; empty: the one who is on duty."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """The station numbers its messages again."""

    number: str
    """Its next one."""
