"""Items and replay memory, in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from node.core.records import Item, ItemKey, ItemKind, Seen
from node.store.memory_tables import InMemory, Tables


class ItemsInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about items and what was heard before."""

    def add_item(self, item: Item) -> Item:
        if item.fingerprint in self._now.by_fingerprint:
            raise ValueError("an item with that fingerprint is stored")
        tables = self._writing()
        stored = replace(item, id=len(tables.items) + 1)
        tables.items[stored.id] = stored
        _stands_at(tables, stored)
        tables.by_fingerprint[item.fingerprint] = stored.id
        tables.of_issuer[item.issuer] = (*tables.of_issuer.get(item.issuer, ()), stored.id)
        tables.by_author[item.author] = (*tables.by_author.get(item.author, ()), stored.id)
        if item.kind is not ItemKind.ACT:
            tables.messages[item.key] = stored.id
        else:
            tables.acts[item.key] = (*tables.acts.get(item.key, ()), stored.id)
        return stored

    def touch_item(self, item_id: int, changed: int) -> None:
        tables = self._writing()
        before = tables.items[item_id]
        left = tuple(one for one in tables.changes.get(before.changed, ()) if one != item_id)
        if left:
            tables.changes[before.changed] = left
        else:
            tables.changes.discard(before.changed)
        stored = tables.items[item_id] = replace(before, changed=changed)
        _stands_at(tables, stored)

    def item(self, item_id: int) -> Item | None:
        return self._now.items.get(item_id)

    def item_by_fingerprint(self, fingerprint: bytes) -> Item | None:
        return self._now.items.get(self._now.by_fingerprint.get(fingerprint, 0))

    def message(self, key: ItemKey) -> Item | None:
        return self._now.items.get(self._now.messages.get(key, 0))

    def acts_about(self, key: ItemKey) -> Sequence[Item]:
        return [self._now.items[item_id] for item_id in self._now.acts.get(key, ())]

    def items_changed_since(self, change: int, limit: int, kind: ItemKind | None = None) -> Sequence[Item]:
        found: list[Item] = []
        for at in self._changes_after(change):
            items = (self._now.items[item_id] for item_id in self._now.changes.get(at, ()))
            found += [item for item in items if kind in (None, item.kind)]
            if len(found) >= limit:
                break
        return found[:limit]

    def _changes_after(self, change: int) -> Iterable[int]:
        """In their order; whoever has looked before asks about few."""
        if self._now.latest - change < len(self._now.changes):
            return range(change + 1, self._now.latest + 1)
        return sorted(at for at in self._now.changes if at > change)

    def seen(self, station: int, incarnation: int) -> Seen | None:
        return self._now.seen.get((station, incarnation))

    def put_seen(self, seen: Seen) -> None:
        self._writing().seen[seen.station, seen.incarnation] = seen

    def all_seen(self) -> Sequence[Seen]:
        return [self._now.seen[key] for key in sorted(self._now.seen)]


def _stands_at(tables: Tables, item: Item) -> None:
    """Note at which change an item stands."""
    others = tables.changes.get(item.changed, ())
    tables.latest = max(tables.latest, item.changed)
    tables.changes[item.changed] = tuple(sorted((*others, item.id)))
