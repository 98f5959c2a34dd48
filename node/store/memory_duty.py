"""Who is on duty, who holds which function, and what somebody must look at, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.alarm_records import Alarm
from node.core.people_records import FunctionWord, OnDuty
from node.store.memory_tables import InMemory


class DutyInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about shifts, functions and alarms."""

    def put_alarm(self, alarm: Alarm) -> Alarm:
        tables = self._writing()
        known = tables.alarms.get((alarm.kind, alarm.subject))
        if known is None:
            tables.last_alarm_id += 1
        stored = replace(alarm, id=tables.last_alarm_id if known is None else known.id)
        tables.alarms[alarm.kind, alarm.subject] = stored
        return stored

    def delete_alarm(self, alarm_id: int) -> None:
        alarms = self._writing().alarms
        for key in [key for key, alarm in alarms.items() if alarm.id == alarm_id]:
            del alarms[key]

    def alarms(self) -> Sequence[Alarm]:
        return sorted(self._now.alarms.values(), key=lambda alarm: alarm.id)

    def put_function_word(self, word: FunctionWord) -> None:
        self._writing().function_words[word.function] = word

    def function_word(self, function: int) -> FunctionWord | None:
        return self._now.function_words.get(function)

    def function_words(self) -> Sequence[FunctionWord]:
        return [self._now.function_words[function] for function in sorted(self._now.function_words)]

    def put_on_duty(self, person: OnDuty) -> None:
        self._writing().on_duty[person.operator] = person

    def delete_on_duty(self, operator: int) -> None:
        if operator in self._now.on_duty:
            del self._writing().on_duty[operator]

    def on_duty(self) -> Sequence[OnDuty]:
        on_duty = self._now.on_duty
        return [on_duty[operator] for operator in sorted(on_duty)] if on_duty else ()
