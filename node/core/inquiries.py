"""Questions for certificates: one for a holder in a while, gathered in one REQUEST, one REQUEST in a while."""

from collections.abc import Iterator

from node.core.agenda import NEVER
from node.core.contacts import Contacts
from node.core.offers import Offer, Rank, Ready
from node.core.policy import CERTIFICATE_AGAIN_MS, INQUIRIES_MAX, INQUIRY_MIN_MS, REQUEST_ANSWERS_MAX
from node.core.queues import Queue
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Request, RequestKind
from protocol.numbers import Address, Precedence

_SOON_MS = 1_000
"""Before a question, plus as much at random: the certificate may be on its way, and others ask the same."""
_ASKED_MAX = 1_024
"""Holders asked for of whom it is remembered when."""


class Inquiries:
    """Asks anyone for the certificates that this station lacks."""

    def __init__(self, here: Surroundings, contacts: Contacts) -> None:
        self._here = here
        self._contacts = contacts
        self._wanted: dict[Address, tuple[Precedence, int]] = {}
        """With the urgency of what waits for it, and when to ask."""
        self._not_before: dict[Address, int] = {}
        self._next_request_at = 0

    def want(self, holder: Address, precedence: Precedence, at: int) -> None:
        """Ask for somebody's certificate, unless that was done a short while ago."""
        if not holder.is_certifiable or at < self._not_before.get(holder, at):
            return
        known = self._wanted.get(holder)
        if known is not None:
            self._wanted[holder] = (min(precedence, known[0]), known[1])
        elif len(self._wanted) < INQUIRIES_MAX:
            self._wanted[holder] = (precedence, at + _SOON_MS + self._here.jitter.below(_SOON_MS))

    def asked_by_another(self, holders: tuple[Address, ...], at: int) -> None:
        """Another station asks anyone for the same: the answer is heard here too."""
        for holder in holders:
            if holder in self._wanted:
                self._asked(holder, at)

    def queue(self) -> Queue:
        """Who is to be asked for, and how many may be."""
        return Queue("inquiries", len(self._wanted), INQUIRIES_MAX)

    def came(self, holder: Address) -> None:
        """Something about a holder is known now; what is still missing is wanted again."""
        self._wanted.pop(holder, None)

    def soonest(self) -> int:
        """When the next question may go."""
        if not self._wanted:
            return NEVER
        return max(min(when for _, when in self._wanted.values()), self._next_request_at)

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """One question for what is due, while there is somebody to hear it."""
        due = self._due(turn.at)
        if due and turn.at >= self._next_request_at and self._contacts.in_reach(turn.at):
            urgency = min(self._wanted[holder][0] for holder in due)
            yield Offer(urgency, Rank.REQUEST, min(self._wanted[holder][1] for holder in due), self._ask)

    def next_at(self, at: int) -> int | None:
        """When the next question may go."""
        times = (max(when, self._next_request_at) for _, when in self._wanted.values())
        return min((when for when in times if when > at), default=None)

    def _ask(self, turn: Turn) -> Ready:
        holders = sorted(self._due(turn.at), key=lambda one: (*self._wanted[one], one))[:REQUEST_ANSWERS_MAX]
        request = Request(
            precedence=min(self._wanted[holder][0] for holder in holders),
            asker=self._here.number,
            asked=0,
            kind=RequestKind.CERTIFICATES,
            addresses=tuple(sorted(holders)),
        )
        for holder in holders:
            self._asked(holder, turn.at)
        self._next_request_at = turn.at + INQUIRY_MIN_MS
        return Ready(request.encode(), self._here.policy.hop_limit)

    def _asked(self, holder: Address, at: int) -> None:
        self._wanted.pop(holder)
        if len(self._not_before) >= _ASKED_MAX:
            del self._not_before[next(iter(self._not_before))]
        self._not_before.pop(holder, None)
        self._not_before[holder] = at + CERTIFICATE_AGAIN_MS

    def _due(self, at: int) -> list[Address]:
        return [holder for holder, (_, when) in self._wanted.items() if when <= at]
