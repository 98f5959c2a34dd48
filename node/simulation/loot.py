"""What an attacker has: what it overheard, everybody's public certificates, and perhaps a captured station's keys."""

import random
from collections import deque
from collections.abc import Callable
from typing import Final, TypeVar

from node.simulation.cast import Cast, CastSigner, operator_numbers
from node.simulation.scenario import Scenario, StationPlan
from protocol.decode import decode
from protocol.frames import Digest, Frame, Message
from protocol.instants import wire_time
from protocol.numbers import SIGNATURE_BYTES, Reference

HEARD_MAX: Final = 256
"""Frames that an attacker remembers."""
FrameT = TypeVar("FrameT", Message, Digest)


class Loot:
    """Of one attacker.

    Args:
        scenario: tells who there is.
        cast: everybody's certificates, which are no secret; of its keys only the captured station's are used.
        station: the captured one, 0 for none.
        chance: draws what is done next.
        utc_ms: what time it is.
    """

    def __init__(
        self, scenario: Scenario, cast: Cast, station: int, chance: random.Random, utc_ms: Callable[[], int]
    ) -> None:
        self.roster = cast.roster
        self.statements = cast.statements
        self.chance = chance
        self.station = station
        self.heard: deque[bytes] = deque(maxlen=HEARD_MAX)
        self.signer = CastSigner(cast, scenario.station(station)) if station else None
        self.persons = operator_numbers(scenario.station(station)) if station else ()
        self.sequence = 0
        """The last number that was used up in the captured station's name."""
        self._others = [plan for plan in scenario.stations if plan.number != station]
        self._utc_ms = utc_ms

    @property
    def time(self) -> int:
        """Now, as it stands in frames."""
        return wire_time(self._utc_ms())

    def time_off(self) -> int:
        """Some time within three days, either way."""
        return wire_time(self._utc_ms() + self.chance.randint(-259_200_000, 259_200_000))

    def other(self) -> StationPlan:
        """Some station that is not captured."""
        return self.chance.choice(self._others)

    def frames(self, kind: type[FrameT]) -> list[FrameT]:
        """What was heard of one kind."""
        read: list[Frame] = [frame for payload in self.heard if isinstance(frame := decode(payload), kind)]
        return [frame for frame in read if isinstance(frame, kind)]

    def reference(self) -> Reference:
        """Some message: one that was heard, if any was."""
        heard = self.frames(Message)
        if heard and self.chance.random() < 0.9:
            return self.chance.choice(heard).reference
        return Reference(self.other().number, 1, self.chance.randint(1, 40))

    def signature(self) -> bytes:
        """Somebody's signature of something else, or none that anybody made."""
        heard = self.frames(Message)
        return self.chance.choice(heard).signature if heard and self.chance.random() < 0.5 else self.nothing()

    def nothing(self) -> bytes:
        """Bytes in place of a signature."""
        return self.chance.randbytes(SIGNATURE_BYTES)
