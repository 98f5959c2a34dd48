"""A table in memory that can go back to how it was committed.

Only what was written since the last commit is remembered, so a commit costs what it changes and not what is stored.
"""

from typing import TypeVar

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")


class Table(dict[KeyT, RowT]):
    """Rows by key, none of them None; written by key and `discard` alone.

    Args:
        is_ordered: the order of adding is asked about, and stays when a deletion is rolled back.
    """

    __slots__ = ("_before", "_is_ordered", "_order")

    def __init__(self, *, is_ordered: bool = True) -> None:
        super().__init__()
        self._is_ordered = is_ordered
        self._before: dict[KeyT, RowT | None] = {}
        """What was committed of the keys written since; None for a new one."""
        self._order: tuple[KeyT, ...] | None = None
        """The keys as they stood before the first of them was deleted."""

    def __setitem__(self, key: KeyT, row: RowT) -> None:
        if key not in self._before:
            self._before[key] = self.get(key)
        super().__setitem__(key, row)

    def __delitem__(self, key: KeyT) -> None:
        if self._is_ordered and self._order is None:
            self._order = tuple(self)
        if key not in self._before:
            self._before[key] = self[key]
        super().__delitem__(key)

    def discard(self, key: KeyT) -> None:
        """Delete a row, if there is one."""
        if key in self:
            del self[key]

    def commit(self) -> None:
        """What stands now is committed."""
        if self._before:
            self._before.clear()
            self._order = None

    def rollback(self) -> None:
        """What was committed stands again, in its order."""
        for key, row in self._before.items():
            if row is not None:
                super().__setitem__(key, row)
            elif key in self:
                super().__delitem__(key)
        for key in self._order or ():
            if key in self:
                super().__setitem__(key, super().pop(key))
        self._before.clear()
        self._order = None
