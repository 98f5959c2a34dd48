"""Signs of life: this station's beacons, and what other stations' beacons and inventories set in motion.

A beacon is cheap but everybody sends it, so its interval grows with the stations heard until beacons and inventories
together use 1.5 % of the channel (SPEC section 9).
"""

from collections.abc import Iterator

from node.core.agenda import NEVER
from node.core.contacts import Contacts
from node.core.inventories import held_groups
from node.core.marks import Marks
from node.core.notary import Notary
from node.core.offers import Offer, Rank, Ready
from node.core.riding import Riding
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Beacon
from protocol.hints import inventory_digest
from protocol.numbers import Precedence

_HELLOS = 3
"""Beacons after a start or a radio's return that say so."""
_BEACON_BYTES = 10
_REPEATED_MAX = 4
"""Own beacons remembered: a radio repeats one within seconds."""
_FIRST_MS = 500
"""Before the first beacon, plus as much at random: a whole town's stations start with the same mains."""


class Beacons:
    """Sends this station's beacons."""

    def __init__(self, here: Surroundings, contacts: Contacts, notary: Notary, marks: Marks, riding: Riding) -> None:
        self._here = here
        self._riding = riding
        self._notary = notary
        self._marks = marks
        self._lately: list[bytes] = []
        """The beacons last sent, as they left: what radios repeat of them is no news."""
        self._contacts = contacts
        self._hellos_left = 0
        self._next_at: int | None = None
        self._sent_at: int | None = None

    def is_ours(self, payload: bytes) -> bool:
        """Whether this station has sent that beacon lately."""
        return payload in self._lately

    def begin(self, at: int) -> None:
        """The station or its radio has just come up: say hello soon."""
        self._hellos_left = _HELLOS
        self._next_at = at + _FIRST_MS + self._here.jitter.below(_FIRST_MS)

    def stop(self) -> None:
        """Without a radio there is nobody to talk to."""
        self._next_at = None

    def greeted(self, at: int) -> None:
        """A station said hello: let it hear us, spread over the time that all answers take."""
        if self._next_at is None:
            return
        if self._sent_at is not None and at - self._sent_at < self._here.policy.beacon_min_ms // 4:
            return
        neighbours = len(self._contacts.in_reach(at))
        spread_ms = 2 * (neighbours + 1) * self._here.airtime(_BEACON_BYTES)
        self._next_at = min(self._next_at, at + _FIRST_MS + self._here.jitter.below(spread_ms))

    def interval_ms(self, at: int) -> int:
        """Between two beacons, before jitter."""
        stations = len(self._contacts.in_reach(at)) + 1
        fair_ms = stations * 2 * self._here.airtime(_BEACON_BYTES) * 10_000 // self._here.policy.beacon_share_bp
        return max(self._here.policy.beacon_min_ms, fair_ms)

    def soonest(self) -> int:
        """When the next beacon falls due."""
        return NEVER if self._next_at is None else self._next_at

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """The beacon, when due; a hello goes before routine traffic that may depend on being heard."""
        if self._next_at is not None and self._next_at <= turn.at:
            urgency = Precedence.PRIORITY if self._hellos_left else Precedence.ROUTINE
            yield Offer(urgency, Rank.BEACON, self._next_at, self._send)

    def next_at(self, at: int) -> int | None:
        """When the next beacon falls due."""
        return self._next_at if self._next_at is not None and self._next_at > at else None

    def _send(self, turn: Turn) -> Ready:
        here = self._here
        # The first hello says where the count stands, whatever waits: it may have to be contradicted.
        answer = None if self._hellos_left == _HELLOS else self._riding.answer(turn)
        beacon = Beacon(
            power=0,
            station=here.number,
            incarnation=here.incarnation_bits,
            manned=here.is_manned(turn.at),
            clock_trusted=turn.now.utc_ms is not None,
            hello=self._hellos_left > 0,
            last_sequence=self._marks.announced(turn.at) if answer is None else 0,
            roster_digest=here.roster.digest(),
            inventory_digest=inventory_digest(held_groups(here)),
            log_hint=self._notary.hint() if answer is None else 0,
            answer=answer,
        )
        self._hellos_left = max(0, self._hellos_left - 1)
        self._sent_at = turn.at
        interval_ms = self.interval_ms(turn.at)
        self._next_at = turn.at + interval_ms * 7 // 8 + here.jitter.below(interval_ms // 4)
        payload = beacon.encode()
        self._lately = [*self._lately[-_REPEATED_MAX + 1 :], payload]
        return Ready(payload, here.policy.beacon_hop_limit)
