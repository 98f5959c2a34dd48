"""What comes signed with a revoked key: refused, counted by where it came from, and told to people.

The key is in hands that should not have it, or a station has not heard of its end: either way a person must know.
"""

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.policy import REVOKED_USES_MAX
from node.core.snapshot import RevokedUseSnapshot
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind
from protocol.reasons import Reason


class RevokedUse:
    """Counts refused frames since the start."""

    def __init__(self, here: Surroundings, alarms: Alarms) -> None:
        self._here = here
        self._alarms = alarms
        self._counts: dict[tuple[int, int], int] = {}

    def refused(self, station: int, author: int, turn: Turn) -> None:
        """A frame whose signature holds, by a key that has ended."""
        self._here.drops[Reason.REVOKED_KEY] += 1
        place = (station, author)
        if place in self._counts or len(self._counts) < REVOKED_USES_MAX:
            self._counts[place] = self._counts.get(place, 0) + 1
        at_station, operator = Address(Kind.STATION, station), Address(Kind.OPERATOR, author)
        holder = operator if author and has_no_good_key(self._here, operator) else at_station
        self._alarms.raise_(AlarmKind.REVOKED_KEY, self._code(holder), turn, self._code(at_station))

    def is_of_this_station(self, turn: Turn) -> bool:
        """Whether anything sent from here would be signed with a revoked key: nobody would believe it."""
        here = Address(Kind.STATION, self._here.number)
        is_ended = has_no_good_key(self._here, here)
        if is_ended:
            self._alarms.raise_(AlarmKind.OWN_KEY_REVOKED, self._code(here), turn)
        return is_ended

    def snapshot(self) -> tuple[RevokedUseSnapshot, ...]:
        """By station and author."""
        return tuple(RevokedUseSnapshot(*place, count) for place, count in sorted(self._counts.items()))

    def _code(self, holder: Address) -> str:
        certificate = self._here.roster.certificate(holder)
        return str(holder.number) if certificate is None else certificate.code


def has_no_good_key(here: Surroundings, holder: Address) -> bool:
    """Whether a holder is certified and every such key has ended."""
    return here.roster.has_no_good_key(holder)
