"""What came of a rehearsal, on a page."""

from collections.abc import Iterator
from typing import Final

from node.simulation.figures import Times
from node.simulation.oracle import Cause, Judgement
from node.simulation.promises import Promises
from node.simulation.rehearsal import Rehearsed
from node.words import drill_phrases
from node.words.catalogue import Words

_SHOWN_MAX: Final = 40
_CAUSES: Final = {
    Cause.ORIGIN_OFF: drill_phrases.ORIGIN_OFF,
    Cause.RECIPIENT_OFF: drill_phrases.RECIPIENT_OFF,
    Cause.NO_PATH: drill_phrases.NO_PATH,
    Cause.EXPIRED: drill_phrases.EXPIRED,
    Cause.NO_AIRTIME: drill_phrases.NO_AIRTIME,
    Cause.UNDER_WAY: drill_phrases.UNDER_WAY,
    Cause.UNEXPLAINED: drill_phrases.UNEXPLAINED,
}


def rehearsed_page(words: Words, title: str, rehearsed: Rehearsed) -> Iterator[str]:
    """The page, line by line."""
    figures = rehearsed.figures
    factor = round(figures.hours * 3600 / rehearsed.real_s) if rehearsed.real_s > 0 else 0
    yield words(drill_phrases.HEAD).format(
        title=title, stations=figures.stations, hours=figures.hours, real=round(rehearsed.real_s, 1), factor=factor
    )
    if rehearsed.broken:
        yield words(drill_phrases.BROKEN).format(count=len(rehearsed.broken))
        yield from (f"  {each}" for each in rehearsed.broken[:_SHOWN_MAX])
    else:
        yield words(drill_phrases.HOLDS)
    yield words(drill_phrases.WRITTEN).format(
        written=figures.written,
        owed=figures.owed,
        arrived=figures.arrived,
        acts=figures.acts,
        refused=figures.refused,
    )
    yield from _judged(words, rehearsed.judgement)
    for precedence, times in figures.times.items():
        if times.count:
            yield _times(words, precedence.upper(), times)
    yield from _promised(words, rehearsed.promises)
    yield words(drill_phrases.AIR).format(most=figures.airtime_pct_most, channel=figures.channel_pct)
    rate = round(figures.events / rehearsed.real_s) if rehearsed.real_s > 0 else 0
    yield words(drill_phrases.WORK).format(
        events=figures.events, rate=rate, share=round(100 * rehearsed.checking_share, 1)
    )


def _judged(words: Words, judgement: Judgement) -> Iterator[str]:
    yield words(drill_phrases.OWED).format(owed=judgement.owed)
    counts = judgement.counts()
    if counts:
        causes = ", ".join(words(_CAUSES[cause]).format(count=count) for cause, count in counts.items())
        yield words(drill_phrases.MISSING).format(count=sum(counts.values()), causes=causes)


def _promised(words: Words, promises: Promises) -> Iterator[str]:
    if "all" in promises.flash:
        times = promises.flash["all"]
        yield words(drill_phrases.FLASH).format(count=times.count, median=times.median_s, p99=times.p99_s)
    yield words(drill_phrases.HINTS).format(mean=promises.hints_pct, most=promises.hints_pct_most)
    for one in promises.revocations:
        yield words(drill_phrases.REVOCATION).format(
            at=round(one.at_s), soon=one.soon, reachable=one.reachable, late=one.late
        )


def _times(words: Words, precedence: str, times: Times) -> str:
    return words(drill_phrases.TIMES).format(
        precedence=precedence, count=times.count, median=times.median_s, p99=times.p99_s, most=times.most_s
    )
