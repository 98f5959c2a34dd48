"""Functions and who holds them: taken and given up by people on duty, known at every station."""

from dataclasses import dataclass

from node.api.ladder import ShownTime

FUNCTIONS_MAX = 200
"""In one answer: those of one's own stations first."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a function, as far as is known here."""

    initials: str
    """Empty: nobody."""
    name: str
    station: str
    """Code of the station where the holder took it."""
    since: ShownTime | None
    """Since when it is so; None when nobody ever said anything of it."""
    unrelieved: bool
    """Nobody holds it, since no relief came when the last holder left."""
    deputy: str
    """Code of the function that stands in while nobody holds it; empty: there is none, or it is not needed."""
    deputy_initials: str
    """Who holds that one; empty: nobody."""


@dataclass(frozen=True, slots=True)
class HeldFunction:
    """One function and who holds it."""

    number: int
    code: str
    name: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class Functions:
    """Functions of this station, and all others of which something was said."""

    functions: tuple[HeldFunction, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """Take a function, as a person on duty here."""

    function: str
    """Code, number, or the beginning of a code or name."""
    author: str = ""
    """Initials or number of an operator on duty; empty: the one who is on duty."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Give a function up."""

    function: str
    author: str = ""
