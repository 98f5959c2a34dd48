"""Test frames: what radios send each other to see how well they hear each other (SPEC.md, section 14.1).

    FC | kind, hop limit 1 | session 4 | number 1 | count 1 | heard 1 | SNR min 1 | SNR median 1 | hops max 1 | zeros

Kind and hop limit have four bits each. FC is version 3, type 15: stations drop it as `version_unknown`, old and new
ones. SNR in quarters of a decibel, signed. Unsigned: whoever holds the channel's key can spoil a survey, nothing else.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hardware.radio import HOP_LIMIT_MAX

TEST_BYTE: Final = 0xFC

HEADER_BYTES: Final = 12
FRAME_BYTES: Final = 64
"""Of a usual test frame: some seconds between two at 10 % of the time, LONG_FAST; `--bytes` for others."""

COUNT_MAX: Final = 100
HOPS_UNKNOWN: Final = 255
QUARTERS: Final = 4
SESSION_MAX: Final = 0xFFFFFFFF


class Kind(IntEnum):
    """What a test frame is for."""

    PLAIN = 0
    """To be counted."""
    QUESTION = 1
    """To be counted, and answered after the last."""
    ANSWER = 2
    """To be counted; carries what was heard of the questions."""


@dataclass(frozen=True, slots=True)
class HeardShare:
    """What one radio heard of another's test frames."""

    heard: int
    snr_min_db: float
    snr_median_db: float
    hops_max: int | None


NOTHING_HEARD: Final = HeardShare(0, 0.0, 0.0, None)


@dataclass(frozen=True, slots=True)
class TestFrame:
    """One test frame."""

    __test__ = False
    kind: Kind
    session: int
    """Drawn for each survey."""
    number: int
    """0 to count - 1."""
    count: int
    hop_limit: int
    """With which all frames of this survey are sent, there and back."""
    share: HeardShare = NOTHING_HEARD
    """Of an answer."""

    def encode(self, frame_bytes: int) -> bytes:
        """Write it down, filled up with zeros.

        Args:
            frame_bytes: at least `HEADER_BYTES`, at most what a broadcast carries.
        """
        share = self.share
        head = (
            bytes([TEST_BYTE, self.kind << 4 | self.hop_limit])
            + self.session.to_bytes(4, "big")
            + bytes([self.number, self.count])
        )
        snr = (_quarters(share.snr_min_db), _quarters(share.snr_median_db))
        report = bytes([share.heard, *snr, HOPS_UNKNOWN if share.hops_max is None else share.hops_max])
        return (head + report).ljust(frame_bytes, b"\0")


def decode(payload: bytes) -> TestFrame | None:
    """Read a test frame: any bytes at all; None when it is none."""
    if len(payload) < HEADER_BYTES or payload[0] != TEST_BYTE or any(payload[HEADER_BYTES:]):
        return None
    kind, hop_limit = payload[1] >> 4, payload[1] & 15
    number, count, heard, hops = payload[6], payload[7], payload[8], payload[11]
    if kind not in {*Kind} or hop_limit > HOP_LIMIT_MAX or not number < count <= COUNT_MAX or heard > count:
        return None
    share = HeardShare(
        heard=heard,
        snr_min_db=_decibels(payload[9]),
        snr_median_db=_decibels(payload[10]),
        hops_max=None if hops == HOPS_UNKNOWN else hops,
    )
    return TestFrame(Kind(kind), int.from_bytes(payload[2:6], "big"), number, count, hop_limit, share)


def _quarters(snr_db: float) -> int:
    return max(-128, min(127, round(snr_db * QUARTERS))) & 0xFF


def _decibels(quarters: int) -> float:
    return (quarters - 256 if quarters > 127 else quarters) / QUARTERS
