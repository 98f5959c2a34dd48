"""What a courier carries: frames, asked for page by page and handed in batch by batch, and what is said of them.

A pouch is a row of sealed frames in the order in which they are to be taken in, and the clock reading at which their
ages were right. It is one more bearer: it proves nothing, and whoever carries it is trusted with nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from protocol.reasons import LocalProtocolError, Reason

BATCH_FRAMES_MAX: Final = 64
"""Frames handed in by one event: verifying as many takes about 40 ms on a Raspberry Pi 4."""
GIVEN_ITEMS_MAX: Final = 1024
"""Items noted as given by one event."""
NAME_LETTERS_MAX: Final = 64
"""Of a pouch's name, as the log keeps it."""


STAGE_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """How far a pouch is packed."""

    stage: int = 0
    """0 = the roster, 1-4 = items by precedence."""
    after: int = 0
    """Statements, or the item, that went last in this stage."""


BEGINNING: Final = Place()


@dataclass(frozen=True, slots=True)
class PouchAsked:
    """Somebody packs a pouch and wants the next frames for it."""

    request: int
    to: tuple[int, ...] = ()
    """Everything that lives and concerns these stations; none: what is owed to stations out of reach."""
    is_all: bool = False
    """Everything that lives."""
    place: Place = BEGINNING


@dataclass(frozen=True, slots=True)
class PouchPage:
    """The next frames, in the order in which they are to be taken in."""

    frames: tuple[bytes, ...]
    items: tuple[int, ...]
    """What is among them that this station still owes to somebody: to be noted once the pouch is whole."""
    next: Place | None
    """None: that was all."""
    made_utc_ms: int | None
    """When the ages were right; None while the clock is not trusted."""


@dataclass(frozen=True, slots=True)
class PouchGiven:
    """The pouch is whole, and given to a courier."""

    request: int
    items: tuple[int, ...]
    """At most `GIVEN_ITEMS_MAX`."""
    name: str
    """How people find the pouch again."""

    def __post_init__(self) -> None:
        if len(self.items) > GIVEN_ITEMS_MAX or len(self.name) > NAME_LETTERS_MAX:
            raise LocalProtocolError("more items, or a longer name, than one event may note")


@dataclass(frozen=True, slots=True)
class PouchHandedIn:
    """A courier came: the next frames of a pouch, nothing of them verified."""

    request: int
    frames: tuple[bytes, ...]
    """At most `BATCH_FRAMES_MAX`."""
    made_utc_ms: int | None
    """As the pouch says."""

    def __post_init__(self) -> None:
        if len(self.frames) > BATCH_FRAMES_MAX:
            raise LocalProtocolError("more frames than one event may bring")


@dataclass(frozen=True, slots=True)
class PouchTaken:
    """What became of them."""

    new: int = 0
    """Told this station something."""
    known: int = 0
    waiting: int = 0
    """By somebody unknown here: they wait for the certificate."""
    dropped: tuple[tuple[Reason, int], ...] = ()
    is_way_timed: bool = True
    """Both clocks were trusted, so the time on the way was added to the ages."""


@dataclass(frozen=True, slots=True)
class GivenToCourier:
    """That an item went with a courier; the latest time."""

    item_id: int
    at: int
    utc_ms: int | None
    """None: the clock was not trusted."""


CourierStep = PouchAsked | PouchGiven | PouchHandedIn
"""What people do with a courier."""


def batches(frames: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    """The frames of a pouch as they are handed in, in order."""
    for first in range(0, len(frames), BATCH_FRAMES_MAX):
        yield tuple(frames[first : first + BATCH_FRAMES_MAX])
