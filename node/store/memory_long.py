"""Long messages in memory: what is still arriving, and the fragments of all."""

from collections.abc import Mapping, Sequence

from node.core.records import Arriving, ItemKey
from node.store.memory_tables import InMemory


class LongInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about long messages."""

    def put_arriving(self, arriving: Arriving) -> None:
        self._writing().arriving[arriving.key] = arriving

    def delete_arriving(self, key: ItemKey) -> None:
        self._writing().arriving.pop(key, None)

    def all_arriving(self) -> Sequence[Arriving]:
        rows = self._now.arriving.values()
        return sorted(rows, key=lambda row: (row.key.station, row.key.incarnation, row.key.sequence))

    def put_fragment(self, key: ItemKey, index: int, content: bytes) -> None:
        self._writing().fragments[key, index] = content

    def fragments(self, key: ItemKey) -> Mapping[int, bytes]:
        kept = self._now.fragments
        return {index: kept[key, index] for index in sorted(index for of, index in kept if of == key)}

    def delete_fragments(self, key: ItemKey) -> None:
        fragments = self._writing().fragments
        for place in [place for place in fragments if place[0] == key]:
            del fragments[place]
