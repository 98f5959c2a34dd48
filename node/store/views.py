"""What the API asks of the store and the core does not: boxes, what still needs somebody before the rest."""

from enum import Enum
from typing import Final

from node.core.records import Item
from node.store.sqlite import SqliteStore


class BoxView(Enum):
    """Which messages; the value is the condition on the item table."""

    INBOX = "is_for_me"
    OUTBOX = "is_mine"
    CARRIED = "NOT is_for_me AND NOT is_mine"


UNACTED_MAX: Final = 1000
"""Messages without an act that are looked through for the status line's count."""

_ACTED: Final = (
    "EXISTS (SELECT 1 FROM item AS act WHERE act.kind = 1 AND act.issuer = ?1 AND act.station = item.station"
    " AND act.incarnation = item.incarnation AND act.sequence = item.sequence)"
)
_OWED: Final = "EXISTS (SELECT 1 FROM delivery WHERE delivery.item_id = item.id AND delivery.next_at IS NOT NULL)"
_SETTLED: Final = {BoxView.INBOX: _ACTED, BoxView.OUTBOX: f"NOT {_OWED}", BoxView.CARRIED: f"NOT {_OWED}"}
"""What sinks to the bottom of a box: acted on here, or owed to nobody any more."""


def box(store: SqliteStore, view: BoxView, station: int, since: int, limit: int, skip: int = 0) -> list[Item]:
    """Messages of a box that changed after a point of the counter: the unsettled first, by precedence; then the latest.

    Args:
        store: on its own thread.
        view: which box.
        station: this one's number.
        since: 0 for all.
        limit: at most so many.
        skip: without the first so many.
    """
    settled = _SETTLED[view]
    order = f"{settled}, CASE WHEN {settled} THEN 0 ELSE precedence END, changed DESC"
    where = f"kind = 0 AND {view.value} AND changed > ?2 AND ?1 ORDER BY {order} LIMIT ?3 OFFSET ?4"
    return store.items_where(where, (station, since, limit, skip))


def count_in_box(store: SqliteStore, view: BoxView, since: int) -> int:
    """How many messages of a box changed after a point of the counter."""
    return store.count_where(f"kind = 0 AND {view.value} AND changed > ?", (since,))


def without_act_from(store: SqliteStore, station: int) -> list[Item]:
    """Messages for this station about which nobody here has done anything, the most urgent first."""
    where = f"kind = 0 AND is_for_me AND NOT {_ACTED} ORDER BY precedence, id LIMIT ?2"
    return store.items_where(where, (station, UNACTED_MAX))
