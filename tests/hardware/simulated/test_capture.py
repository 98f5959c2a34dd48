"""Two frames at once: which of them a receiver reads, without capture and with it."""

import random

import pytest

from hardware.airtime import PRESETS, packet_airtime_us
from hardware.simulated.air import Air, AirFrame, Link
from hardware.simulated.channels import factory_channel
from hardware.simulated.identity import EVERYBODY
from hardware.simulated.reception import Capture
from hardware.simulated.scheduler import VirtualScheduler

PRESET = PRESETS["LONG_FAST"]
SYMBOL_S = PRESET.symbol_us / 1e6


class Ear:
    def __init__(self) -> None:
        self.read: list[int] = []
        self.noise = 0

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        self.read.append(frame.packet_id)

    def hear_noise(self, airtime_us: int) -> None:
        self.noise += 1


def frame(number: int, size: int = 20) -> AirFrame:
    return AirFrame(1, EVERYBODY, number, 0, 0, False, 1, factory_channel(PRESET), bytes(size))


def meeting(
    first_db: float, second_db: float, after_symbols: float, *, captures: bool = True, deaf_to_first: bool = False
) -> list[int]:
    """Have two that do not hear each other send to one, and tell what it read."""
    scheduler = VirtualScheduler()
    capture = Capture(PRESET.symbol_us) if captures else None
    air = Air(scheduler, PRESET, random.Random(1), capture=capture)
    ears = {name: Ear() for name in ("first", "second", "middle")}
    for name, ear in ears.items():
        if not (deaf_to_first and name == "middle"):
            air.join(name, ear)
    air.set_link("first", "middle", Link(first_db))
    air.set_link("second", "middle", Link(second_db))
    air.transmit("first", frame(1))
    if deaf_to_first:
        scheduler.run_until(after_symbols * SYMBOL_S / 2)
        air.join("middle", ears["middle"])
    scheduler.run_until(after_symbols * SYMBOL_S)
    air.transmit("second", frame(2))
    scheduler.run_until(10.0)
    return ears["middle"].read


@pytest.mark.parametrize(("first_db", "second_db"), [(8.0, 8.0), (8.0, -10.0), (-10.0, 8.0)])
def test_without_capture_neither_is_read(first_db: float, second_db: float) -> None:
    assert meeting(first_db, second_db, 20, captures=False) == []


@pytest.mark.parametrize(
    ("first_db", "second_db", "after_symbols", "read"),
    [
        pytest.param(8.0, 3.0, 20, [], id="nearly as strong: neither"),
        pytest.param(8.0, 2.0, 20, [1], id="6 dB weaker and later: the first"),
        pytest.param(2.0, 8.0, 3, [2], id="stronger before the lock: the second"),
        pytest.param(2.0, 8.0, 20, [], id="stronger after the lock: neither"),
        pytest.param(2.0, 7.0, 3, [], id="before the lock, but not strong enough: neither"),
    ],
)
def test_with_capture_the_stronger_is_read(
    first_db: float, second_db: float, after_symbols: float, read: list[int]
) -> None:
    assert meeting(first_db, second_db, after_symbols) == read


def test_frame_that_ends_within_the_preamble_of_the_next_spares_it() -> None:
    symbols = packet_airtime_us(PRESET, frame(1).lora_bytes) / PRESET.symbol_us
    assert meeting(8.0, 8.0, symbols - 10) == [2]
    assert meeting(8.0, 8.0, symbols - 12) == []


def test_receiver_that_missed_the_first_is_not_locked_onto_it() -> None:
    assert meeting(2.0, 8.0, 20, deaf_to_first=True) == [2]
    assert meeting(8.0, 8.0, 20, deaf_to_first=True) == []
