"""Airtime agrees with the published table and with the firmware; sizes with what the firmware refused."""

import math

import pytest

from hardware.airtime import (
    BROADCAST_PAYLOAD_BYTES_MAX,
    DIRECT_PAYLOAD_BYTES_MAX,
    HEADER_BYTES,
    LORA_BYTES_MAX,
    PKC_BYTES,
    PRESETS,
    added_airtime_ms,
    broadcast_frame_airtime_ms,
    direct_frame_airtime_ms,
    lora_frame_airtime_ms,
    packet_airtime_ms,
    packet_airtime_us,
    private_packet_bytes,
    text_packet_bytes,
)
from tests.hardware import recordings

LONG_FAST = PRESETS["LONG_FAST"]


@pytest.mark.parametrize(
    ("name", "slot_ms", "ack_ms", "middle_ms", "full_ms", "snr_floor_db"),
    [
        ("SHORT_FAST", 8, 38, 112, 204, -7.5),
        ("SHORT_SLOW", 10, 70, 198, 362, -10.0),
        ("MEDIUM_FAST", 12, 130, 355, 642, -12.5),
        ("MEDIUM_SLOW", 17, 239, 648, 1181, -15.0),
        ("LONG_FAST", 28, 477, 1214, 2157, -17.5),
        ("LONG_MODERATE", 48, 1380, 4264, 7934, -17.5),
        ("LONG_SLOW", 89, 2499, 7741, 14295, -20.0),
    ],
)
def test_presets_agree_with_the_table(
    name: str, slot_ms: int, ack_ms: int, middle_ms: int, full_ms: int, snr_floor_db: float
) -> None:
    preset = PRESETS[name]
    assert preset.slot_ms == slot_ms
    assert [packet_airtime_ms(preset, size) for size in (29, 129, 255)] == [ack_ms, middle_ms, full_ms]
    assert preset.snr_floor_db == snr_floor_db


def firmware_simulator_ms(lora_bytes: int) -> float:
    """LONG_FAST in the firmware's simulated radio, which rounds up after the coding rate, not before."""
    return (16 + 4.25 + 8 + math.ceil((8 * lora_bytes + 16 - 44 + 28) / 44 * 5)) * 8.192


@pytest.mark.parametrize("name", recordings.names())
def test_recorded_airtime_is_ours_but_for_the_simulators_rounding(name: str) -> None:
    for line in recordings.read(name):
        if line.air is None:
            continue
        size = line.air.lora_bytes
        assert line.air.airtime_ms == pytest.approx(firmware_simulator_ms(size), abs=1)
        surplus_us = packet_airtime_us(LONG_FAST, size) - firmware_simulator_ms(size) * 1000
        assert -1 <= surplus_us <= 4 * LONG_FAST.symbol_us + 1


def test_recorded_broadcasts_have_the_size_we_compute() -> None:
    sent = [line.air.lora_bytes for line in recordings.read("b_27_broadcast_sizes") if line.air is not None]
    expected = {HEADER_BYTES + private_packet_bytes(size) for size in (20, 100, 165, 166, 231)}
    assert expected == set(sent)


def test_largest_payloads_fill_the_frame_exactly() -> None:
    assert HEADER_BYTES + private_packet_bytes(BROADCAST_PAYLOAD_BYTES_MAX) == LORA_BYTES_MAX
    assert HEADER_BYTES + private_packet_bytes(DIRECT_PAYLOAD_BYTES_MAX) + PKC_BYTES == LORA_BYTES_MAX
    assert broadcast_frame_airtime_ms(LONG_FAST, 231) == direct_frame_airtime_ms(LONG_FAST, 219) == 2157


def test_signing_firmware_makes_a_shorter_frame_dearer() -> None:
    signed = [broadcast_frame_airtime_ms(LONG_FAST, size, signs_broadcasts=True) for size in (120, 165, 166)]
    assert signed[0] > signed[2]
    assert signed[1] == 2157
    assert signed[2] == broadcast_frame_airtime_ms(LONG_FAST, 166)


def test_recorded_texts_have_the_size_we_compute() -> None:
    """ "hello all" to the channel, and "hello B" to a key."""
    to_channel = [line.air.lora_bytes for line in recordings.read("b_27_text_broadcast") if line.air is not None]
    to_key = [line.air.lora_bytes for line in recordings.read("b_27_text_dm") if line.air is not None]
    assert to_channel[0] == HEADER_BYTES + text_packet_bytes(9)
    assert to_key[0] == HEADER_BYTES + text_packet_bytes(7) + PKC_BYTES


def test_a_text_to_a_key_is_acked_and_its_ack_too() -> None:
    sent = [line.air.lora_bytes for line in recordings.read("b_27_text_dm") if line.air is not None]
    assert sent[1:3] == [29, 29]


def test_our_port_costs_what_any_packet_of_its_size_does() -> None:
    size = private_packet_bytes(120)
    for signs in (False, True):
        whole_ms = lora_frame_airtime_ms(LONG_FAST, size, direct=False, signs_broadcasts=signs)
        assert whole_ms == broadcast_frame_airtime_ms(LONG_FAST, 120, signs_broadcasts=signs)
        to_key_ms = lora_frame_airtime_ms(LONG_FAST, size, direct=True, signs_broadcasts=signs)
        assert to_key_ms == direct_frame_airtime_ms(LONG_FAST, 120)


@pytest.mark.parametrize("name", PRESETS)
def test_bytes_added_cost_the_slope_of_the_formula(name: str) -> None:
    """Over 220 bytes the steps of the formula even out."""
    preset = PRESETS[name]
    slope_ms = (packet_airtime_ms(preset, 250) - packet_airtime_ms(preset, 30)) / 220
    assert added_airtime_ms(preset, 100) == pytest.approx(100 * slope_ms, rel=0.04)
