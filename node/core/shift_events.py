"""What people at a station do about who is on duty, holds what and lets go, as events."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An operator's key was opened: a shift begins, or goes on after a lock. The signer has the key already."""

    request: int
    operator: int


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Shifts end."""

    request: int
    operators: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Locked:
    """Keys shall be locked; who was on duty stays so."""

    request: int
    operators: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody is at the station and pressed a key."""

    request: int


@dataclass(frozen=True, slots=True)
class FunctionTaken:
    """An operator on duty here takes functions."""

    request: int
    operator: int
    functions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FunctionGivenUp:
    """An operator on duty here gives functions up."""

    request: int
    operator: int
    functions: tuple[int, ...]
    is_unrelieved: bool = False
    """Nobody came to take over."""


@dataclass(frozen=True, slots=True)
class HandOverOffered:
    """An operator on duty wants to hand the shift to another who is on duty here."""

    request: int
    outgoing: int
    incoming: int


@dataclass(frozen=True, slots=True)
class HandOverAccepted:
    """And that one takes it."""

    request: int
    incoming: int


@dataclass(frozen=True, slots=True)
class HandOverAlone:
    """An operator ends the shift though nobody came to take it over."""

    request: int
    outgoing: int


@dataclass(frozen=True, slots=True)
class ReleaseGiven:
    """A second person on duty here lets a message go."""

    request: int
    operator: int
    awaiting_id: int


@dataclass(frozen=True, slots=True)
class ReleaseWithdrawn:
    """Somebody on duty here takes a message back that waits for a second person."""

    request: int
    operator: int
    awaiting_id: int


ReleaseStep = ReleaseGiven | ReleaseWithdrawn
FunctionStep = FunctionTaken | FunctionGivenUp
HandOverStep = HandOverOffered | HandOverAccepted | HandOverAlone
DutyStep = LoggedIn | LoggedOut | Locked | Present
"""What people do about their shifts."""

ShiftStep = DutyStep | FunctionStep | HandOverStep | ReleaseStep
"""What people do about who is on duty, holds what and lets go."""
