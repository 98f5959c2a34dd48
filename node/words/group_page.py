"""One group as a page of text: who is in it, which key, who has it, what a new one costs."""

from collections.abc import Iterator
from typing import Final

from node.api.groups import KeyState, ShownGroup
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.page import COLUMNS, Row, aligned
from node.words.phrases import clock_text, decimal_text

HOUR_MS_PER_BP: Final = 360
"""A hundredth of a percent of an hour."""

_STATES: Final = {
    KeyState.HAS: "has it",
    KeyState.WAITS: "on its way, not there yet",
    KeyState.LACKS: "has none: bavn group key {group}",
    KeyState.UNKNOWN: "not known here: ask at {maker}",
    KeyState.BARRED: "is handed none: its own key is revoked or not known here",
}
_COST: Final = "{stations} stations x {frame} s = {airtime} s on the air for each hop; the hour {used} -> {then} %"
TEXTS: Final = (
    *_STATES.values(),
    _COST,
    "members",
    "nobody",
    "key",
    "none here: what is sent to the group is open",
    "number {version}, from {maker} {time}",
    "EXPOSED",
    "{people} has it and should not: bavn group key {group} --new",
    "a new key costs",
)


def group_page(words: Words, group: ShownGroup, columns: int = COLUMNS) -> list[str]:
    """The whole page, line by line."""
    title = f"{harmless(group.group.code)}  {harmless(group.group.name)}"
    return [title, *aligned(_rows(words, group), columns)]


def cost_text(words: Words, group: ShownGroup, *, new: bool) -> str:
    """What it costs to hand out a new key, or the newest to those who are not known to have it."""
    skipped = (KeyState.BARRED,) if new else (KeyState.BARRED, KeyState.HAS)
    # Of a new one this station itself is told nothing.
    stations = sum(one.state not in skipped for one in group.holdings) - new
    airtime_ms = max(stations, 0) * group.airtime_ms
    return words(_COST).format(
        stations=max(stations, 0),
        frame=decimal_text(words, group.airtime_ms / 1000),
        airtime=decimal_text(words, airtime_ms / 1000),
        used=decimal_text(words, group.hour_used_bp / 100),
        then=decimal_text(words, (group.hour_used_bp - -airtime_ms // HOUR_MS_PER_BP) / 100),
    )


def _rows(words: Words, group: ShownGroup) -> Iterator[Row]:
    code = harmless(group.group.code)
    members = ", ".join(harmless(one.code or one.name) for one in group.members)
    yield words("members"), members or words("nobody")
    if group.version is None:
        yield words("key"), words("none here: what is sent to the group is open")
    else:
        said = words("number {version}, from {maker} {time}")
        maker = harmless(group.maker)
        yield words("key"), said.format(version=group.version, maker=maker, time=clock_text(group.made))
    if group.exposed_by:
        people = ", ".join(harmless(one.code or one.name) for one in group.exposed_by)
        said = words("{people} has it and should not: bavn group key {group} --new")
        yield words("EXPOSED"), said.format(people=people, group=code)
    if group.version is not None:
        for one in group.holdings:
            state = words(_STATES[one.state]).format(group=code, maker=harmless(group.maker))
            yield harmless(one.station), state
    yield words("a new key costs"), cost_text(words, group, new=True)
