"""Rosters that differ are joined: neighbours whose beacons show another roster digest say what they have, part by part.

A forged beacon or list makes a station send a list, or statements that are authentic, within its airtime: to each
neighbour one opening and one list of a part in a beacon's interval, for one pair of digests ever more seldom (SPEC
section 9).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from node.core.agenda import NEVER
from node.core.contacts import Contacts
from node.core.introductions import Introductions
from node.core.offers import Offer, Rank, Ready
from node.core.policy import (
    CONTACTS_MAX,
    ROSTER_AGAIN_MAX_MS,
    ROSTER_AGAIN_MS,
    ROSTER_LISTS_MAX,
    ROSTER_PARTS_MAX,
    ROSTER_STATEMENTS_MAX,
)
from node.core.queues import Queue
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.certificates import AuthorityBody
from protocol.frames import Request, RequestKind
from protocol.numbers import Precedence
from protocol.revocations import RevocationBody
from protocol.roster_parts import (
    DEPTH_MAX,
    SUMMARY_DEPTH,
    RosterList,
    RosterPart,
    RosterSummary,
    is_in_part,
    lists_of,
    statement_hash,
    summary_of,
)
from protocol.statements import Statement

Listing = tuple[int, int, int]
"""Station that is told, depth and prefix of the part."""


@dataclass(slots=True)
class _Neighbour:
    """A station whose roster is another one."""

    digest: bytes | None = None
    """As its last beacon said; None since our own roster changed."""
    pair: tuple[bytes, bytes] | None = None
    """Our digest and its own at the last opening."""
    tries: int = 0
    """Openings for that pair."""
    not_before: int = 0
    due_at: int | None = None


class Reconciling:
    """Says what this station has of the roster, and sends what others lack of it."""

    def __init__(self, here: Surroundings, contacts: Contacts, introductions: Introductions) -> None:
        self._here = here
        self._contacts = contacts
        self._introductions = introductions
        self._neighbours: dict[int, _Neighbour] = {}
        self._lists: dict[Listing, int] = {}
        """Lists to send, with when."""
        self._is_any_due = False
        """Some neighbour may have a `due_at`: most of the time none has."""
        self._listed_at: dict[Listing, int] = {}

    # What happens

    def beacon_heard(self, station: int, digest: bytes, at: int) -> None:
        """A neighbour says which roster it has."""
        own = self._here.roster.digest()
        if digest == own:
            self._neighbours.pop(station, None)
            return
        if station not in self._neighbours and len(self._neighbours) >= CONTACTS_MAX:
            del self._neighbours[next(iter(self._neighbours))]
        neighbour = self._neighbours.setdefault(station, _Neighbour())
        neighbour.digest = digest
        is_due = at >= neighbour.not_before and (neighbour.pair != (own, digest) or at >= self._again_at(neighbour))
        if neighbour.due_at is None and is_due:
            neighbour.due_at = at + self._here.jitter.below(self._here.policy.overhear_ms)
            self._is_any_due = True

    def roster_changed(self) -> None:
        """Neighbours may have heard the same: their next beacons tell."""
        for neighbour in self._neighbours.values():
            neighbour.digest = neighbour.due_at = None

    def heard(self, station: int, part: RosterPart, at: int) -> None:
        """A neighbour says to this station what it has."""
        match part:
            case RosterSummary(digests):
                own = summary_of(self._here.roster.newest()).digests
                differing = [number for number in range(len(own)) if own[number] != digests[number]]
                for number in differing[:ROSTER_PARTS_MAX]:
                    self._tell(station, SUMMARY_DEPTH, number << DEPTH_MAX - SUMMARY_DEPTH, at)
            case RosterList():
                self._answer(station, part, at)

    def queue(self) -> Queue:
        """Lists that wait, and how many may."""
        return Queue("roster lists", len(self._lists), ROSTER_LISTS_MAX)

    # What to do now

    def soonest(self) -> int:
        """At once while anything waits."""
        return 0 if self._is_any_due or self._lists else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """Openings and lists that are due."""
        if not self._is_any_due and not self._lists:
            return
        own = self._here.roster.digest() if self._neighbours else b""
        in_reach = self._contacts.in_reach(turn.at)
        for station, neighbour in self._neighbours.items():
            if neighbour.due_at is not None and neighbour.due_at <= turn.at:
                if neighbour.digest in (own, None) or station not in in_reach:
                    neighbour.due_at = None
                else:
                    yield Offer(Precedence.PRIORITY, Rank.REQUEST, neighbour.due_at, partial(self._open, station))
        for listing, due_at in self._lists.items():
            if due_at <= turn.at:
                yield Offer(Precedence.PRIORITY, Rank.REQUEST, due_at, partial(self._list, listing))

    def next_at(self, at: int) -> int | None:
        """When the next of them falls due."""
        if not self._is_any_due and not self._lists:
            return None
        times = [one.due_at for one in self._neighbours.values() if one.due_at is not None]
        self._is_any_due = bool(times)
        return min((due_at for due_at in (*times, *self._lists.values()) if due_at > at), default=None)

    def _open(self, station: int, turn: Turn) -> Ready:
        neighbour = self._neighbours[station]
        own = self._here.roster.digest()
        assert neighbour.digest is not None, "an opening is offered for a digest that was heard"
        neighbour.tries = neighbour.tries + 1 if neighbour.pair == (own, neighbour.digest) else 1
        neighbour.pair, neighbour.due_at = (own, neighbour.digest), None
        neighbour.not_before = turn.at + self._here.policy.beacon_min_ms
        lists = lists_of(self._here.roster.newest(), 0, 0)
        return self._ready(station, lists[0] if len(lists) == 1 else summary_of(self._here.roster.newest()), turn.at)

    def _list(self, listing: Listing, turn: Turn) -> Ready:
        del self._lists[listing]
        station, depth, prefix = listing
        first, *rest = lists_of(self._here.roster.newest(), depth, prefix)
        for more in rest:
            self._lists[station, more.depth, more.prefix] = turn.at
        return self._ready(station, first, turn.at)

    def _ready(self, station: int, part: RosterPart, at: int) -> Ready:
        if isinstance(part, RosterList):
            self._note((station, part.depth, part.prefix), at)
        request = Request(
            precedence=Precedence.PRIORITY,
            asker=self._here.number,
            asked=station,
            kind=RequestKind.ROSTER,
            roster=part,
        )
        return Ready(request.encode(), self._here.policy.beacon_hop_limit)

    def _answer(self, station: int, part: RosterList, at: int) -> None:
        listed = frozenset(part.hashes)
        lacking = [
            (_urgency(statement), raw)
            for raw, statement in self._here.roster.newest_read()
            if is_in_part(named := statement_hash(raw), part.depth, part.prefix) and named not in listed
        ]
        hop_limit = self._here.policy.beacon_hop_limit
        for urgency, raw in sorted(lacking)[:ROSTER_STATEMENTS_MAX]:
            precedence = Precedence.ROUTINE if urgency else Precedence.FLASH
            self._introductions.answer((raw,), precedence, at, hop_limit)
        kept = (one.raw for one in self._here.store.statements())
        known = {statement_hash(raw) for raw in (*kept, *self._here.roster.statements())}
        if not known.issuperset(part.hashes):
            self._tell(station, part.depth, part.prefix, at)

    def _tell(self, station: int, depth: int, prefix: int, at: int) -> None:
        listing = (station, depth, prefix)
        again_ms = self._here.policy.beacon_min_ms
        is_lately = at - self._listed_at.get(listing, at - again_ms) < again_ms
        if not is_lately and len(self._lists) < ROSTER_LISTS_MAX:
            self._lists.setdefault(listing, at)

    def _note(self, listing: Listing, at: int) -> None:
        if len(self._listed_at) >= CONTACTS_MAX:
            del self._listed_at[next(iter(self._listed_at))]
        self._listed_at.pop(listing, None)
        self._listed_at[listing] = at

    def _again_at(self, neighbour: _Neighbour) -> int:
        """When the same pair of digests is worth another opening."""
        opened_at = neighbour.not_before - self._here.policy.beacon_min_ms
        return opened_at + min(ROSTER_AGAIN_MS << max(neighbour.tries - 1, 0), ROSTER_AGAIN_MAX_MS)


def _urgency(statement: Statement) -> int:
    """What goes first: the end of a key, then who certifies others."""
    match statement.body:
        case RevocationBody():
            return 0
        case AuthorityBody():
            return 1
        case _:
            return 2
