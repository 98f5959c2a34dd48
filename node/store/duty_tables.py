"""Who is on duty, who holds which function, and what somebody must look at, on disk."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.alarm_records import Alarm
from node.core.people_records import FunctionWord, OnDuty
from node.store.database import Database
from node.store.rows import ALARM_COLUMNS, alarm_of, alarm_values, function_word_of


class DutyTables:
    """The part of `node.core.ports.Store` that is about shifts, functions and alarms; raises as `Database`."""

    _database: Database

    def put_alarm(self, alarm: Alarm) -> Alarm:
        """Insert or replace by kind and subject, and return it with its number."""
        names = ALARM_COLUMNS.split(", ")
        renewed = ", ".join(f"{name} = ?{place}" for place, name in enumerate(names, start=1) if place > 2)
        values = alarm_values(alarm)
        # Renewed on its own: an insert that meets a conflict would use a number up.
        update = f"UPDATE alarm SET {renewed} WHERE kind = ?1 AND subject = ?2 RETURNING id"
        row = self._database.write(update, values).fetchone()
        if row is None:
            marks = ", ".join("?" * len(names))
            insert = f"INSERT INTO alarm ({ALARM_COLUMNS}) VALUES ({marks}) RETURNING id"
            row = self._database.write(insert, values).fetchone()
        return replace(alarm, id=int(row[0]))

    def delete_alarm(self, alarm_id: int) -> None:
        """Forget an alarm."""
        self._database.write("DELETE FROM alarm WHERE id = ?", (alarm_id,))

    def alarms(self) -> Sequence[Alarm]:
        """All that are kept, by number."""
        return [alarm_of(row) for row in self._database.all("SELECT * FROM alarm ORDER BY id")]

    def put_function_word(self, word: FunctionWord) -> None:
        """Insert or replace by function."""
        values = (
            *(word.function, word.operator, word.station, word.is_taken, word.is_unrelieved),
            *(word.incarnation, word.sequence, word.said_at, word.said_utc_ms),
        )
        self._database.write("INSERT OR REPLACE INTO function_word VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def function_word(self, function: int) -> FunctionWord | None:
        """The latest word about a function."""
        row = self._database.one("SELECT * FROM function_word WHERE function = ?", (function,))
        return None if row is None else function_word_of(row)

    def function_words(self) -> Sequence[FunctionWord]:
        """The latest words about all functions of which there is one, by function."""
        return [function_word_of(row) for row in self._database.all("SELECT * FROM function_word ORDER BY function")]

    def put_on_duty(self, person: OnDuty) -> None:
        """Insert or replace by operator."""
        values = (person.operator, person.since_at, person.since_utc_ms, person.locked_at)
        self._database.write("INSERT OR REPLACE INTO on_duty VALUES (?, ?, ?, ?)", values)

    def delete_on_duty(self, operator: int) -> None:
        """Forget a person on duty; nothing happens when there is none."""
        if self._database.one("SELECT 1 FROM on_duty WHERE operator = ?", (operator,)) is not None:
            self._database.write("DELETE FROM on_duty WHERE operator = ?", (operator,))

    def on_duty(self) -> Sequence[OnDuty]:
        """Who is on duty, key open or locked, by operator."""
        return [OnDuty(*row) for row in self._database.all("SELECT * FROM on_duty ORDER BY operator")]
