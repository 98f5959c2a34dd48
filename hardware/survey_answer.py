"""Answers the surveys of others: counts their questions, then sends as many frames back that say what was heard."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from hardware.radio import PacketHeard
from hardware.survey_frames import Kind, TestFrame
from hardware.survey_pacing import AIR_SHARE_S_MAX, airtime_s, send_series, silence_s, tail_s
from hardware.survey_station import Station
from hardware.survey_tally import Tally

WAITING_MAX: Final = 128
"""Questions heard and not looked at yet: those of a second survey while the first is answered."""

SESSIONS_MAX: Final = 64
"""Surveys remembered as answered."""


async def answer(station: Station, chance: random.Random, say: Callable[[str], None], *, surveys: int | None) -> None:
    """Answer surveys of others.

    Args:
        station: ours, linked.
        chance: delays, so that several who answer do not stay in step.
        say: told of each survey.
        surveys: how many; None: until cancelled.
    """
    heard: asyncio.Queue[tuple[PacketHeard, TestFrame]] = asyncio.Queue(maxsize=WAITING_MAX)

    def listen(packet: PacketHeard, frame: TestFrame) -> None:
        if frame.kind is Kind.QUESTION and not heard.full():
            heard.put_nowait((packet, frame))

    station.listen(listen)
    say(f"{station.name} answers surveys")
    done: deque[int] = deque(maxlen=SESSIONS_MAX)
    count = 0
    while surveys is None or count < surveys:
        packet, frame = await heard.get()
        sending_s = frame.count * airtime_s(await station.wait_up(), len(packet.payload))
        if frame.session in done or sending_s > AIR_SHARE_S_MAX:
            continue
        done.append(frame.session)
        count += 1
        await _answer_one(station, packet, frame, heard, chance, say)


async def _answer_one(
    station: Station,
    packet: PacketHeard,
    frame: TestFrame,
    heard: "asyncio.Queue[tuple[PacketHeard, TestFrame]]",
    chance: random.Random,
    say: Callable[[str], None],
) -> None:
    """Hear one survey to its end and answer it."""
    up, frame_bytes, session, caller = await station.wait_up(), len(packet.payload), frame.session, packet.from_node
    tally = Tally()
    tally.hear(packet, frame)
    say(f"!{caller:08x} asks: {frame.count} frames of {frame_bytes} bytes")
    last, patience_s = frame.number, silence_s(up, frame_bytes, frame.hop_limit)
    # Moves with this survey's frames alone, however much others ask meanwhile.
    deadline_s = asyncio.get_running_loop().time() + patience_s
    while last < frame.count - 1:
        try:
            async with asyncio.timeout_at(deadline_s):
                further, said = await heard.get()
        except TimeoutError:
            break
        if said.session == session and further.from_node == caller:
            tally.hear(further, said)
            last, deadline_s = said.number, asyncio.get_running_loop().time() + patience_s
    await asyncio.sleep(tail_s(up, frame_bytes, frame.hop_limit) * (0.5 + 0.5 * chance.random()))
    share = tally.share(caller)
    say(f"heard {share.heard}, answering")
    await send_series(station, session, frame.count, frame_bytes, frame.hop_limit, kind=Kind.ANSWER, share=share)
