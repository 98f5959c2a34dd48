"""Whom a station trusts, and how it comes to: the machines about statements, moved together.

A statement that is accepted answers the question for it and lets go what waited for it in quarantine.
"""

from collections.abc import Iterable, Iterator

from node.core.agenda import NEVER
from node.core.alarms import Alarms
from node.core.contacts import Contacts
from node.core.effects import Refused, Weighed
from node.core.events import StatementsHandedIn
from node.core.handing_in import released
from node.core.inquiries import Inquiries
from node.core.introductions import Introductions, chain
from node.core.judging import Change, Judged
from node.core.offers import Offer
from node.core.policy import REQUEST_ANSWERS_MAX
from node.core.quarantine import Quarantine, SignedFrame, unknown_holder
from node.core.queues import Queue
from node.core.recalls import Recalls
from node.core.reconciling import Reconciling
from node.core.statements import Statements
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Beacon, Request
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Reason

_ANSWER_MS = 300
"""Before an answer to a question of one station, plus as much at random."""


class Trust:
    """Keeps the roster, what waits for a certificate, and what is asked and told about certificates."""

    def __init__(self, here: Surroundings, contacts: Contacts, alarms: Alarms) -> None:
        self._here = here
        self._statements = Statements(here, alarms)
        self._quarantine = Quarantine(here)
        self._inquiries = Inquiries(here, contacts)
        self._contacts = contacts
        self._introductions = Introductions(here)
        self._recalls = Recalls(here, self._introductions)
        self._reconciling = Reconciling(here, contacts, self._introductions)

    # What happens

    def begin(self, offered: Iterable[bytes], turn: Turn) -> None:
        """The station starts, with the statements of its roster file."""
        self._statements.begin(offered, turn)
        self._recalls.begin(self._statements.recalled(turn.at))

    def catch_up(self, turn: Turn) -> None:
        """Before each event: what a failed commit lost is written again, what waited too long is dropped."""
        self._statements.catch_up(turn)
        self._quarantine.expire(turn.at)

    def rolled_back(self) -> None:
        """The store forgot what it was told since the last commit."""
        self._statements.rolled_back()
        self._quarantine.forget_cache()

    def held_aged(self) -> None:
        """What waits has waited longer than was known."""
        self._quarantine.forget_cache()

    def statement_heard(self, raw: bytes, turn: Turn) -> Iterator[SignedFrame]:
        """Take in a statement; what is let go by it is to be judged as if just heard."""
        self._introductions.heard(raw)
        judged = self._statements.take(raw, turn)
        if judged.why is not None and judged.why.reason is Reason.UNKNOWN_ISSUER and judged.statement is not None:
            issuer = Address(Kind.AUTHORITY, judged.statement.issuer)
            self._inquiries.want(issuer, judged.statement.precedence, turn.at)
        yield from self._accepted(raw, judged, turn)

    def handed_in(self, event: StatementsHandedIn, turn: Turn) -> tuple[Weighed | Refused, list[SignedFrame]]:
        """Statements are brought to the station; what is let go by them is to be judged as if just heard."""
        answer = released(self._here, event)
        if isinstance(answer, Weighed | Refused):
            return answer, []
        found: list[Judged] = []
        let_go: list[SignedFrame] = []
        for raw in answer:
            found.append(self._statements.take(raw, turn))
            let_go += self._accepted(raw, found[-1], turn)
        return Weighed(tuple(found)), let_go

    def unknown_signed(self, frame: SignedFrame, turn: Turn) -> None:
        """A certificate is missing to judge a frame: the frame waits, and the certificate is asked for."""
        self._quarantine.hold(frame, turn.at)
        holder = unknown_holder(frame, self._here.roster)
        if holder is not None:
            self._inquiries.want(holder, frame.precedence, turn.at)

    def unknown_station(self, station: int, turn: Turn) -> None:
        """A station was heard that nobody has certified here."""
        self._here.drops[Reason.UNKNOWN_STATION] += 1
        self._inquiries.want(Address(Kind.STATION, station), Precedence.ROUTINE, turn.at)

    def contact_made(self, station: int, turn: Turn) -> None:
        """A station came into reach: it may know whom others here did not."""
        self._recalls.contact_made(station)
        for holder, frame in self._quarantine.missing():
            self._inquiries.want(holder, frame.precedence, turn.at)

    def asked(self, request: Request, turn: Turn) -> None:
        """A station asks for certificates: of this one, or of anyone, who then listens first."""
        spread_ms = _ANSWER_MS
        if request.asked == 0:
            self._inquiries.asked_by_another(request.addresses, turn.at)
            spread_ms = self._here.policy.overhear_ms
        due_at = turn.at + _ANSWER_MS + self._here.jitter.below(spread_ms)
        for holder in request.addresses[:REQUEST_ANSWERS_MAX]:
            known = chain(self._here.roster, holder)
            self._introductions.answer(known, request.precedence, due_at, self._here.policy.hop_limit)

    def beacon_heard(self, beacon: Beacon, turn: Turn) -> None:
        """A neighbour says which roster it has."""
        self._recalls.beacon_heard(beacon.station, beacon.roster_digest, turn)
        self._reconciling.beacon_heard(beacon.station, beacon.roster_digest, turn.at)

    def roster_told(self, request: Request, turn: Turn) -> None:
        """A neighbour says what it has of the roster."""
        if request.asked == self._here.number and request.roster is not None:
            self._reconciling.heard(request.asker, request.roster, turn.at)

    def spoke(self, author: int, precedence: Precedence, turn: Turn) -> None:
        """An operator here says something: who may not know him yet hears the certificate ahead of it."""
        news = self._statements.news(turn.at)
        ahead = [raw for raw in chain(self._here.roster, Address(Kind.OPERATOR, author)) if raw in news] if news else []
        if ahead:
            self._statements.told(ahead)
            self._introductions.send(ahead, precedence, turn.at, self._here.policy.hop_limit)

    # What to do now

    def waiting(self) -> int:
        """How many frames wait for a certificate."""
        return self._quarantine.count()

    def queues(self) -> tuple[Queue, ...]:
        """What waits in memory."""
        return self._inquiries.queue(), self._reconciling.queue(), self._introductions.queue()

    def soonest(self) -> int:
        """When to look again, with a radio."""
        over_at = self._quarantine.next_at()
        return min(
            *(self._inquiries.soonest(), self._reconciling.soonest(), self._introductions.soonest()),
            NEVER if over_at is None else over_at,
        )

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """Questions and statements that are due."""
        yield from self._inquiries.offers(turn)
        yield from self._reconciling.offers(turn)
        yield from self._introductions.offers(turn)

    def next_at(self, at: int) -> int | None:
        """When to look again, with a radio."""
        machines = (self._inquiries, self._reconciling, self._introductions)
        times = (*(machine.next_at(at) for machine in machines), self._quarantine.next_at())
        return min((time for time in times if time is not None), default=None)

    def _accepted(self, raw: bytes, judged: Judged, turn: Turn) -> Iterator[SignedFrame]:
        if judged.change in (Change.NEW, Change.RENEWED, Change.REVOKED) and judged.statement is not None:
            self._reconciling.roster_changed()
            if judged.change is Change.REVOKED:
                self._recalls.accepted(raw, len(self._contacts.in_reach(turn.at)), turn)
            self._inquiries.came(judged.statement.address)
            yield from self._quarantine.released(turn)
