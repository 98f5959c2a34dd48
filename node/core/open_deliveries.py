"""What is still open of a station's deliveries, in the orders in which it is asked about.

`Store.open_deliveries` says the same, and is read after a start and a rollback; in between each row that is written
is put here too, so that no question costs more the more has been finished.

| question                          | kept by                                    |
|-----------------------------------|--------------------------------------------|
| all, the most urgent first        | precedence, time, item, station            |
| what is due, when the next one is | time, item, station                        |
| what has outlived its lifetime    | end of life, item, station                 |
| what is owed to one station       | station                                    |
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from typing import Final

from node.core.records import Delivery, Item

Open = tuple[Item, Delivery]
_Place = tuple[int, int]
"""Item and station."""
_Rank = tuple[int, int, int, int]
_AFTER_ALL: Final = 1 << 62
"""Above every row number."""


class OpenDeliveries:
    """Rows by item and station; those without a time are not open and leave."""

    def __init__(self, rows: Iterable[Open]) -> None:
        self._rows: dict[_Place, Open] = {}
        self._ranks: list[_Rank] = []
        self._times: list[tuple[int, int, int]] = []
        self._ends: list[tuple[int, int, int]] = []
        self._by_station: dict[int, set[int]] = {}
        self._listed: tuple[Open, ...] | None = None
        for item, delivery in rows:
            self.put(item, delivery)

    def item(self, item_id: int, station: int) -> Item | None:
        """The item of an open row."""
        row = self._rows.get((item_id, station))
        return None if row is None else row[0]

    def put(self, item: Item, delivery: Delivery) -> None:
        """Insert or replace by item and station."""
        place, self._listed = (delivery.item_id, delivery.station), None
        before = self._rows.pop(place, None)
        if before is not None:
            self._take_out(*before)
        if delivery.next_at is not None:
            self._rows[place] = (item, delivery)
            insort(self._ranks, (item.precedence, delivery.next_at, *place))
            insort(self._times, (delivery.next_at, *place))
            insort(self._ends, (item.expires_at, *place))
            self._by_station.setdefault(delivery.station, set()).add(delivery.item_id)

    def listed(self) -> Sequence[Open]:
        """All, by precedence, then time, then item: as they are now, whatever is put while somebody goes through."""
        if self._listed is None:
            self._listed = tuple(self._rows[item_id, station] for _, _, item_id, station in self._ranks)
        return self._listed

    def towards(self, station: int) -> Sequence[Open]:
        """What is owed to one station, in the same order."""
        return self._in_order((item_id, station) for item_id in self._by_station.get(station, ()))

    def due(self, at: int) -> Sequence[Open]:
        """What is to be looked at now, in the same order."""
        count = bisect_right(self._times, (at, _AFTER_ALL, 0))
        return self._in_order((item_id, station) for _, item_id, station in self._times[:count]) if count else ()

    def ended(self, at: int) -> Sequence[Open]:
        """What has outlived its lifetime, in the same order."""
        count = bisect_right(self._ends, (at, _AFTER_ALL, 0))
        return self._in_order((item_id, station) for _, item_id, station in self._ends[:count]) if count else ()

    def soonest(self) -> int | None:
        """When the first falls due or its lifetime ends; None while nothing is open."""
        return min(self._times[0][0], self._ends[0][0]) if self._ends else None

    def next_at(self, at: int) -> int | None:
        """When the next one falls due, or the next lifetime ends."""
        if not self._ends:
            return None
        end = self._ends[0][0]
        place = bisect_right(self._times, (at, _AFTER_ALL, 0))
        return end if place == len(self._times) else min(end, self._times[place][0])

    def _in_order(self, places: Iterable[_Place]) -> Sequence[Open]:
        found = [self._rows[place] for place in places]
        return found if len(found) < 2 else sorted(found, key=_rank)

    def _take_out(self, item: Item, delivery: Delivery) -> None:
        assert delivery.next_at is not None, "only open rows are kept"
        place = (delivery.item_id, delivery.station)
        del self._ranks[bisect_left(self._ranks, _rank((item, delivery)))]
        del self._times[bisect_left(self._times, (delivery.next_at, *place))]
        del self._ends[bisect_left(self._ends, (item.expires_at, *place))]
        at_station = self._by_station[delivery.station]
        at_station.discard(delivery.item_id)
        if not at_station:
            del self._by_station[delivery.station]


def _rank(row: Open) -> _Rank:
    item, delivery = row
    assert delivery.next_at is not None, "only open rows are kept"
    return (item.precedence, delivery.next_at, delivery.item_id, delivery.station)
