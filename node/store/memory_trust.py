"""What a station believes of others, and the keys of its groups, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.group_keys import GroupKey, Handout
from node.core.trust_records import KeptStatement, Quarantined
from node.store.memory_tables import InMemory


class TrustInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about trust and groups."""

    def put_statement(self, statement: KeptStatement) -> None:
        self._writing().statements[statement.raw] = statement

    def delete_statement(self, raw: bytes) -> None:
        self._writing().statements.discard(raw)

    def statements(self) -> Sequence[KeptStatement]:
        return list(self._now.statements.values())

    def add_quarantined(self, frame: Quarantined) -> Quarantined:
        stored = replace(frame, id=max(self._now.quarantine, default=0) + 1)
        self._writing().quarantine[stored.id] = stored
        return stored

    def delete_quarantined(self, frame_id: int) -> None:
        self._writing().quarantine.discard(frame_id)

    def quarantined(self) -> Sequence[Quarantined]:
        return [frame for _, frame in sorted(self._now.quarantine.items())]

    def put_group_key(self, key: GroupKey) -> None:
        self._writing().group_keys[key.group, key.version] = key

    def delete_group_key(self, group: int, version: int) -> None:
        self._writing().group_keys.discard((group, version))

    def group_keys(self, group: int | None = None) -> Sequence[GroupKey]:
        keys = self._now.group_keys
        return [keys[place] for place in sorted(keys) if group in (None, place[0])]

    def put_handout(self, handout: Handout) -> None:
        self._writing().group_handouts[handout.item_id] = handout

    def handouts(self, group: int, version: int) -> Sequence[Handout]:
        rows = self._now.group_handouts
        return [rows[at] for at in sorted(rows) if (rows[at].group, rows[at].version) == (group, version)]
