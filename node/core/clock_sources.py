"""Where a station has the time from."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Who vouches for UTC, the best first; the words stand in the log and in the API."""

    OWN = "own"
    """The machine's clock, disciplined or declared trusted."""
    OPERATOR = "operator"
    MESH = "mesh"
    """The other stations, by the median of what they sign: shown, and vouched for by nobody."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class MeshReading:
    """What time it is by the median."""

    utc_ms: int
    uncertainty_ms: int
    tellers: int
    """How many stations told it."""
