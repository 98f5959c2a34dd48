"""The store on disk: SQLite in WAL mode with a full sync at every commit.

WAL with synchronous=FULL lost nothing acknowledged in replayed power cuts, and needs a quarter of the syncs of a
rollback journal. One connection, used on one thread; the first write of a turn opens the transaction.
Here is what a station knows of itself: its timeline, its counts, its airtime. The rest has modules of its own.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from node.core.log_evidence import BRINGING, items_of
from node.core.moment import Anchor
from node.core.records import Item
from node.store.answer_tables import AnswerTables
from node.store.continuity_tables import ContinuityTables
from node.store.database import Database
from node.store.delivery_tables import DeliveryTables
from node.store.draft_tables import DraftTables
from node.store.duty_tables import DutyTables
from node.store.group_tables import GroupTables
from node.store.handheld_tables import HandheldTables
from node.store.item_tables import ItemTables
from node.store.log_tables import LogTables
from node.store.long_tables import LongTables
from node.store.number_log import DRAFT_SERIES, NumberLog
from node.store.pouch_tables import PouchTables
from node.store.reckoning_tables import ReckoningTables
from node.store.rows import anchor_of, anchor_values
from node.store.trust_tables import TrustTables

NUMBERS_SUFFIX: Final = ".numbers"
AIRTIME_KEPT_MIN: Final = 24 * 60
"""Minutes of the airtime ledger: the rolling hour needs 60, a person who looks into a quarrel a day."""

_DRAFT: Final = "draft"
_SEQUENCE: Final = "sequence "


class SqliteStore(
    AnswerTables,
    HandheldTables,
    ContinuityTables,
    DeliveryTables,
    DraftTables,
    DutyTables,
    GroupTables,
    ItemTables,
    LogTables,
    LongTables,
    PouchTables,
    ReckoningTables,
    TrustTables,
):
    """Implements `node.core.ports.Store`; each method raises what `Database` does."""

    def __init__(self, path: Path, witness: NumberLog | None = None, *, read_only: bool = False) -> None:
        """Open or create the database; raises as `Database`.

        Args:
            path: of the database; the log of its numbers lies beside it.
            witness: a second log of the same numbers, on another path; None for a store that nobody restores.
            read_only: look at one and leave it as it is, perhaps beside the station that writes it.
        """
        self._database = Database(path, read_only=read_only)
        self.numbers = NumberLog(path.with_name(path.name + NUMBERS_SUFFIX))
        self._witness = witness

    def close(self) -> None:
        """Forget what was not committed and close the file."""
        self._database.close()

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage in the file."""
        return self._database.is_sound()

    def take_over_numbers(self, given: Mapping[int, int]) -> None:
        """Go on above numbers that were given, by their series; commit afterwards."""
        for series, number in sorted(given.items()):
            name = _DRAFT if series == DRAFT_SERIES else _sequence(series)
            if number > self._counter(name):
                self._database.write("INSERT OR REPLACE INTO counter VALUES (?, ?)", (name, number))

    def given_numbers(self) -> dict[int, int]:
        """The highest number of each incarnation that this database knows it gave."""
        rows = self._database.all("SELECT name, value FROM counter WHERE name LIKE ?", (f"{_SEQUENCE}%",))
        return {int(str(name).removeprefix(_SEQUENCE)): int(value) for name, value in rows}

    def commit(self) -> None:
        self._database.commit()

    def rollback(self) -> None:
        self._database.rollback()

    def has_changes(self) -> bool:
        return self._database.in_transaction

    def anchor(self) -> Anchor | None:
        row = self._database.one("SELECT at, boot_id, boot_ms, utc_ms, utc_uncertainty_ms FROM anchor")
        return None if row is None else anchor_of(row)

    def set_anchor(self, anchor: Anchor) -> None:
        self._database.write("INSERT OR REPLACE INTO anchor VALUES (1, ?, ?, ?, ?, ?)", anchor_values(anchor))

    def take_sequence(self, incarnation: int) -> int:
        sequence = self._count_up(_sequence(incarnation))
        self._note(incarnation, sequence)
        return sequence

    def last_sequence(self, incarnation: int) -> int:
        return self._counter(_sequence(incarnation))

    def skip_to(self, incarnation: int, sequence: int) -> None:
        if sequence > self._counter(_sequence(incarnation), -1):
            self._note(incarnation, sequence)
            self._database.write("INSERT OR REPLACE INTO counter VALUES (?, ?)", (_sequence(incarnation), sequence))

    def take_change(self) -> int:
        return self._count_up("change")

    def last_change(self) -> int:
        return self._counter("change")

    def add_airtime(self, minute: int, airtime_ms: int) -> None:
        added = "ON CONFLICT (minute) DO UPDATE SET airtime_ms = airtime_ms + excluded.airtime_ms"
        self._database.write(f"INSERT INTO airtime VALUES (?, ?) {added}", (minute, airtime_ms))
        self._database.write("DELETE FROM airtime WHERE minute < ?", (minute - AIRTIME_KEPT_MIN,))

    def airtime_since(self, minute: int) -> int:
        return self._database.number("SELECT coalesce(sum(airtime_ms), 0) FROM airtime WHERE minute >= ?", (minute,))

    def take_draft_id(self) -> int:
        draft_id = self._count_up(_DRAFT)
        self.numbers.note(DRAFT_SERIES, draft_id)
        return draft_id

    def items_told_of(self, chain: int, first: int, last: int) -> Sequence[Item]:
        bringing = ", ".join(str(int(kind)) for kind in sorted(BRINGING))
        rows = self._database.all(
            f"SELECT raw FROM log WHERE chain = ? AND number BETWEEN ? AND ? AND kind IN ({bringing}) ORDER BY number",
            (chain, first, last),
        )
        return items_of(self, (raw for (raw,) in rows))

    def _note(self, incarnation: int, sequence: int) -> None:
        """Make a number known for good, in this order: what lies beside is never behind the witness by a cut."""
        self.numbers.note(incarnation, sequence)
        if self._witness is not None:
            self._witness.note(incarnation, sequence)

    def _count_up(self, name: str) -> int:
        more = "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        return int(self._database.write(f"INSERT INTO counter VALUES (?, 1) {more}", (name,)).fetchone()[0])

    def _counter(self, name: str, unused: int = 0) -> int:
        row = self._database.one("SELECT value FROM counter WHERE name = ?", (name,))
        return unused if row is None else int(row[0])


def _sequence(incarnation: int) -> str:
    return f"{_SEQUENCE}{incarnation}"
