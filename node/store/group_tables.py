"""Groups' keys on disk: as open as the station's own key, since a station must read without anybody there."""

from collections.abc import Sequence
from typing import Final

from node.core.group_keys import GroupKey, Handout, KeyHolder
from node.store.database import Database
from protocol.layout import Layout
from protocol.numbers import Address, Kind

_HOLDER: Final = Layout(8, 16, 256)
"""A holder as stored: kind, number, public key."""


class GroupTables:
    """The part of `node.core.ports.Store` that is about groups' keys; each method raises what `Database` does."""

    _database: Database

    def put_group_key(self, key: GroupKey) -> None:
        """Insert, or replace by group and version."""
        self._database.write(
            "INSERT OR REPLACE INTO group_key VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(key.group, key.version, key.secret, key.maker, key.holders_digest, _packed(key.holders)),
                *(key.learned_at, key.learned_utc_ms),
            ),
        )

    def delete_group_key(self, group: int, version: int) -> None:
        """Forget a version."""
        self._database.write("DELETE FROM group_key WHERE number = ? AND version = ?", (group, version))

    def group_keys(self, group: int | None = None) -> Sequence[GroupKey]:
        """All versions that are kept of a group, or of all groups, by group and version."""
        rows = self._database.all(
            "SELECT * FROM group_key WHERE ? IS NULL OR number = ? ORDER BY number, version", (group, group)
        )
        return [
            GroupKey(number, version, secret, maker, digest, _holders(holders), learned_at, learned_utc_ms)
            for number, version, secret, maker, digest, holders, learned_at, learned_utc_ms in rows
        ]

    def put_handout(self, handout: Handout) -> None:
        """Note what a notice carries to whom."""
        values = (handout.item_id, handout.group, handout.version, handout.station)
        self._database.write("INSERT OR REPLACE INTO handout VALUES (?, ?, ?, ?)", values)

    def handouts(self, group: int, version: int) -> Sequence[Handout]:
        """The notices that carry a version, in order of composing."""
        found = "SELECT * FROM handout WHERE number = ? AND version = ? ORDER BY item_id"
        return [Handout(*row) for row in self._database.all(found, (group, version))]


def _packed(holders: Sequence[KeyHolder]) -> bytes:
    return b"".join(
        _HOLDER.pack(one.address.kind, one.address.number, int.from_bytes(one.public_key, "big")) for one in holders
    )


def _holders(raw: bytes) -> tuple[KeyHolder, ...]:
    fields = [_HOLDER.unpack(raw[at : at + _HOLDER.size]) for at in range(0, len(raw), _HOLDER.size)]
    return tuple(KeyHolder(Address(Kind(kind), number), key.to_bytes(32, "big")) for kind, number, key in fields)
