"""Texts to plain handhelds, how those were heard, and texts of strangers, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.handheld_records import HandheldSeen, HandheldText, StrayText
from node.store.memory_tables import InMemory


class HandheldsInMemory(InMemory):
    """The part of `node.core.ports.Store` about handhelds."""

    def add_handheld_text(self, text: HandheldText) -> HandheldText:
        tables = self._writing()
        tables.last_handheld_text_id += 1
        kept = replace(text, id=tables.last_handheld_text_id)
        tables.handheld_texts[kept.id] = kept
        return kept

    def put_handheld_text(self, text: HandheldText) -> None:
        if text.id in self._now.handheld_texts:
            self._writing().handheld_texts[text.id] = text

    def delete_handheld_text(self, text_id: int) -> None:
        if text_id in self._now.handheld_texts:
            del self._writing().handheld_texts[text_id]

    def handheld_text(self, text_id: int) -> HandheldText | None:
        return self._now.handheld_texts.get(text_id)

    def handheld_texts(self, handheld: int) -> Sequence[HandheldText]:
        found = (text for text in self._now.handheld_texts.values() if text.handheld == handheld)
        return sorted(found, key=lambda text: text.id)

    def handheld_texts_waiting(self) -> Sequence[HandheldText]:
        waiting = (text for text in self._now.handheld_texts.values() if text.next_at is not None)
        return sorted(waiting, key=lambda text: (text.precedence, text.id))

    def put_handheld_seen(self, seen: HandheldSeen) -> None:
        self._writing().handhelds_seen[seen.handheld] = seen

    def handheld_seen(self, handheld: int) -> HandheldSeen | None:
        return self._now.handhelds_seen.get(handheld)

    def add_stray_text(self, text: StrayText, kept: int) -> None:
        tables = self._writing()
        tables.last_stray_text_id += 1
        tables.stray_texts[tables.last_stray_text_id] = replace(text, id=tables.last_stray_text_id)
        for old in sorted(tables.stray_texts)[:-kept]:
            del tables.stray_texts[old]

    def stray_texts(self) -> Sequence[StrayText]:
        return [self._now.stray_texts[number] for number in sorted(self._now.stray_texts, reverse=True)]
