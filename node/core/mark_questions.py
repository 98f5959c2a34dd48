"""Asking for one's own mark, and telling others theirs (REQUEST kind 5, NOTICE kind 4).

A doubtful station asks whoever hears it. Who has heard numbers of the asker says the highest, signed; who has not says
nothing. The beacon of a station that comes back, with a lower mark than ours, is answered as a question would be. Both
are unsigned, and each answer uses one of our own numbers up: so a station is told the same mark ever more seldom, few
wait at once, and all together are told no more than `MARK_TELLING_MS` allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from node.core.agenda import NEVER
from node.core.contacts import Contacts
from node.core.continuity import Doubt
from node.core.notices import Notices
from node.core.offers import Offer, Rank, Ready
from node.core.policy import MARK_AGAIN_MAX_MS, MARK_ANSWERS_MAX, MARK_ASKED_MS, MARK_TELLING_MS
from node.core.queues import Queue
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Beacon, Request, RequestKind
from protocol.instants import Lifetime
from protocol.notices import HighWaterMark
from protocol.numbers import Address, Kind, Precedence, Reference

_ASKABLE = (Doubt.NEW_STORE, Doubt.RESTORED, Doubt.TOLD_HIGHER, Doubt.OWN_FRAME)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a station was told, at most one for each of the roster."""

    high: int
    at: int
    times: int


def _again_ms(times: int) -> int:
    """Until a station that was told the same mark so often is told it again."""
    return min(MARK_ASKED_MS << max(times - 1, 0), MARK_AGAIN_MAX_MS)


class MarkQuestions:
    """Sends and answers questions for high-water marks."""

    def __init__(self, here: Surroundings, contacts: Contacts, notices: Notices) -> None:
        self._here = here
        self._contacts = contacts
        self._notices = notices
        self._ask_at: int | None = 0
        self._due: dict[int, int] = {}
        """Whom to tell, and when."""
        self._told: dict[int, _Told] = {}
        self._paid_until = 0
        """How far all that was told has used up what may be told."""

    def hint(self, at: int) -> None:
        """Something unsigned says that our mark is higher than we know: ask, once in a while."""
        if self._ask_at is None:
            self._ask_at = at

    def asked(self, station: int, at: int) -> None:
        """A station wants to know its own mark."""
        high, told = self._known(station), self._told.get(station)
        is_due = told is None or at >= told.at + (_again_ms(told.times) if told.high == high else MARK_ASKED_MS)
        is_paid = self._paid_until - at <= (MARK_ANSWERS_MAX - 1) * MARK_TELLING_MS
        if not high or not is_due or not is_paid or len(self._due) >= MARK_ANSWERS_MAX:
            return
        self._paid_until = max(self._paid_until, at) + MARK_TELLING_MS
        self._told[station] = _Told(high, at, told.times + 1 if told is not None and told.high == high else 1)
        self._due[station] = at + self._here.jitter.below(self._here.policy.overhear_ms)

    def queue(self) -> Queue:
        """Who waits to be told, and how many may."""
        return Queue("marks to tell", len(self._due), MARK_ANSWERS_MAX)

    def came_back(self, beacon: Beacon, at: int) -> None:
        """A station started or came into reach: it may have been restored without knowing it."""
        certificate = self._here.roster.station(beacon.station)
        if certificate is None or certificate.body.incarnation & 0b11 != beacon.incarnation:
            return
        if self._known(beacon.station) > beacon.last_sequence:
            self.asked(beacon.station, at)

    def tick(self, turn: Turn) -> None:
        """Tell those whose turn it is."""
        if not self._due:
            return
        for station, due_at in list(self._due.items()):
            if due_at <= turn.at:
                del self._due[station]
                self._tell(station, turn)

    def soonest(self) -> int:
        """When to ask, or to tell the first."""
        first = min(self._due.values()) if self._due else NEVER
        if self._ask_at is not None and self._here.doubt in _ASKABLE:
            return min(first, self._ask_at)
        return first

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """Our own question, while in doubt and somebody may hear it."""
        is_due = self._ask_at is not None and self._ask_at <= turn.at
        if is_due and (self._here.doubt in _ASKABLE) and self._contacts.in_reach(turn.at):
            yield Offer(Precedence.PRIORITY, Rank.REQUEST, turn.at, self._ask)

    def next_at(self, at: int) -> int | None:
        """When to ask or tell next."""
        times = [due_at for due_at in self._due.values() if due_at > at]
        if self._here.doubt in _ASKABLE and self._ask_at is not None and self._ask_at > at:
            times.append(self._ask_at)
        return min(times, default=None)

    def _ask(self, turn: Turn) -> Ready:
        self._ask_at = turn.at + MARK_ASKED_MS
        request = Request(precedence=Precedence.PRIORITY, asker=self._here.number, asked=0, kind=RequestKind.HIGH_WATER)
        return Ready(request.encode(), self._here.policy.hop_limit)

    def _tell(self, station: int, turn: Turn) -> None:
        certificate, high = self._here.roster.station(station), self._known(station)
        if certificate is None or not high or self._here.doubt is not None:
            return
        mark = HighWaterMark(Reference(station, certificate.body.incarnation & 0b11, high))
        to = Address(Kind.STATION, station)
        self._notices.compose(mark, to, Precedence.IMMEDIATE, turn, lifetime=Lifetime.HALF_HOUR)

    def _known(self, station: int) -> int:
        """The highest sequence accepted of a station in its newest incarnation; 0 for none."""
        certificate = self._here.roster.station(station)
        seen = None if certificate is None else self._here.store.seen(station, certificate.body.incarnation)
        return seen.high if seen is not None else 0
