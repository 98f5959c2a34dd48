"""What a station knows of its time beyond the anchor, on disk."""

from node.core.moment import Anchor, Moment
from node.core.reckoning import NOTHING_KEPT, Reckoning, Word
from node.store.database import Database, Row


class ReckoningTables:
    """The part of `node.core.ports.Store` that is about time; each method raises what `Database` does."""

    _database: Database

    def reckoning(self) -> Reckoning:
        """As last set."""
        row = self._database.one("SELECT * FROM reckoning")
        if row is None:
            return NOTHING_KEPT
        _, known_at, *known = row[:6]
        gap_at, unsure_until, aged_until, *word = row[6:]
        return Reckoning(
            known=None if known_at is None else Anchor(known_at, Moment(*known)),
            gap_at=gap_at,
            unsure_until=unsure_until,
            aged_until=aged_until,
            word=None if word[0] is None else Word(Moment(*word[:4]), word[4]),
        )

    def set_reckoning(self, reckoning: Reckoning) -> None:
        """Replace it."""
        known, word = reckoning.known, reckoning.word
        values = (
            *((None,) * 5 if known is None else (known.at, *_values(known.moment))),
            *(reckoning.gap_at, reckoning.unsure_until, reckoning.aged_until),
            *((None,) * 5 if word is None else (*_values(word.moment), word.operator)),
        )
        marks = ", ".join("?" * len(values))
        self._database.write(f"INSERT OR REPLACE INTO reckoning VALUES (1, {marks})", values)

    def age_held(self, until_at: int, by_ms: int) -> None:
        """Make older by so much what was accepted, began to arrive or was put in quarantine up to a station time."""
        older = "born_at = born_at - ?, expires_at = expires_at - ?"
        self._database.write(f"UPDATE item SET {older} WHERE accepted_at <= ?", (by_ms, by_ms, until_at))
        self._database.write(f"UPDATE arriving SET {older} WHERE heard_at <= ?", (by_ms, by_ms, until_at))
        self._database.write("UPDATE quarantine SET heard_at = heard_at - ? WHERE heard_at <= ?", (by_ms, until_at))


def _values(moment: Moment) -> Row:
    return (moment.boot_id, moment.boot_ms, moment.utc_ms, moment.utc_uncertainty_ms)
