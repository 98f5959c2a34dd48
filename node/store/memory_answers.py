"""Answers that are due, what cancels or corrects, and deputies asked, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.answer_records import AnswerDue, Countermand, Escalation
from node.core.records import ItemKey
from node.store.memory_tables import InMemory


class AnswersInMemory(InMemory):
    """The part of `node.core.ports.Store` about answers."""

    def put_answer_due(self, due: AnswerDue) -> None:
        self._writing().answers_due[due.item_id] = due

    def answer_due(self, item_id: int) -> AnswerDue | None:
        return self._now.answers_due.get(item_id)

    def answers_to_watch(self) -> Sequence[AnswerDue]:
        watched = [(due.next_at, due.item_id, due) for due in self._now.answers_due.values() if due.next_at is not None]
        return [due for _, _, due in sorted(watched, key=lambda row: row[:2])]

    def put_countermand(self, countermand: Countermand) -> None:
        self._writing().countermands[countermand.item_id] = countermand

    def countermand(self, item_id: int) -> Countermand | None:
        return self._now.countermands.get(item_id)

    def countermands(self, about: ItemKey) -> Sequence[Countermand]:
        return [row for _, row in sorted(self._now.countermands.items()) if row.about == about]

    def put_escalation(self, escalation: Escalation) -> None:
        self._writing().escalations[escalation.item_id] = escalation

    def escalations(self, about: ItemKey) -> Sequence[Escalation]:
        return [row for _, row in sorted(self._now.escalations.items()) if row.about == about]

    def deliver_here(self, item_id: int, changed: int) -> None:
        tables = self._writing()
        tables.items[item_id] = replace(tables.items[item_id], is_for_me=True, changed=changed)
