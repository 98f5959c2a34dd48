"""Long messages in memory: what is still arriving, and the fragments of all."""

from collections.abc import Mapping, Sequence

from node.core.records import Arriving, ItemKey
from node.store.memory_tables import InMemory


class LongInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about long messages."""

    def put_arriving(self, arriving: Arriving) -> None:
        self._writing().arriving[arriving.key] = arriving

    def delete_arriving(self, key: ItemKey) -> None:
        self._writing().arriving.discard(key)

    def all_arriving(self) -> Sequence[Arriving]:
        rows = self._now.arriving.values()
        return sorted(rows, key=lambda row: (row.key.station, row.key.incarnation, row.key.sequence))

    def put_fragment(self, key: ItemKey, index: int, content: bytes) -> None:
        kept = {**self._now.fragments.get(key, {}), index: content}
        self._writing().fragments[key] = dict(sorted(kept.items()))

    def fragments(self, key: ItemKey) -> Mapping[int, bytes]:
        return self._now.fragments.get(key, {})

    def delete_fragments(self, key: ItemKey) -> None:
        self._writing().fragments.discard(key)
