"""What the API asks of the store and the core does not: boxes, what still needs somebody before the rest."""

from enum import Enum
from typing import Final

from node.core.answer_records import Stage, Standing
from node.core.records import Item, Rung
from node.store.sqlite import SqliteStore
from protocol.numbers import Precedence


class BoxView(Enum):
    """Which messages; the value is the condition on the item table."""

    INBOX = "is_for_me"
    OUTBOX = "is_mine"
    CARRIED = "NOT is_for_me AND NOT is_mine"


_ACT_FROM: Final = (
    "EXISTS (SELECT 1 FROM item AS act WHERE act.kind = 1 AND act.issuer = {issuer} AND act.station = item.station"
    " AND act.incarnation = item.incarnation AND act.sequence = item.sequence)"
)
_CHANGED: Final = (
    "EXISTS (SELECT 1 FROM countermand WHERE countermand.station = item.station"
    " AND countermand.incarnation = item.incarnation AND countermand.sequence = item.sequence"
    f" AND countermand.standing = {Standing.STANDS.value})"
)
"""Cancelled or corrected: nobody needs to act on it any more."""
_LATE: Final = (
    "EXISTS (SELECT 1 FROM answer_due WHERE answer_due.item_id = item.id"
    f" AND answer_due.stage BETWEEN {Stage.OVERDUE.value} AND {Stage.COURIER_OFFERED.value})"
)
_WAITS: Final = f"act_wanted AND NOT {_ACT_FROM.format(issuer='?1')} AND NOT {_CHANGED}"
_OWED: Final = "EXISTS (SELECT 1 FROM delivery WHERE delivery.item_id = item.id AND delivery.next_at IS NOT NULL)"
_UNANSWERED: Final = (
    f"act_wanted AND NOT {_CHANGED} AND EXISTS (SELECT 1 FROM delivery WHERE delivery.item_id = item.id"
    f" AND delivery.rung <> {Rung.EXPIRED.value} AND NOT {_ACT_FROM.format(issuer='delivery.station')})"
)
_UNSETTLED: Final = {
    BoxView.INBOX: f"({_WAITS} OR {_LATE})",
    BoxView.OUTBOX: f"({_OWED} OR {_UNANSWERED} OR {_LATE})",
    BoxView.CARRIED: _OWED,
}
"""What rises to the top of a box: waits for an act from here; not delivered, or not answered as asked; owed."""


def box(store: SqliteStore, view: BoxView, station: int, since: int, limit: int, skip: int = 0) -> list[Item]:
    """Messages of a box that changed after a point of the counter, in the order in which they need somebody.

    A FLASH that is unsettled, what was not answered in time, what else is unsettled by precedence; then the latest.

    Args:
        store: on its own thread.
        view: which box.
        station: this one's number.
        since: 0 for all.
        limit: at most so many.
        skip: without the first so many.
    """
    unsettled = _UNSETTLED[view]
    flash = f"precedence = {Precedence.FLASH.value} AND {unsettled}"
    rank = f"CASE WHEN {flash} THEN 0 WHEN {_LATE} THEN 1 WHEN {unsettled} THEN 2 ELSE 3 END"
    order = f"{rank}, CASE WHEN {unsettled} THEN precedence ELSE 0 END, changed DESC"
    where = f"kind = 0 AND {view.value} AND changed > ?2 AND ?1 ORDER BY {order} LIMIT ?3 OFFSET ?4"
    return store.items_where(where, (station, since, limit, skip))


def count_in_box(store: SqliteStore, view: BoxView, since: int) -> int:
    """How many messages of a box changed after a point of the counter."""
    return store.count_where(f"kind = 0 AND {view.value} AND changed > ?", (since,))


def count_waiting(store: SqliteStore, station: int) -> int:
    """How many messages for this station want an act and had none here."""
    return store.count_where(f"kind = 0 AND is_for_me AND {_WAITS}", (station,))


def unsettled(store: SqliteStore, view: BoxView, station: int, limit: int) -> list[Item]:
    """What of a box still needs somebody: the most urgent first, then the oldest."""
    where = f"kind = 0 AND {view.value} AND ?1 AND {_UNSETTLED[view]} ORDER BY precedence, id LIMIT ?2"
    return store.items_where(where, (station, limit))


def count_unsettled(store: SqliteStore, view: BoxView, station: int) -> int:
    """How many messages of a box still need somebody."""
    return store.count_where(f"kind = 0 AND {view.value} AND ?1 AND {_UNSETTLED[view]}", (station,))
