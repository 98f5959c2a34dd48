"""How old what comes is: by what its carriers counted, and by the signed time where our clock may say so.

expired by the carriers' count               →  expired
by our clock alone, which the mesh confirms  →  expired
by our clock alone, which nothing confirms   →  a message is taken in, and a person told; a notice is expired

A clock that is a day ahead would else refuse whatever is sent to its station, and nobody would know. A message bears
the time when it was written for people to see; notices are acted on by machines, which see no more than we do here.
"""

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.clocks import Clocks
from node.core.numbering import human_number
from node.core.records import ItemKey
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Notice
from protocol.instants import NO_TIME, Lifetime, bounded_age_s, instant_ms
from protocol.messages import MessageLike

_CLOCK_UNCERTAINTY_MS = 60_000
"""Allowed between an author's trusted clock and ours when ages are set right by them."""


class Ages:
    """Judges the ages of frames whose signature holds."""

    def __init__(self, here: Surroundings, clocks: Clocks, alarms: Alarms) -> None:
        self._here = here
        self._clocks = clocks
        self._alarms = alarms

    def living_ms(self, message: MessageLike, key: ItemKey, turn: Turn) -> int | None:
        """How old it is, ms; None when it has outlived its lifetime."""
        lifetime_s = Lifetime(message.lifetime).seconds
        if turn.now.utc_ms is None or message.time == NO_TIME:
            return message.age_s * 1000 if message.age_s < lifetime_s else None
        written_ms = instant_ms(message.time, turn.now.utc_ms)
        uncertainty_ms = turn.now.utc_uncertainty_ms + _CLOCK_UNCERTAINTY_MS
        age_s = bounded_age_s(message.age_s, written_ms, turn.now.utc_ms, uncertainty_ms)
        if age_s < lifetime_s:
            return age_s * 1000
        if message.age_s >= lifetime_s or isinstance(message, Notice) or self._clocks.is_confirmed(turn.now):
            return None
        here = self._here
        own = here.roster.code_of_station(here.number) or f"#{here.number}"
        self._alarms.raise_(AlarmKind.CLOCK_AHEAD, own, turn, human_number(here.roster, key))
        return message.age_s * 1000
