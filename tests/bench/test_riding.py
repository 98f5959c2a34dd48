"""What one message and all that comes of it cost on LONG_FAST: ordinary Danish, one hop, every frame counted."""

import sys
from dataclasses import replace

import pytest

from hardware.airtime import (
    PRESETS,
    broadcast_frame_airtime_ms,
    direct_frame_airtime_ms,
    packet_airtime_ms,
)
from node.cli.wire_counting import RADIO_ACK_BYTES
from node.daemon.text_codecs import loaded
from protocol.bundles import Bundle
from protocol.frames import Act, Beacon, Digest, Frame, Message
from tests.support.wire_cases import all_cases, text_message

LONG_FAST = PRESETS["LONG_FAST"]
TEXTS = (
    "Plejehjemmet mangler vand fra i aften. Send tankvogn til Havnegade 12 før kl 18.",
    "Vi har nødstrøm til kl 19. Generatoren skal have 200 liter diesel inden midnat.!",
    "Broen ved Nørre Alle er lukket for tung trafik. Kør over Vestbyen indtil videre.",
    "Skolen er åben som opholdssted for 150 personer. Der mangler tæpper og varm mad.",
    "To beboere på Solvej 4 skal hentes med ambulance, ilten rækker kun til kl. 21.30",
)
"""Eighty characters each; in none of the corpus's voices."""
RECIPIENTS = 20
RIDING_MS_MAX = 800


def channel_ms(payload_bytes: int) -> int:
    return broadcast_frame_airtime_ms(LONG_FAST, payload_bytes)


def signed_channel_ms(payload_bytes: int) -> int:
    return broadcast_frame_airtime_ms(LONG_FAST, payload_bytes, signs_broadcasts=True)


def size_of(cls: type[Frame], name: str) -> int:
    return next(
        len(case.frame.encode())
        for cases in all_cases().values()
        for case in cases
        if isinstance(case.frame, cls) and case.name == name
    )


def message_bytes() -> tuple[int, ...]:
    """Each text as the station would send it to one recipient."""
    codecs = loaded()
    sizes = []
    for text in TEXTS:
        assert len(text) == 80, text
        codec, body = codecs.encode(text)
        message = replace(text_message("", signature=bytes(64)), codec=codec, body=body)
        assert isinstance(message, Message)
        sizes.append(len(message.encode()))
    return tuple(sizes)


@pytest.mark.bench
def test_a_message_and_its_receipt_stay_within_their_airtime(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = message_bytes()
    worst = max(sizes)
    act = size_of(Act, "acknowledged")
    carried = size_of(Bundle, "rider on an act for its origin")
    plain, answering = size_of(Beacon, "beacon"), size_of(Beacon, "answer in a beacon")
    digest = size_of(Digest, "digest of one")
    on_beacon = channel_ms(answering) - channel_ms(plain)
    on_act = channel_ms(carried) - channel_ms(act)
    on_beacon_28 = signed_channel_ms(answering) - signed_channel_ms(plain)
    direct = direct_frame_airtime_ms(LONG_FAST, worst)
    ack = packet_airtime_ms(LONG_FAST, RADIO_ACK_BYTES)
    rows = (
        ("channel, 2.7, receipt in a beacon", channel_ms(worst) + on_beacon, 1300),
        ("channel, 2.7, receipt on an act", channel_ms(worst) + on_act, 1350),
        ("direct to a key, receipt on an act", direct + on_act, 1450),
        ("the same with the firmware's ack", direct + on_act + ack, 1950),
        ("channel, 2.8, receipt in a beacon", signed_channel_ms(worst) + on_beacon_28, 1750),
        ("an operator's signed acknowledgement alone", channel_ms(act), 1000),
        (f"receipts of {RECIPIENTS} recipients, in beacons", RECIPIENTS * on_beacon, RIDING_MS_MAX),
    )
    proofs = (
        ("signed proof of one, alone", channel_ms(digest)),
        (f"signed proofs of {RECIPIENTS}, each alone", RECIPIENTS * channel_ms(digest)),
        ("signed proof in a digest that goes anyway", channel_ms(digest + 6) - channel_ms(digest)),
    )
    with capsys.disabled():
        sys.stdout.write(f"\nLONG_FAST, one hop, 80 characters: frames of {sorted(sizes)} bytes, the largest counts\n")
        for what, spent_ms, most_ms in rows:
            sys.stdout.write(f"{what:45} {spent_ms:6} ms   at most {most_ms}\n")
        for what, spent_ms in proofs:
            sys.stdout.write(f"{what:45} {spent_ms:6} ms\n")
    assert [what for what, spent_ms, most_ms in rows if spent_ms > most_ms] == []
