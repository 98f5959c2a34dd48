"""Statements on their way out: in answer to questions, and ahead of what a new operator says.

In memory only: who lacks one asks again. A statement that somebody else has just sent is not sent here.

Beacons, lists and questions are unsigned. So what they call forth is urgent only within `URGENT_TELLING_MS`, and goes
with the bulk beyond: whoever makes them up leaves the air of urgent messages alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from node.core.agenda import NEVER
from node.core.offers import Offer, Rank, Ready
from node.core.policy import STATEMENT_AGAIN_MS, STATEMENTS_OUT_MAX, URGENT_TELLING_MS, URGENT_TELLINGS_MAX
from node.core.queues import Queue
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind, Precedence
from protocol.roster import Roster
from protocol.sections import SectionBody
from protocol.statements import ROOT, Statement, decode_statement

_SENT_MAX = 1_024
"""Statements of which it is remembered when they were last sent."""


@dataclass(frozen=True, slots=True)
class _Leaving:
    precedence: Precedence
    due_at: int
    hop_limit: int


class Introductions:
    """Sends statements, each once in a while."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._leaving: dict[bytes, _Leaving] = {}
        self._sent_at: dict[bytes, int] = {}
        self._urgent_until = 0
        """How far what unsigned frames called forth has used up what may be urgent of it."""

    def send(self, statements: Iterable[bytes], precedence: Precedence, due_at: int, hop_limit: int) -> None:
        """Let statements go out in that order, not before that time; one that waits keeps the sooner of both."""
        for raw in statements:
            known = self._leaving.get(raw)
            if known is not None:
                sooner, urgency = min(known.due_at, due_at), min(known.precedence, precedence)
                self._leaving[raw] = _Leaving(urgency, sooner, max(known.hop_limit, hop_limit))
            elif len(self._leaving) < STATEMENTS_OUT_MAX:
                self._leaving[raw] = _Leaving(precedence, due_at, hop_limit)

    def queue(self) -> Queue:
        """What waits, and how much may."""
        return Queue("statements", len(self._leaving), STATEMENTS_OUT_MAX)

    def is_leaving(self, raw: bytes) -> bool:
        """Whether a statement waits to be sent."""
        return raw in self._leaving

    def answer(self, statements: Iterable[bytes], precedence: Precedence, due_at: int, hop_limit: int) -> None:
        """The same for a question, which anybody can forge: what was sent a short while ago goes later again."""
        for raw in statements:
            again_at = self._sent_at.get(raw, due_at - STATEMENT_AGAIN_MS) + STATEMENT_AGAIN_MS
            self.push(raw, precedence, max(due_at, again_at), hop_limit)

    def push(self, raw: bytes, precedence: Precedence, due_at: int, hop_limit: int) -> None:
        """Let a statement go out since something unsigned says that it is lacking."""
        known = self._leaving.get(raw)
        is_urgent_anyway = known is not None and known.precedence <= Precedence.IMMEDIATE
        if precedence <= Precedence.IMMEDIATE and not is_urgent_anyway:
            if self._urgent_until - due_at > (URGENT_TELLINGS_MAX - 1) * URGENT_TELLING_MS:
                precedence = Precedence.PRIORITY
            else:
                self._urgent_until = max(self._urgent_until, due_at) + URGENT_TELLING_MS
        self.send((raw,), precedence, due_at, hop_limit)

    def heard(self, raw: bytes) -> None:
        """Somebody else sent it."""
        self._leaving.pop(raw, None)

    def soonest(self) -> int:
        """When the first falls due."""
        return min(leaving.due_at for leaving in self._leaving.values()) if self._leaving else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """What is due."""
        for raw, leaving in self._leaving.items():
            if leaving.due_at <= turn.at:
                yield Offer(leaving.precedence, Rank.STATEMENT, leaving.due_at, partial(self._send, raw))

    def next_at(self, at: int) -> int | None:
        """When the next one falls due."""
        return min((leaving.due_at for leaving in self._leaving.values() if leaving.due_at > at), default=None)

    def _send(self, raw: bytes, turn: Turn) -> Ready:
        leaving = self._leaving.pop(raw)
        if len(self._sent_at) >= _SENT_MAX:
            del self._sent_at[next(iter(self._sent_at))]
        self._sent_at.pop(raw, None)
        self._sent_at[raw] = turn.at
        return Ready(raw, leaving.hop_limit)


def chain(roster: Roster, holder: Address) -> tuple[bytes, ...]:
    """What somebody needs to believe in a holder, the issuers first: for earnest and for exercises."""
    said = roster.said_of(holder)
    issuers = sorted({one.issuer for one in map(decode_statement, said) if isinstance(one, Statement)} - {ROOT})
    theirs = [
        raw for issuer in issuers for raw in roster.said_of(Address(Kind.AUTHORITY, issuer)) if not _is_section(raw)
    ]
    return tuple(dict.fromkeys((*theirs, *said)))


def _is_section(raw: bytes) -> bool:
    statement = decode_statement(raw)
    return isinstance(statement, Statement) and isinstance(statement.body, SectionBody)
