"""Receipts this station owes: a short MAC on whatever leaves, so that the sender pauses; a signature later, in company.

What is owed is on disk together with the item it is about, so a restart between storing and receipting only delays it.
Custody is reported by MAC alone, and only if the recipient's own receipt was not overheard first. A MAC that found no
ride (`riding`) goes alone when the wait of the precedence is over and no signature will say more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from node.core.agenda import NEVER
from node.core.answer_times import answer_wait_ms, has_several
from node.core.continuity import Doubt
from node.core.deliveries import reference_of
from node.core.notary import Notary
from node.core.offers import Offer, Rank, Ready
from node.core.policy import COPIES_BY_PRECEDENCE
from node.core.records import Item, ItemKind, ReceiptOwed, Rung
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.custody import DIGEST_ENTRIES_MAX, MARKED_ENTRIES_MAX
from protocol.frames import DigestEntry, HoldState, Receipt
from protocol.numbers import Precedence
from protocol.receipts import make_receipt

_OWED_MAX = 512
"""Looked at in one go; the rest waits its turn."""
_MAC_DELAY_MS = 300
"""Before a MAC receipt alone, plus as much at random: stations that heard the same frame do not answer together."""
_AGAIN_MS = 10_000
"""Between two receipts for the same item: a replayed frame is no lever to make us send."""
_RECENT_MAX = 1024
"""Items whose last receipt is remembered for that."""
_CARRIERS_MAX = 256
"""Items of which it is remembered who says to carry them: those of a busy hour."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A receipt that waits, and what it is about."""

    row: ReceiptOwed
    item: Item

    def is_due(self, at: int) -> bool:
        """Whether its MAC may be said by now."""
        return self.row.mac_at is not None and self.row.mac_at <= at


class Receipts:
    """The receipts of one station."""

    def __init__(self, here: Surroundings, notary: Notary) -> None:
        self._here = here
        self._notary = notary
        self._rows: Sequence[ReceiptOwed] | None = None
        """What is owed, as the store says it; None after a change."""
        self._soonest: tuple[int, Doubt | None] | None = None
        """When the first of them falls due, and in what doubt that was looked up."""
        self._recent: dict[int, int] = {}
        self._carriers: dict[int, set[int]] = {}
        """Stations that were overheard to carry an item: enough of them, and one more has nothing to tell."""

    def owe_arrival(self, item: Item, at: int) -> None:
        """An item for this station is stored, or came again: say so."""
        if item.issuer == self._here.number or at < self._recent.get(item.id, at):
            return
        self._remember(item.id, at)
        state = HoldState.AT_STATION if item.kind is not ItemKind.ACT else HoldState.ACT_AT_STATION
        self._put(ReceiptOwed(item.id, state, item.issuer, at, at + answer_wait_ms(self._here, item)))

    def owe_arrival_again(self, item: Item, at: int) -> None:
        """It came once more: perhaps for another of its recipients, then a MAC is enough to say so again."""
        waits = any(owed.row.item_id == item.id and owed.row.digest_at is not None for owed in self.waiting())
        if not has_several(self._here, item):
            self.owe_arrival(item, at)
        elif not waits and item.issuer != self._here.number and at >= self._recent.get(item.id, at):
            self._remember(item.id, at)
            self._put(ReceiptOwed(item.id, HoldState.AT_STATION, item.issuer, at, None))

    def owe_custody(self, item: Item, at: int, heard_out_at: int) -> None:
        """An item for others is stored: say so at `heard_out_at`, unless its recipient is overheard first."""
        if self._is_cancelled(item):
            return
        if item.kind is not ItemKind.ACT and at >= self._recent.get(item.id, at):
            self._remember(item.id, at)
            self._carriers.pop(item.id, None)  # It comes again: nobody's word has reached its origin.
            owed = ReceiptOwed(item.id, HoldState.CUSTODY, item.issuer, heard_out_at, None)
            self._put(owed)

    def owe_proof(self, item: Item, at: int, turn_ms: int = 0) -> None:
        """Somebody asks for the signature on an arrival: send the digest now, or when the turn comes."""
        if item.issuer != self._here.number and at >= self._recent.get(-item.id, at):
            self._remember(-item.id, at)
            self._put(ReceiptOwed(item.id, HoldState.AT_STATION, item.issuer, None, at + turn_ms))

    def proven(self, message: Item) -> None:
        """This station's signature under something else proves the arrival: nothing more is owed of it."""
        self._put(ReceiptOwed(message.id, HoldState.AT_STATION, message.issuer, None, None))

    def rolled_back(self) -> None:
        """The store was: read it anew."""
        self._rows = self._soonest = None

    def waiting(self) -> list[Owed]:
        """Receipts whose MAC may find a ride, those that must be signed first before the others."""
        return [Owed(row, self._item(row)) for row in self._owed() if row.mac_at is not None]

    def said(self, row: ReceiptOwed) -> None:
        """Its MAC leaves with something."""
        self._put(replace(row, mac_at=None))

    def carried_by(self, item: Item, station: int) -> None:
        """Another says that it carries the item, and only its origin can check that: after a few ours is needless."""
        if item.id not in self._carriers and len(self._carriers) >= _CARRIERS_MAX:
            del self._carriers[next(iter(self._carriers))]
        carriers = self._carriers.setdefault(item.id, set())
        if len(carriers) <= COPIES_BY_PRECEDENCE[item.precedence]:
            carriers.add(station)
        if len(carriers) > COPIES_BY_PRECEDENCE[item.precedence]:
            self.overheard(item)

    def overheard(self, item: Item) -> None:
        """The recipient's receipt was heard: ours for custody is needless."""
        self._put(ReceiptOwed(item.id, HoldState.CUSTODY, item.issuer, None, None))

    def soonest(self) -> int:
        """When the first MAC or signature falls due."""
        doubt = self._here.doubt
        if self._soonest is None or self._soonest[1] is not doubt:
            times = (time for row in self._owed() for time in (self._alone_at(row), row.digest_at))
            self._soonest = (min((time for time in times if time is not None), default=NEVER), doubt)
        return self._soonest[0]

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """MACs that found no ride one by one, and one digest of all that wait once one of them may wait no longer."""
        owed = self._owed()
        if not owed:
            return
        for row in owed:
            alone_at = self._alone_at(row)
            if alone_at is not None and alone_at <= turn.at:
                item = self._item(row)
                yield Offer(item.precedence, Rank.RECEIPT, alone_at, partial(self._send_mac, row, item))
        overdue = [row for row in owed if row.digest_at is not None and row.digest_at <= turn.at]
        # In doubt who it is, a station frees nobody's custody: what it owes stays owed, and goes when that is settled.
        if overdue and self._here.doubt is None:
            urgency = min(self._item(row).precedence for row in overdue)
            due_at = min(row.digest_at or 0 for row in overdue)
            entries_max = MARKED_ENTRIES_MAX if self._notary.is_mark_due(turn) else DIGEST_ENTRIES_MAX
            riders = [row for row in owed if row.digest_at is not None][:entries_max]
            yield Offer(urgency, Rank.RECEIPT, due_at, partial(self._send_digest, riders, urgency))

    def next_at(self, at: int) -> int | None:
        """When the next receipt falls due."""
        owed = self._owed()
        times = [t for row in owed for t in (self._alone_at(row), row.digest_at) if t is not None and t > at]
        return min(times, default=None)

    def _owed(self) -> Sequence[ReceiptOwed]:
        if self._rows is None:
            self._rows = self._here.store.owed(_OWED_MAX)
        return self._rows

    def _put(self, row: ReceiptOwed) -> None:
        self._here.store.put_owed(row)
        self._rows = self._soonest = None

    def _alone_at(self, row: ReceiptOwed) -> int | None:
        """When a MAC goes by itself: that of custody, and of who may sign nothing; others have their signature."""
        if row.mac_at is None or (row.state is not HoldState.CUSTODY and self._here.doubt is None):
            return None
        wait_ms = self._here.policy.receipt_wait_ms[self._item(row).precedence]
        return row.mac_at + wait_ms + _MAC_DELAY_MS + row.item_id % _MAC_DELAY_MS

    def _send_mac(self, row: ReceiptOwed, item: Item, turn: Turn) -> Ready | None:
        self._put(replace(row, mac_at=None))
        key = self._here.signer.receipt_key(self._here.number, row.to_station)
        if key is None:
            return None
        bare = Receipt(
            precedence=item.precedence,
            station=self._here.number,
            about=reference_of(item),
            state=self.state_now(row, turn.at),
            mac=b"",
        )
        return Ready(make_receipt(bare, key, item.fingerprint).encode(), self._here.policy.hop_limit)

    def _send_digest(self, rows: Sequence[ReceiptOwed], urgency: Precedence, turn: Turn) -> Ready:
        entries = []
        for row in rows:
            item = self._item(row)
            entries.append(DigestEntry(reference_of(item), self.state_now(row, turn.at), item.fingerprint[:2]))
            # The signature says more than the MAC: a MAC still waiting is not sent any more.
            self._put(replace(row, mac_at=None, digest_at=None))
        # Two acts whose two bytes agree say the same with one entry.
        listed = sorted(set(entries), key=lambda e: (e.about, e.state, e.check))
        return Ready(self._notary.sign_digest(urgency, listed, turn), self._here.policy.hop_limit)

    def state_now(self, row: ReceiptOwed, at: int) -> HoldState:
        """What is said of it: at the station is not all when nobody is on duty."""
        if row.state is HoldState.AT_STATION and not self._here.is_manned(at):
            return HoldState.UNATTENDED
        return row.state

    def _is_cancelled(self, item: Item) -> bool:
        """Whether this station carries an item no further: it says nothing that would let others rely on it."""
        return any(delivery.rung is Rung.CANCELLED for delivery in self._here.store.deliveries(item.id))

    def _item(self, row: ReceiptOwed) -> Item:
        item = self._here.store.item(row.item_id)
        assert item is not None, "a receipt is owed for an item that is stored"
        return item

    def _remember(self, key: int, at: int) -> None:
        if len(self._recent) >= _RECENT_MAX:
            del self._recent[next(iter(self._recent))]
        self._recent.pop(key, None)
        self._recent[key] = at + _AGAIN_MS
