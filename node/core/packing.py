"""What goes with a courier: in the order in which another station must hear it, the urgent first.

The roster first, since who is unknown is not believed. Then by precedence each item as old as it is now, what proves
its arrival, and the acts about it; behind them this station's own signature for what it has and carries. By default
that is what it owes to stations out of reach, and what it can say of theirs. Nothing stops being sent on the air.
"""

from collections.abc import Iterable
from typing import Final

from node.core.contacts import Contacts
from node.core.deliveries import reference_of
from node.core.long_texts import fragments_of, is_long
from node.core.notary import Notary
from node.core.pouch import STAGE_MAX, Place, PouchAsked, PouchPage
from node.core.receipts import Receipts
from node.core.records import EVERYONE, Item, ItemKind, ReceiptOwed, Rung
from node.core.revoked_use import RevokedUse
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.certificates import AuthorityBody
from protocol.custody import MARKED_ENTRIES_MAX
from protocol.decode import with_age
from protocol.frames import DigestEntry, HoldState
from protocol.numbers import EVERYBODY, Precedence
from protocol.revocations import RevocationBody
from protocol.statements import Statement

PAGE_FRAMES_MAX: Final = 256
"""After so many a page ends: a long message and its proofs may go beyond, by a few kB."""
SCANNED_MAX: Final = 256
"""Items looked at for one page: about 25 ms of SQLite on a Raspberry Pi 4."""

_ROSTER: Final = 0
"""Stage of `Place`; items by precedence follow up to `STAGE_MAX`."""

_Said = list[tuple[Precedence, DigestEntry]]


class Packing:
    """Packs what one station gives to a courier."""

    def __init__(
        self, here: Surroundings, contacts: Contacts, notary: Notary, receipts: Receipts, revoked_use: RevokedUse
    ) -> None:
        self._here = here
        self._contacts = contacts
        self._notary = notary
        self._receipts = receipts
        self._revoked_use = revoked_use

    def page(self, asked: PouchAsked, turn: Turn) -> PouchPage:
        """The next frames of a pouch; signing for what is here may write to the store."""
        if asked.place.stage == _ROSTER:
            return self._roster_page(asked.place, turn)
        return self._items_page(asked, turn)

    def _roster_page(self, place: Place, turn: Turn) -> PouchPage:
        known = sorted((_phase(statement), raw) for raw, statement in self._here.roster.newest_read())
        frames = tuple(raw for _, raw in known[place.after : place.after + PAGE_FRAMES_MAX])
        told = place.after + len(frames)
        after = Place(_ROSTER, told) if told < len(known) else Place(_ROSTER + 1)
        return PouchPage(frames, (), after, turn.now.utc_ms)

    def _items_page(self, asked: PouchAsked, turn: Turn) -> PouchPage:
        stage, last = asked.place.stage, asked.place.after
        in_reach = self._contacts.in_reach(turn.at)
        frames: dict[bytes, None] = {}
        owed: list[int] = []
        said: _Said = []
        rows = self._here.store.items_alive(Precedence(stage - 1), turn.at, last, SCANNED_MAX)
        is_over = len(rows) < SCANNED_MAX
        may_sign = self._may_sign(turn)
        for item in rows:
            if len(frames) >= PAGE_FRAMES_MAX:
                is_over = False
                break
            last = item.id
            if self._is_meant(item, asked, in_reach) and (may_sign or not item.is_mine):
                frames.update(dict.fromkeys(self._frames(item, turn.at)))
                said += self._said_here(item, turn.at)
                if self._is_owed(item, frozenset()):
                    owed.append(item.id)
        if may_sign:
            frames.update(dict.fromkeys(self._signed(said, turn)))
        if not is_over:
            after: Place | None = Place(stage, last)
        else:
            after = Place(stage + 1) if stage < STAGE_MAX else None
        return PouchPage(tuple(frames), tuple(owed), after, turn.now.utc_ms)

    def _may_sign(self, turn: Turn) -> bool:
        """Whether anything of this station's own leaves: nobody would believe it, or a number may be used twice."""
        return self._here.doubt is None and not self._revoked_use.is_of_this_station(turn)

    def _is_meant(self, item: Item, asked: PouchAsked, in_reach: frozenset[int]) -> bool:
        if any(one.rung is Rung.CANCELLED for one in self._here.store.deliveries(item.id)):
            return False  # What cancels it goes instead.
        if asked.is_all:
            return True
        if asked.to:
            concerned = {item.issuer, *self._here.destinations(item.recipient)}
            return item.recipient == EVERYBODY or not concerned.isdisjoint(asked.to)
        return self._is_owed(item, in_reach) or self._has_word_back(item, in_reach)

    def _is_owed(self, item: Item, in_reach: frozenset[int]) -> bool:
        """Whether some station out of reach is not known to have it."""
        deliveries = self._here.store.deliveries(item.id)
        return any(one.next_at is not None and one.station not in in_reach for one in deliveries)

    def _has_word_back(self, item: Item, in_reach: frozenset[int]) -> bool:
        """Whether there is something to tell its issuer, who is out of reach."""
        if item.issuer == self._here.number or item.issuer in in_reach or item.recipient == EVERYBODY:
            return False
        return item.is_for_me or bool(self._here.store.proofs(item.id))

    def _frames(self, item: Item, at: int) -> Iterable[bytes]:
        """An item and what proves its arrival; an act behind its message, without which nobody takes it in."""
        if item.kind is ItemKind.ACT:
            message = self._here.store.message(item.key)
            if message is not None:
                yield from self._sealed(message, at)
            yield item.sealed
        else:
            yield from self._sealed(item, at)
        for proof in self._here.store.proofs(item.id):
            yield proof.sealed

    def _sealed(self, message: Item, at: int) -> Iterable[bytes]:
        yield with_age(message.sealed, max(0, at - message.born_at) // 1000)
        if is_long(message):
            for fragment in fragments_of(self._here.store, message).values():
                yield fragment.encode()

    def _said_here(self, item: Item, at: int) -> _Said:
        """What this station signs of an item of another: that it is here, or that it carries it."""
        if item.issuer == self._here.number or item.recipient == EVERYBODY:
            return []
        if item.is_for_me:
            state = HoldState.ACT_AT_STATION if item.kind is ItemKind.ACT else HoldState.AT_STATION
        elif item.kind is not ItemKind.ACT and self._is_carried(item):
            state = HoldState.CUSTODY
        else:
            return []
        said = self._receipts.state_now(ReceiptOwed(item.id, state, item.issuer, None, None), at)
        return [(item.precedence, DigestEntry(reference_of(item), said, item.fingerprint[:2]))]

    def _is_carried(self, item: Item) -> bool:
        deliveries = self._here.store.deliveries(item.id)
        return any(one.next_at is not None and one.station != EVERYONE for one in deliveries)

    def _signed(self, said: _Said, turn: Turn) -> Iterable[bytes]:
        """As many in one digest as fit beside a log mark."""
        for first in range(0, len(said), MARKED_ENTRIES_MAX):
            some = said[first : first + MARKED_ENTRIES_MAX]
            entries = sorted({entry for _, entry in some}, key=lambda one: (one.about, one.state, one.check))
            yield self._notary.sign_digest(min(urgency for urgency, _ in some), entries, turn)


def _phase(statement: Statement) -> int:
    """Who certifies others, then the end of keys, then all else."""
    match statement.body:
        case AuthorityBody():
            return 0
        case RevocationBody():
            return 1
        case _:
            return 2
