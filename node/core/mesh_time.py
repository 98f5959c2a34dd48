"""What time it is by what other stations sign: one word each, and the median of three or more.

A digest that receipts a message of ours was signed after we wrote it and before we heard it, whatever delayed either on
the way (Cristian 1989): the teller's clock then showed what the digest says. So each digest gives an interval that no
relay, replay or forged age can move, only widen. Of n tellers fewer than half may lie: with f = (n - 1) // 2 the lowest
end that f + 1 do not exceed, and the highest likewise, hold the true time between them (Marzullo and Owicki 1983, as
NTP selects, RFC 5905 section 11.2.1). One liar among two could only be met by believing nobody, so three are needed.

Mesh time is shown and compared with. It is never signed, so no word comes back as another's, and decides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from node.core.clock_sources import MeshReading
from node.core.policy import CONTACTS_MAX
from node.core.reckoning import drift_ms
from node.core.records import Item
from node.core.revoked_use import has_no_good_key
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Digest
from protocol.instants import DAY_MS, NO_TIME, UNIT_MS, first_instant_ms
from protocol.numbers import Address, Kind

TELLERS_MIN: Final = 3
"""Of three one may lie; of two nobody knows which."""
TELLER_UNCERTAINTY_MS: Final = 60_000
"""What a clock whose time is signed may be off (SPEC section 2.4)."""
MESH_UNCERTAINTY_MS_MAX: Final = 1_800_000
"""Less sure than half an hour is no help to anybody."""
TOLD_KEPT_MS: Final = 259_200_000
"""Three days, as long as a message lives by itself: then a word is forgotten, and with it a clock that is set right."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What UTC was at boot time 0 by one station's clock, as far as its digest tells: within low and high."""

    station: int
    low_ms: int
    high_ms: int
    heard_boot_ms: int

    def grown(self, boot_ms: int) -> "Telling":
        """The same by now: our crystal has drifted since."""
        drifted_ms = drift_ms(boot_ms - self.heard_boot_ms)
        return replace(self, low_ms=self.low_ms - drifted_ms, high_ms=self.high_ms + drifted_ms)


class MeshTime:
    """Collects what stations tell of one boot; kept in memory, since it is told again."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._tellings: dict[int, Telling] = {}
        self._boot_id = ""
        self._began_at = 0

    def begin(self, turn: Turn) -> None:
        """The process starts: what was written before it lies at an unknown distance."""
        self._tellings.clear()
        self._boot_id, self._began_at = turn.now.boot_id, turn.at

    def receipted(self, item: Item, digest: Digest, turn: Turn) -> None:
        """A digest whose signature holds speaks of this message of ours, with its fingerprint."""
        here, earliest = self._here, self._earliest_ms(turn)
        if not item.is_mine or item.accepted_at < self._began_at or turn.now.boot_id != self._boot_id:
            return
        if digest.time == NO_TIME or digest.station == here.number or earliest is None:
            return
        told_ms = first_instant_ms(digest.time, earliest - DAY_MS)
        written_boot_ms = turn.now.boot_ms - (turn.at - item.accepted_at)
        low_ms = told_ms - TELLER_UNCERTAINTY_MS - turn.now.boot_ms
        high_ms = told_ms + UNIT_MS + TELLER_UNCERTAINTY_MS - written_boot_ms
        self._keep(Telling(digest.station, low_ms, high_ms, turn.now.boot_ms))

    def tellings(self, boot_ms: int) -> tuple[Telling, ...]:
        """One of each station that is certified and whose key stands, by station; as they are by now."""
        return tuple(self._standing(boot_ms))

    def reading(self, boot_ms: int) -> MeshReading | None:
        """The time by their median; None when too few tell it, or no majority agrees."""
        tellings = self.tellings(boot_ms)
        if len(tellings) < TELLERS_MIN:
            return None
        liars = (len(tellings) - 1) // 2
        low_ms = sorted(one.low_ms for one in tellings)[len(tellings) - 1 - liars]
        high_ms = sorted(one.high_ms for one in tellings)[liars]
        uncertainty_ms = -(-(high_ms - low_ms) // 2)
        if not 0 <= uncertainty_ms <= MESH_UNCERTAINTY_MS_MAX:
            return None
        return MeshReading((low_ms + high_ms) // 2 + boot_ms, uncertainty_ms, len(tellings))

    def _keep(self, new: Telling) -> None:
        known = self._tellings.get(new.station)
        if known is None and len(self._tellings) >= CONTACTS_MAX:
            return
        if known is not None:
            known = known.grown(new.heard_boot_ms)
            is_same_clock = known.low_ms <= new.high_ms and new.low_ms <= known.high_ms
            is_recent = known.heard_boot_ms > new.heard_boot_ms - TOLD_KEPT_MS // 2
            if is_same_clock and is_recent and known.high_ms - known.low_ms <= new.high_ms - new.low_ms:
                return  # The new one says no more; one that contradicts was set meanwhile.
        self._tellings[new.station] = new

    def _standing(self, boot_ms: int) -> Iterator[Telling]:
        for station, telling in sorted(self._tellings.items()):
            is_fresh = boot_ms - telling.heard_boot_ms <= TOLD_KEPT_MS
            is_certified = self._here.roster.station(station) is not None
            if is_fresh and is_certified and not has_no_good_key(self._here, Address(Kind.STATION, station)):
                yield telling.grown(boot_ms)

    def _earliest_ms(self, turn: Turn) -> int | None:
        """From which on the twenty bits of a time are read: they repeat after 97 days."""
        if turn.now.utc_ms is not None:
            return turn.now.utc_ms
        earliest = self._here.store.reckoning().earliest(self._here.store.anchor(), turn.at)
        return None if earliest is None else earliest.utc_ms
