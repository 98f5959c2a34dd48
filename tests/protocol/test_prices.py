"""What frames cost on the air: the columns of SPEC.md, section 16, from the frames themselves and Semtech's formula.

The formula stands here once more on purpose: the wire does not know about radios, and the page must not drift.
"""

import math
import re
from pathlib import Path

import pytest

import protocol
from protocol.custody import DIGEST_ENTRIES_MAX
from protocol.frames import Act, Beacon, Bundle, Digest, Message, Receipt, Sheaf
from protocol.numbers import FRAME_BYTES_MAX
from tests.support.wire_cases import all_cases, text_message

LONG_FAST = (250_000, 11)
MEDIUM_FAST = (250_000, 9)
PACKET_HEADER_BYTES = 16
RADIO_SIGNATURE_BYTES = 66
"""Firmware 2.8 appends it to broadcasts of at most `RADIO_SIGNS_UP_TO_BYTES` of payload."""
RADIO_SIGNS_UP_TO_BYTES = 165
PREAMBLE_SYMBOLS = 16


def airtime_ms(preset: tuple[int, int], payload_bytes: int, *, radio_signs: bool = False) -> int:
    """One transmission at coding rate 4/5 with explicit header and checksum, no low data rate optimisation."""
    bandwidth_hz, spreading = preset
    symbol_s = 2**spreading / bandwidth_hz
    wrapped = payload_bytes + (8 if payload_bytes >= 128 else 7) + PACKET_HEADER_BYTES
    if radio_signs and payload_bytes <= RADIO_SIGNS_UP_TO_BYTES:
        wrapped += RADIO_SIGNATURE_BYTES
    coded = math.ceil(max(8 * wrapped + 16 - 4 * spreading + 28, 0) / (4 * spreading)) * 5
    return round(symbol_s * (PREAMBLE_SYMBOLS + 4.25 + 8 + coded) * 1000)


def size_of(cls: type, number: int = 0) -> int:
    frames = [case.frame for cases in all_cases().values() for case in cases if isinstance(case.frame, cls)]
    return len(frames[number].encode())


def size_of_message(body_bytes: int) -> int:
    return len(text_message("a" * body_bytes, signature=bytes(64)).encode())


SIZES = {
    "beacon": size_of(Beacon),
    "receipt, MAC alone": size_of(Receipt),
    "digest of one": size_of(Digest, 0),
    "digest of one, with a log mark": size_of(Digest, 1),
    "digest of a log mark alone": size_of(Digest, 2),
    f"digest of {DIGEST_ENTRIES_MAX}": size_of(Digest, 3),
    "act without comment": size_of(Act),
    "act with one rider": size_of(Bundle),
    "sheaf of three digests of one": size_of(Sheaf),
    "message of 5 bytes of body": size_of_message(5),
    "message of 80 bytes of body": size_of_message(80),
    "fullest frame": size_of_message(155),
}
PAGE = Path(protocol.__file__).with_name("SPEC.md").read_text()
PRICES = {
    row[0]: tuple(int(figure) for figure in row[1:])
    for row in re.findall(r"^\| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
}


def test_the_page_prices_these_frames() -> None:
    assert set(PRICES) == set(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_the_price_on_the_page_is_that_of_the_frame(name: str) -> None:
    size = SIZES[name]
    prices = (
        airtime_ms(LONG_FAST, size),
        airtime_ms(MEDIUM_FAST, size),
        airtime_ms(LONG_FAST, size, radio_signs=True),
    )
    assert (size, *prices) == PRICES[name]


def test_non_text_is_76_bytes_and_the_fullest_frame_fits() -> None:
    assert size_of_message(0) == 76
    assert SIZES["fullest frame"] == FRAME_BYTES_MAX
    assert isinstance(text_message("a"), Message)


OPTION_BYTES = {
    "drill id": 5,
    "reply to": 5,
    "answer by": 3,
    "cancels": 5,
    "supersedes": 5,
    "recipients": 2,
    "second releaser": 68,
    "wide number": 6,
    "written at": 4,
    "logical clock": 3,
}
"""Header, length byte where there is one, and value; of recipients each one after the first."""


@pytest.mark.parametrize(("option", "size"), OPTION_BYTES.items())
def test_the_price_of_an_option_is_its_bytes(option: str, size: int) -> None:
    row = next(line for line in PAGE.splitlines() if re.match(rf"\| \d+ \| {option} \|", line))
    figures = re.search(r"\| (\d+) / (\d+)(?: each)? \|$", row)
    assert figures is not None
    # A symbol carries as many bits as its spreading factor, coded 5 for 4.
    priced_ms = [
        round(size * 8 / (4 * spreading) * 5 * 2**spreading / bandwidth_hz * 1000)
        for bandwidth_hz, spreading in (LONG_FAST, MEDIUM_FAST)
    ]
    assert priced_ms == [int(figure) for figure in figures.groups()]
