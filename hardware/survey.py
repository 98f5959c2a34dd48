"""Surveys: radios send test frames in turn and count what they hear of each other.

* Between radios that this machine reaches: each sends in its turn, all others count.
* With far stations: ours asks; each far one that answers (`hardware.survey_answer`) counts, and sends as many frames
  back after the last, with what it has heard in each of them, so that any one of them tells.
"""

import asyncio
from collections.abc import Callable, Sequence

from hardware.radio import PacketHeard
from hardware.survey_frames import Kind, TestFrame
from hardware.survey_pacing import check_duration, send_series, silence_s, tail_s
from hardware.survey_station import Station, SurveyFailed
from hardware.survey_tally import Path, Tally


async def survey_between(
    stations: Sequence[Station], session: int, count: int, frame_bytes: int, hop_limit: int, say: Callable[[str], None]
) -> list[Path]:
    """Survey all paths between radios that are linked.

    Raises:
        SurveyFailed: a radio does not send.
    """
    tallies = {station.name: Tally() for station in stations}

    def counting(name: str) -> Callable[[PacketHeard, TestFrame], None]:
        return lambda packet, frame: tallies[name].hear(packet, frame) if frame.session == session else None

    for station in stations:
        station.listen(counting(station.name))
    sent: dict[str, int] = {}
    for station in stations:
        lasts_s = check_duration(await station.wait_up(), count, frame_bytes, hop_limit)
        say(f"{station.name} sends {count} frames, {lasts_s:.0f} s")
        sent[station.name] = await send_series(station, session, count, frame_bytes, hop_limit)
        await asyncio.sleep(tail_s(await station.wait_up(), frame_bytes, hop_limit))
    return [
        Path(one.name, other.name, sent[one.name], tallies[other.name].share(one.node))
        for one in stations
        for other in stations
        if one is not other
    ]


async def survey_far(
    station: Station,
    session: int,
    count: int,
    frame_bytes: int,
    hop_limit: int,
    far_count: int,
    say: Callable[[str], None],
) -> list[Path]:
    """Survey the paths to far stations that answer, both ways.

    Args:
        station: ours, linked.
        session: drawn for this survey.
        count: frames each way.
        frame_bytes: of each.
        hop_limit: of each.
        far_count: how many answer; the survey ends early when all have.
        say: told of each step.

    Raises:
        SurveyFailed: our radio does not send, or nobody answers.
    """
    tally, changed = Tally(), asyncio.Event()

    def listen(packet: PacketHeard, frame: TestFrame) -> None:
        if frame.session == session and frame.kind is Kind.ANSWER:
            tally.hear(packet, frame)
            changed.set()

    station.listen(listen)
    up = await station.wait_up()
    lasts_s = check_duration(up, count, frame_bytes, hop_limit)
    quiet_s = silence_s(up, frame_bytes, hop_limit) + tail_s(up, frame_bytes, hop_limit)
    say(f"{station.name} sends {count} frames, {lasts_s:.0f} s")
    sent = await send_series(station, session, count, frame_bytes, hop_limit, kind=Kind.QUESTION)
    say(f"waiting for the answers, {lasts_s:.0f} s and more")
    # An answer begins when the last frame came, or when so many were missed; and it may begin by chance later.
    wait_s = 2 * quiet_s
    while not _have_all(tally, far_count):
        changed.clear()
        try:
            async with asyncio.timeout(wait_s):
                await changed.wait()
        except TimeoutError:
            break
        wait_s = quiet_s
    if not tally.senders:
        raise SurveyFailed("nobody answered; run  bavn radio survey --answer  at the far station, and look at antennas")
    paths: list[Path] = []
    for sender in tally.senders:
        last = tally.last(sender)
        assert last is not None
        far = f"!{sender:08x}"
        paths += [Path(station.name, far, sent, last.share), Path(far, station.name, last.count, tally.share(sender))]
    return paths


def _have_all(tally: Tally, far_count: int) -> bool:
    lasts = [tally.last(sender) for sender in tally.senders]
    return sum(last is not None and last.number == last.count - 1 for last in lasts) >= far_count
