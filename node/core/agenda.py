"""When each machine is to be asked: most events make nothing due, and then nobody is asked.

Each machine says the soonest time at which it may have something to send. That may be too early, and then it is asked
in vain; it is never too late, since what is not asked for is not sent. A soonest time that lies ahead is also when the
station must look again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from node.core.offers import Offer
from node.core.turn import Turn

NEVER: Final = 1 << 62
"""After all station times."""


class Machine(Protocol):
    """Has something to send now and then."""

    def soonest(self) -> int:
        """No offer before that time, `NEVER` without any; when it lies ahead, the same as `next_at`."""

    def offers(self, turn: Turn) -> Iterable[Offer]:
        """What is due."""

    def next_at(self, at: int) -> int | None:
        """When to look again if nothing happens before."""


class Agenda:
    """The machines of one station that send, in the order in which they are asked."""

    def __init__(self, machines: Sequence[Machine]) -> None:
        self._machines = tuple(machines)

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """What is due of all machines."""
        for machine in self._machines:
            if machine.soonest() <= turn.at:
                yield from machine.offers(turn)

    def next_at(self, at: int) -> int:
        """When to look again; `NEVER` if none of them need."""
        first = NEVER
        for machine in self._machines:
            soonest = machine.soonest()
            if soonest <= at:
                later = machine.next_at(at)
                soonest = NEVER if later is None else later
            if soonest < first:
                first = soonest
        return first
