"""What a station remembers of its own sendings: when each item last left, and what was heard of it since.

Hints in memory only: after a restart nothing counts as under way, and what is due is looked at anew. As many are kept
as deliveries can be open; the oldest give way, as after a restart.
"""

from typing import Final, TypeVar

from node.core.policy import OPEN_DELIVERIES_MAX, Policy
from node.core.records import Item

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")

_YIELDS_MAX: Final = 8
"""Between two sendings of this station, as many as carriers in one place send meanwhile: a frame replayed again and
again keeps nobody from sending for longer."""


class Attempts:
    """The sendings of the items that are still owed."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._pushed_at: dict[int, int] = {}
        """When an item last left: what was said before that is no news about it."""
        self._yielded: dict[int, int] = {}
        """How often an item was heard from somebody else when its turn here would have come."""
        self._hinted: dict[tuple[int, int], None] = {}
        """Item and station of receipts overheard that only their origin can check: each pauses us once."""

    def pushed(self, item: Item, at: int) -> None:
        """The item leaves now, from here or from somebody else: what comes of that is listened for."""
        _keep(self._pushed_at, item.id, at)
        self._yielded.pop(item.id, None)

    def pushed_at(self, item: Item) -> int | None:
        """When it last left, None when it did not."""
        return self._pushed_at.get(item.id)

    def is_under_way(self, item: Item, at: int) -> bool:
        """Whether it left so lately that an answer may still come, and an inventory may be older than it."""
        pushed_at = self._pushed_at.get(item.id)
        return pushed_at is not None and at - pushed_at < self._policy.answer_wait_ms

    def may_yield(self, item: Item) -> bool:
        """Whether this station still lets somebody else go first who sends the item."""
        return self._yielded.get(item.id, 0) < _YIELDS_MAX

    def yielded(self, item: Item, at: int) -> None:
        """Somebody else sent it in this station's turn."""
        _keep(self._yielded, item.id, self._yielded.get(item.id, 0) + 1)
        _keep(self._pushed_at, item.id, at)

    def is_first_hint(self, item: Item, station: int) -> bool:
        """Note a receipt overheard; whether it is the first of that station for the item."""
        is_first = (item.id, station) not in self._hinted
        _keep(self._hinted, (item.id, station), None)
        return is_first

    def finished(self, item: Item, station: int) -> None:
        """Nothing more is sent of the item towards that station."""
        self._pushed_at.pop(item.id, None)
        self._yielded.pop(item.id, None)
        self._hinted.pop((item.id, station), None)


def _keep(kept: dict[KeyT, RowT], key: KeyT, row: RowT) -> None:
    if key not in kept and len(kept) >= OPEN_DELIVERIES_MAX:
        del kept[next(iter(kept))]
    kept[key] = row
