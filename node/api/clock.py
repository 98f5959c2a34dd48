"""What time the station says it is, who vouches for that, and what the other stations say."""

from dataclasses import dataclass
from enum import StrEnum

from node.api.ladder import ShownTime

WITHIN_S_MAX = 30
"""An operator's word must be this sure, so that it lasts through a power cut of three days."""


class ClockSource(StrEnum):
    """Where the time comes from, the best first; the words are in `node.words.clock_page`."""

    OWN = "own"
    """The machine's clock: disciplined by NTP or GPS, or declared trusted."""
    OPERATOR = "operator"
    """What somebody on duty said."""
    MESH = "mesh"
    """The median of what the other stations sign; shown, not trusted."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Teller:
    """A station that signed what time it is."""

    station: str
    """Code."""
    ahead_s: int | None
    """Of the time shown here; None while there is none to compare with."""
    within_s: int


@dataclass(frozen=True, slots=True)
class MeshTold:
    """What most stations say."""

    time: ShownTime
    within_s: int


@dataclass(frozen=True, slots=True)
class ClockPage:
    """All that is known of the time."""

    now: ShownTime
    source: ClockSource
    within_ms: int | None
    """How sure `now` is; None from nobody."""
    said_by: str
    """Initials, when the time rests on somebody's word."""
    mesh: MeshTold | None
    """None: fewer than `tellers_wanted` stations tell it, or they do not agree."""
    tellers: tuple[Teller, ...]
    tellers_wanted: int
    ages_sure: bool
    """False: something here was held through a time off that nobody measured, and is at least as old as it says."""


@dataclass(frozen=True, slots=True)
class SetClock:
    """Say what time it is."""

    utc_ms: int
    within_s: int = 10
    """How sure: 1 to `WITHIN_S_MAX`."""
    author: str = ""
    """Initials or number of an operator on duty; empty: the one who is on duty."""
