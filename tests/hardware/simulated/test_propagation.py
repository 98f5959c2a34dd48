"""Signals from places: levels that measurements and data sheets give, the same in every run."""

import itertools
import os
import subprocess
import sys
from dataclasses import dataclass
from statistics import mean, pstdev

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.propagation import NOISE_DBM, OPEN, TOWN, Antenna, Ground, LogDistance
from hardware.simulated.reception import Capture
from tests.hardware.simulated.bare_bench import BareBench, broadcast

FLAT = Ground(126.0, 3.5, 0.0, 45.0)
FLOOR_DB = PRESETS["LONG_FAST"].snr_floor_db


@dataclass(frozen=True)
class Spot:
    east_m: float
    north_m: float = 0.0
    height_m: float = 10.0


def test_noise_and_floor_give_the_sensitivities_of_the_data_sheet() -> None:
    assert {
        name: NOISE_DBM + preset.snr_floor_db for name, preset in PRESETS.items() if preset.bandwidth_khz == 250
    } == {
        "SHORT_FAST": -121.5,
        "SHORT_SLOW": -124.0,
        "MEDIUM_FAST": -126.5,
        "MEDIUM_SLOW": -129.0,
        "LONG_FAST": -131.5,
    }


def test_ten_times_as_far_costs_ten_exponents() -> None:
    air = LogDistance(1, FLAT)
    near, far = (air.snr_db(1, 2, Spot(0), Spot(distance_m)) for distance_m in (1000, 10_000))
    assert near - far == pytest.approx(35.0)


def test_twice_as_high_brings_six_decibels_and_free_space_is_the_best() -> None:
    air = LogDistance(1, FLAT)
    low = air.snr_db(1, 2, Spot(0), Spot(5000))
    assert air.snr_db(1, 2, Spot(0, height_m=20), Spot(5000)) - low == pytest.approx(6.02, abs=0.01)
    sky = air.snr_db(1, 2, Spot(0, height_m=4000), Spot(1000, height_m=4000))
    assert sky == pytest.approx(22 + 2.15 + 2.15 - 91.2 - NOISE_DBM)


def test_no_antenna_lifts_a_radio_above_the_law() -> None:
    assert Antenna(22.0, 2.15).eirp_dbm == pytest.approx(24.15)
    assert Antenna(27.0, 12.0).eirp_dbm == pytest.approx(29.15)


def test_shadowing_belongs_to_the_pair_and_has_the_spread_of_the_ground() -> None:
    flat, air = LogDistance(7, FLAT), LogDistance(7, Ground(126.0, 3.5, 6.0, 45.0))
    there = air.snr_db(3, 9, Spot(0), Spot(4000))
    assert (
        there
        == air.snr_db(9, 3, Spot(4000), Spot(0))
        == LogDistance(7, Ground(126.0, 3.5, 6.0, 45.0)).snr_db(3, 9, Spot(0), Spot(4000))
    )
    shadows = [
        air.snr_db(0, other, Spot(0), Spot(4000)) - flat.snr_db(0, other, Spot(0), Spot(4000))
        for other in range(1, 400)
    ]
    assert abs(mean(shadows)) < 1.0
    assert pstdev(shadows) == pytest.approx(6.0, rel=0.1)


def flood_among_places() -> str:
    """Let eight radios on a plain flood, and tell what was on the air."""
    names = "abcdefgh"
    air = LogDistance(5, fading_db=3.0)
    bench = BareBench(names, link=None, capture=Capture(PRESETS["LONG_FAST"].symbol_us), seed=5)
    spots = {name: Spot(at * 3000.0, (at % 3) * 2000.0) for at, name in enumerate(names)}
    for one, other in itertools.combinations(names, 2):
        link = air.link(ord(one), ord(other), spots[one], spots[other], snr_floor_db=FLOOR_DB, frame_loss=0.1)
        bench.air.set_link(one, other, link)
    for number, name in enumerate(names):
        bench.send(name, broadcast(number, name.encode(), want_ack=True))
        bench.run(2)
    bench.run(60)
    return "\n".join(f"{each.began_s} {each.device} {each.heard_by}" for each in bench.air.log)


def test_flood_among_places_is_the_same_under_any_hash_seed() -> None:
    command = "from tests.hardware.simulated.test_propagation import flood_among_places; print(flood_among_places())"
    elsewhere = subprocess.run(
        [sys.executable, "-c", command],
        env={**os.environ, "PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    here = flood_among_places()
    assert here.count("\n") > 10
    assert elsewhere.strip() == here


def test_fading_takes_half_of_the_frames_at_the_floor_and_none_far_above() -> None:
    air = LogDistance(1, FLAT, fading_db=4.0)
    at = air.snr_db(1, 2, Spot(0), Spot(5000))
    weak, strong = (
        air.link(1, 2, Spot(0), Spot(5000), snr_floor_db=at - margin_db, frame_loss=0.2) for margin_db in (0, 40)
    )
    assert weak.loss == pytest.approx(0.6)
    assert strong.loss == pytest.approx(0.2)
    assert weak.snr_db == strong.snr_db == at


@pytest.mark.parametrize(("ground", "near_m", "far_m"), [(OPEN, 15_000, 400_000), (TOWN, 5_000, 40_000)])
def test_roofs_of_a_town_reach_each_other_and_the_next_town_does_not(
    ground: Ground, near_m: float, far_m: float
) -> None:
    flat = LogDistance(1, Ground(ground.loss_1km_db, ground.exponent, 0.0, ground.heights_m2))
    near, far = (flat.snr_db(1, 2, Spot(0), Spot(distance_m)) for distance_m in (near_m, far_m))
    assert far < FLOOR_DB < near
