"""The page that is read when one shift hands to the next: what is open, who is silent, who holds what."""

from collections.abc import Iterator
from typing import Final

from node.api.handover import HandOverPage
from node.api.messages import ShownMessage
from node.words.alarm_phrases import alarm_text
from node.words.catalogue import Words
from node.words.duty_phrases import holding_text
from node.words.harmless import harmless
from node.words.page import COLUMNS, Row, aligned
from node.words.phrases import clock_text, precedence_text, span_text, step_text
from node.words.power_phrases import power_text
from node.words.release_phrases import waiting_line

_TITLE: Final = "Hand-over at {station} {name}, {time}"
_MORE: Final = "and {count} more"
_OFFERED: Final = "{outgoing} hands to {incoming}, who has not accepted yet"
_SILENT: Final = "{station} {name}: silent for {span}"
_DRAFT: Final = "to {to}: {text}"
_LOCKED: Final = "{people} (locked)"
TEXTS: Final = (
    _TITLE,
    _MORE,
    _OFFERED,
    _SILENT,
    _DRAFT,
    _LOCKED,
    "ALARM",
    "on duty",
    "nobody",
    "hand-over",
    "functions",
    "to be answered here",
    "not answered by others",
    "silent stations",
    "drafts",
    "wait for a second person",
    "power",
    "none",
)


def handover_page(words: Words, page: HandOverPage, columns: int = COLUMNS) -> list[str]:
    """The whole page, line by line."""
    now = page.status.clock.now
    title = words(_TITLE).format(
        station=harmless(page.status.station), name=harmless(page.status.name), time=clock_text(now, now)
    )
    rows = ((words(name) if name else "", text) for name, text in _rows(words, page))
    return [title, *aligned(rows, columns, max(map(len, map(words, TEXTS[6:]))))]


def _rows(words: Words, page: HandOverPage) -> Iterator[Row]:
    status = page.status
    for alarm in status.alarms:
        yield "ALARM" if not alarm.silenced_by else "", alarm_text(words, alarm)
    people = [f"{harmless(one.initials)} {harmless(one.name)}" for one in status.duty]
    locked = [words(_LOCKED).format(people=f"{harmless(one.initials)} {harmless(one.name)}") for one in status.locked]
    yield "on duty", ", ".join([*people, *locked]) or words("nobody")
    offers = [
        words(_OFFERED).format(outgoing=harmless(one.outgoing), incoming=harmless(one.incoming)) for one in page.offered
    ]
    yield from _named("hand-over", offers)
    held = [
        f"{harmless(one.code)} {harmless(one.name)}: {holding_text(words, one.holding, status.clock.now)}"
        for one in page.functions
    ]
    yield from _named("functions", held or [words("none")])
    yield from _named("to be answered here", _messages(words, page.unacknowledged, page.unacknowledged_count))
    yield from _named("not answered by others", _messages(words, page.unanswered, page.unanswered_count))
    silent = [
        words(_SILENT).format(
            station=harmless(one.station), name=harmless(one.name), span=span_text(words, one.silent_s)
        )
        for one in status.contacts
        if not one.in_reach
    ]
    yield from _named("silent stations", silent or [words("none")])
    drafts = [
        words(_DRAFT).format(to=harmless(one.draft.to) or "?", text=harmless(one.draft.text)[:COLUMNS])
        for one in page.drafts
    ]
    yield from _named("wait for a second person", [waiting_line(words, one) for one in page.releases])
    yield from _named("drafts", drafts or [words("none")])
    yield "power", power_text(words, status.power)


def _messages(words: Words, messages: tuple[ShownMessage, ...], count: int) -> list[str]:
    lines = [_message(words, message) for message in messages]
    more = [words(_MORE).format(count=count - len(messages))] * (count > len(messages))
    return [*lines, *more] or [words("none")]


def _message(words: Words, message: ShownMessage) -> str:
    steps = ", ".join(step_text(words, ladder) for ladder in message.ladders)
    start = (
        f"{harmless(message.number)} {precedence_text(words, message.precedence)} {harmless(message.text)[:COLUMNS]}"
    )
    return f"{start} [{steps}]" if steps else start


def _named(name: str, lines: list[str]) -> Iterator[Row]:
    yield from zip([name, *[""] * len(lines)], lines, strict=False)
