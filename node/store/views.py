"""What the API asks of the store and the core does not: boxes, newest change first."""

from enum import Enum
from typing import Final

from node.core.records import Item
from node.store.sqlite import SqliteStore


class BoxView(Enum):
    """Which messages; the value is the condition on the item table."""

    INBOX = "is_for_me AND NOT is_mine"
    OUTBOX = "is_mine"
    CARRIED = "NOT is_for_me AND NOT is_mine"


UNACTED_MAX: Final = 1000
"""Messages without an act that are looked through for the status line's count."""


def box(store: SqliteStore, view: BoxView, since: int, limit: int) -> list[Item]:
    """Messages of a box that changed after a point of the counter, the latest change first."""
    return store.items_where(f"kind = 0 AND {view.value} AND changed > ? ORDER BY changed DESC LIMIT ?", (since, limit))


def without_act_from(store: SqliteStore, station: int) -> list[Item]:
    """Messages for this station about which nobody here has done anything, the most urgent first."""
    acted = (
        "EXISTS (SELECT 1 FROM item AS act WHERE act.kind = 1 AND act.issuer = ? AND act.station = item.station"
        " AND act.incarnation = item.incarnation AND act.sequence = item.sequence)"
    )
    where = f"kind = 0 AND is_for_me AND NOT is_mine AND NOT {acted} ORDER BY precedence, id LIMIT ?"
    return store.items_where(where, (station, UNACTED_MAX))
