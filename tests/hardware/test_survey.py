"""Surveys: what is counted is what was heard, and the pace keeps the law."""

import asyncio
import random
from pathlib import Path as FilePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.link import MeshtasticLink
from hardware.radio import PacketHeard
from hardware.simulated.air import Link
from hardware.simulated.air_file import parse_air
from hardware.simulated.requests import ReadReport
from hardware.simulated.scheduler import LoopScheduler
from hardware.simulated.world import World
from hardware.survey import survey_between, survey_far
from hardware.survey_answer import answer
from hardware.survey_frames import HEADER_BYTES, TEST_BYTE, HeardShare, Kind, TestFrame, decode
from hardware.survey_pages import survey_json, survey_page
from hardware.survey_station import Station, SurveyFailed, linked
from hardware.survey_tally import Path, Tally
from protocol.decode import decode as station_decode
from protocol.reasons import Dropped, Reason
from tests.hardware.admin_bench import DeviceWay
from tests.hardware.fast_loop import run_fast
from tests.support.console_font import LAT15_FIXED16

AIR = """
[air]
preset = "MEDIUM_FAST"
[[device]]
name = "a"
port = 0
[[device]]
name = "b"
port = 0
[[device]]
name = "c"
port = 0
[[link]]
between = ["a", "b"]
snr_db = 6.0
[[link]]
between = ["b", "c"]
snr_db = -7.5
"""
QUARTERS = st.integers(-128, 127).map(lambda quarters: quarters / 4)
SHARES = st.builds(HeardShare, st.just(0), QUARTERS, QUARTERS, st.none() | st.integers(0, 7))
FRAMES = st.integers(1, 100).flatmap(
    lambda count: st.builds(
        TestFrame,
        st.sampled_from(Kind),
        st.integers(0, 2**32 - 1),
        st.integers(0, count - 1),
        st.just(count),
        st.integers(0, 7),
        SHARES,
    )
)


@given(FRAMES, st.integers(HEADER_BYTES, 231))
def test_a_frame_is_read_as_written(frame: TestFrame, frame_bytes: int) -> None:
    assert len(frame.encode(frame_bytes)) == frame_bytes
    assert decode(frame.encode(frame_bytes)) == frame


@given(st.binary(max_size=231) | st.binary(max_size=230).map(lambda rest: bytes([TEST_BYTE]) + rest))
def test_any_bytes_are_a_frame_or_none(payload: bytes) -> None:
    frame = decode(payload)
    assert frame is None or frame.encode(len(payload)) == payload


@given(FRAMES)
def test_stations_drop_test_frames_as_of_an_unknown_version(frame: TestFrame) -> None:
    dropped = station_decode(frame.encode(64))
    assert isinstance(dropped, Dropped)
    assert dropped.reason is Reason.VERSION_UNKNOWN


def heard(frame: TestFrame, snr_db: float = 5.0, sender: int = 7) -> PacketHeard:
    return PacketHeard(frame.encode(64), sender, None, 1, 1, snr_db, -90)


def test_a_frame_that_comes_twice_counts_once() -> None:
    tally = Tally()
    for number, snr_db in ((0, 4.0), (0, 9.0), (2, -3.0), (1, 5.0)):
        frame = TestFrame(Kind.PLAIN, 1, number, 4, 3)
        tally.hear(heard(frame, snr_db), frame)
    assert tally.share(7) == HeardShare(3, -3.0, 4.0, 1)
    assert tally.share(8).heard == 0


def test_senders_beyond_the_limit_are_not_counted() -> None:
    tally, frame = Tally(), TestFrame(Kind.PLAIN, 1, 0, 1, 3)
    for sender in range(1, 1000):
        tally.hear(heard(frame, sender=sender), frame)
    assert len(tally.senders) == 64


class Stations:
    """Stations of a simulated air, on a clock that jumps."""

    def __init__(self, *names: str, air: str = AIR) -> None:
        plan = parse_air(air, "air", FilePath())
        self.world = World(plan, LoopScheduler(asyncio.get_running_loop()))
        self.stations = [self.station(name) for name in names]

    def station(self, name: str) -> Station:
        way = DeviceWay(self.world.devices[name])
        return Station(name, MeshtasticLink(way, channel_index=0, chance=random.Random(name)))

    def sending_pct(self, name: str) -> float:
        return self.world.devices[name].air_util_tx_pct()


def test_radios_within_reach_survey_each_other() -> None:
    async def story() -> None:
        air = Stations("a", "b", "c")
        said: list[str] = []
        async with linked(air.stations):
            began_s = asyncio.get_running_loop().time()
            paths = await survey_between(air.stations, 1, 20, 64, 3, said.append)
            lasted_s = asyncio.get_running_loop().time() - began_s
        assert [(path.sender, path.listener, path.share.hops_max) for path in paths] == [
            ("a", "b", 0), ("a", "c", 1), ("b", "a", 0), ("b", "c", 0), ("c", "a", 1), ("c", "b", 0),
        ]  # fmt: skip
        assert [path.share.heard for path in paths] == [20] * 6
        assert paths[0].share.snr_median_db == 6.0
        assert paths[1].share.snr_min_db == -7.5
        assert said[0].startswith("a sends 20 frames, ")
        report = air.world.answer(ReadReport(), {})
        for each in report.report or ():  # type: ignore[union-attr]
            assert each.airtime_sent_ms / 1000 / lasted_s < 0.1, "relays included"

    run_fast(story())


def test_loss_is_counted_one_way_and_the_other() -> None:
    async def story() -> None:
        air = Stations("a", "b")
        air.world._air.set_link("a", "b", Link(6.0, loss=0.5))
        async with linked(air.stations):
            paths = await survey_between(air.stations, 1, 40, 64, 3, lambda line: None)
        assert [10 <= path.share.heard <= 30 for path in paths] == [True, True]

    run_fast(story())


def test_a_far_station_answers_over_a_relay() -> None:
    async def story() -> None:
        air = Stations("a", "c")
        near, far = air.stations
        said: list[str] = []
        async with linked(air.stations):
            answering = asyncio.create_task(answer(far, random.Random(1), said.append, surveys=1))
            paths = await survey_far(near, 1, 10, 64, 3, 1, lambda line: None)
            await answering
        assert [(path.sender, path.listener, path.sent, path.share.heard) for path in paths] == [
            ("a", f"!{far.node:08x}", 10, 10),
            (f"!{far.node:08x}", "a", 10, 10),
        ]
        assert [path.share.hops_max for path in paths] == [1, 1]
        assert said == ["c answers surveys", f"!{near.node:08x} asks: 10 frames of 64 bytes", "heard 10, answering"]

    run_fast(story())


def test_a_lossy_way_is_told_by_whatever_answer_arrives() -> None:
    async def story() -> None:
        air = Stations("a", "b")
        air.world._air.set_link("a", "b", Link(6.0, loss=0.6))
        near, far = air.stations
        async with linked(air.stations):
            answering = asyncio.create_task(answer(far, random.Random(1), lambda line: None, surveys=1))
            there, back = await survey_far(near, 1, 20, 64, 3, 1, lambda line: None)
            await answering
        assert 0 < there.share.heard < 20
        assert 0 < back.share.heard < 20

    run_fast(story())


def test_nobody_there_is_told_with_the_remedy() -> None:
    async def story() -> None:
        air = Stations("a")
        async with linked(air.stations):
            with pytest.raises(SurveyFailed, match="bavn radio survey --answer"):
                await survey_far(air.stations[0], 1, 3, 64, 3, 1, lambda line: None)

    run_fast(story())


def test_more_than_an_hours_allowance_is_refused_before_anything_is_sent() -> None:
    async def story() -> None:
        air = Stations("a", air=AIR.replace("MEDIUM_FAST", "LONG_SLOW"))
        async with linked(air.stations):
            with pytest.raises(SurveyFailed, match="the hour's 10 %"):
                await survey_far(air.stations[0], 1, 100, 231, 3, 1, lambda line: None)
        assert air.sending_pct("a") == 0

    run_fast(story())


def test_a_radio_that_is_not_there_is_told_by_its_link() -> None:
    async def story() -> None:
        air = Stations("a")
        air.world.devices["a"].switch_off()
        with pytest.raises(SurveyFailed, match="a: a simulated radio: no power; check it"):
            async with linked(air.stations):
                pass

    run_fast(story())


def test_the_table_fits_a_console() -> None:
    paths = [
        Path("tcp://a-rather-long-name.example.org:4403", "!a1b20010", 20, HeardShare(20, -12.25, -7.5, 3)),
        Path("!a1b20010", "tcp://a-rather-long-name.example.org:4403", 20, HeardShare(0, 0.0, 0.0, None)),
        Path("!a1b20010", "!a1b20011", 100, HeardShare(100, -12.25, -7.5, None)),
    ]
    page = list(survey_page(paths, {"!a1b20010": "PLH"}))
    assert max(map(len, page)) <= 80
    assert {character for line in page for character in line} < LAT15_FIXED16
    assert page[1:4] == [
        "…g-name.example.org:4403 PLH                        20/20  100  -7.5 -12.2    3",
        "PLH                      …g-name.example.org:4403    0/20    0",
        "PLH                      !a1b20011                100/100  100  -7.5 -12.2    ?",
    ]
    assert survey_json(paths)[1]["snr_min_db"] is None
