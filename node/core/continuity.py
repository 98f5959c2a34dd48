"""Whether a station's count of its own messages goes on unbroken, as its store keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol


class Doubt(StrEnum):
    """Why a station is not sure which of its numbers are used; the word is what the store keeps."""

    NEW_STORE = "new_store"
    """The store begins anew, and nothing beside it vouches for the numbers that were given before."""
    RESTORED = "restored"
    """The store, the numbers beside it and those with the keys do not belong together."""
    TOLD_HIGHER = "told_higher"
    """A neighbour signed a higher mark than this station's own."""
    OWN_FRAME = "own_frame"
    """A message was heard that this station's key signed, and that it does not know."""
    CLONED = "cloned"
    """That happened again after it was settled: another machine runs with this station's key."""
    OLD_CERTIFICATE = "old_certificate"
    """It has run under a later incarnation than its certificate says; not stored, a newer roster ends it."""
    SUPERSEDED = "superseded"
    """A certificate with a later incarnation came while it ran; not stored, a restart ends it or shows who has it."""


@dataclass(frozen=True, slots=True)
class Continuity:
    """How it stands with the count of this station's own messages."""

    incarnation: int
    """Under which it last ran; 0 before the first time."""
    doubt: Doubt | None
    """None: the count goes on, and the station sends; else it is receive-only."""
    since_at: int = 0
    since_utc_ms: int | None = None
    settled: int = 0
    """How often in this incarnation a doubt that frames had raised was settled."""


UNUSED: Final = Continuity(incarnation=0, doubt=None)
"""Of a store that no station has run with."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a neighbour signed about the highest of this station's numbers in its incarnation."""

    station: int
    """Who says it."""
    sequence: int
    told_at: int


class ContinuityStore(Protocol):
    """The part of the store that is about this station's own count."""

    def skip_to(self, incarnation: int, sequence: int) -> None:
        """Count on above this sequence, or above the last one allocated if that is higher; 0 begins a count."""

    def continuity(self) -> Continuity:
        """How it stands with the count, as last set."""

    def set_continuity(self, continuity: Continuity) -> None:
        """Replace it."""

    def put_told(self, told: Told) -> None:
        """Insert or replace by station."""

    def told(self) -> Sequence[Told]:
        """What neighbours said since the doubt arose, by station."""

    def forget_told(self) -> None:
        """The doubt is settled, or another one begins."""
