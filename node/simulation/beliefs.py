"""What stations believe of others, checked the moment it is seen: who says that a message is there, is right.

At the end of a run a message may have come after all; whoever was told so before was misled all the same.
"""

from collections.abc import Mapping

from node.core.records import EVERYONE, Item, Rung
from node.simulation.box import Box
from node.simulation.watching import Changed, Fact

_SAID_THERE = (Rung.AT_STATION, Rung.UNATTENDED)


class Beliefs:
    """Implements `node.simulation.watching.Watcher`.

    Args:
        boxes: the stations, by number.
        captured: what these say of themselves is theirs to say.
    """

    def __init__(self, boxes: Mapping[int, Box], captured: frozenset[int]) -> None:
        self._boxes = boxes
        self._not_asked = {EVERYONE, *captured}
        self._held: set[tuple[int, bytes, int]] = set()
        self.wrong: list[tuple[int, Item, int]] = []
        """Station, the item, and the station where it took it to be without reason."""

    def saw(self, fact: Fact, now_s: float) -> None:
        """Something about an item changed at a station."""
        if not isinstance(fact, Changed):
            return
        for delivery in self._boxes[fact.station].store.deliveries(fact.item.id):
            belief = (fact.station, fact.item.fingerprint, delivery.station)
            if delivery.station in self._not_asked or delivery.rung not in _SAID_THERE or belief in self._held:
                continue
            self._held.add(belief)
            if self._boxes[delivery.station].store.item_by_fingerprint(fact.item.fingerprint) is None:
                self.wrong.append((fact.station, fact.item, delivery.station))
