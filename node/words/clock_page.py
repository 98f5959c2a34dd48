"""All that a station knows of the time, as a page of text."""

import time
from collections.abc import Iterator
from typing import Final

from node.api.clock import ClockPage, ClockSource
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.page import COLUMNS, Row, aligned
from node.words.phrases import clock_text, span_text

_SOURCES: Final = {
    ClockSource.OWN: "this machine's clock, trusted",
    ClockSource.OPERATOR: "what {initials} said",
    ClockSource.MESH: "what most other stations say; not trusted, times carry a ?",
    ClockSource.NOBODY: "NOBODY KNOWS. Look at a watch:  bavn clock set 14:32",
}
_MESH: Final = "{time}, within {span}"
_NO_MESH: Final = "{count} of {wanted} that are needed have told"
_DISAGREE: Final = "they do not agree"
_TELLER: Final = "{ahead} s, within {span}"
_UNSURE: Final = "some are at least as told: the station was off, nobody knows how long"
TEXTS: Final = (
    *_SOURCES.values(),
    *(_MESH, _NO_MESH, _DISAGREE, _TELLER, _UNSURE),
    *("shown", "by", "within", "other stations", "ages"),
)


def clock_page(words: Words, page: ClockPage, columns: int = COLUMNS) -> list[str]:
    """The whole page, line by line."""
    return aligned(((words(name) if name else "", said) for name, said in _rows(words, page)), columns)


def _rows(words: Words, page: ClockPage) -> Iterator[Row]:
    shown = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(page.now.utc_ms / 1000))
    yield "shown", shown if page.now.trusted else f"{shown}?"
    yield "by", words(_SOURCES[page.source]).format(initials=harmless(page.said_by))
    if page.within_ms is not None:
        yield "within", span_text(words, -(-page.within_ms // 1000))
    yield "other stations", _mesh(words, page)
    for one in page.tellers:
        ahead = "?" if one.ahead_s is None else f"{one.ahead_s:+d}"
        yield f"  {harmless(one.station)}", words(_TELLER).format(ahead=ahead, span=span_text(words, one.within_s))
    if not page.ages_sure:
        yield "ages", words(_UNSURE)


def _mesh(words: Words, page: ClockPage) -> str:
    if page.mesh is not None:
        return words(_MESH).format(time=clock_text(page.mesh.time), span=span_text(words, page.mesh.within_s))
    if len(page.tellers) < page.tellers_wanted:
        return words(_NO_MESH).format(count=len(page.tellers), wanted=page.tellers_wanted)
    return words(_DISAGREE)
