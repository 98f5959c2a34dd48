"""What reading and verifying one message costs: the signature, and little else."""

import sys
import timeit
from collections.abc import Callable

import pytest

from protocol.decode import decode
from protocol.frames import Message
from protocol.numbers import Kind
from protocol.roster import Roster
from protocol.sealing import ED25519, Verified, message_to_sign, verify_message
from tests.bench.extent import PATIENCE
from tests.support.identities import KHJ, signer
from tests.support.wire_cases import case_roster, message_cases

SHARE_OF_SIGNATURE_MIN = 0.5 / PATIENCE
"""Below it our own work would be the dearer part; measured 0.7 on one core of a desktop machine."""
ROUNDS = 300
REPEATS = 5


def microseconds(work: Callable[..., object], *arguments: object) -> float:
    """The best of `REPEATS` means: what the machine can do when nobody disturbs it."""
    return min(timeit.repeat(lambda: work(*arguments), number=ROUNDS, repeat=REPEATS)) / ROUNDS * 1e6


def read_and_verify(raw: bytes, roster: Roster) -> None:
    message = decode(raw)
    assert isinstance(message, Message)
    assert isinstance(verify_message(message, roster, ED25519, 300), Verified)


@pytest.mark.bench
def test_a_message_costs_little_more_than_its_signature(capsys: pytest.CaptureFixture[str]) -> None:
    roster = case_roster()
    message = message_cases(roster)[0].frame
    assert isinstance(message, Message)
    raw = message.encode()
    to_sign = message_to_sign(message, roster)
    assert isinstance(to_sign, bytes)
    key = roster.keys(Kind.OPERATOR, KHJ.number)[0]
    decode_us = microseconds(decode, raw)
    whole_us = microseconds(read_and_verify, raw, roster)
    signature_us = microseconds(ED25519.verify, key, message.signature, to_sign)
    sign_us = microseconds(signer("KHJ"), to_sign)
    with capsys.disabled():
        sys.stdout.write(
            f"\nmessage of {len(raw)} bytes: decode {decode_us:.0f} us, decode and verify {whole_us:.0f} us, "
            f"of which Ed25519 {signature_us:.0f} us ({signature_us / whole_us:.0%}); sign {sign_us:.0f} us\n"
        )
    assert signature_us / whole_us > SHARE_OF_SIGNATURE_MIN
