"""Any one bit of a signed frame but the age, turned over, is seen: by its layout, its numbers or its signature."""

import pytest

from protocol.decode import decode
from protocol.frames import Act, Digest, Long, Message, Notice, SignedOther
from protocol.messages import AGE_AT
from protocol.roster import Roster
from protocol.sealing import ED25519, Verified, fingerprint, verify_act, verify_digest, verify_message
from protocol.statements import StatementFrame
from tests.support.identities import small_network
from tests.support.wire_cases import case_roster, message_cases, proof_cases, statement_cases


@pytest.fixture(scope="module")
def roster() -> Roster:
    return case_roster()


def turned(raw: bytes, bit: int) -> bytes:
    return raw[: bit // 8] + bytes([raw[bit // 8] ^ 0x80 >> bit % 8]) + raw[bit // 8 + 1 :]


def is_believed(raw: bytes, roster: Roster, mark: bytes) -> bool:
    """Whether any of the checks that a station makes would let the bytes pass."""
    frame = decode(raw)
    match frame:
        case Message() | Long() | Notice() | SignedOther():
            return isinstance(verify_message(frame, roster, ED25519, None), Verified)
        case Act():
            return isinstance(verify_act(frame, roster, ED25519, mark, None), Verified)
        case Digest():
            return isinstance(verify_digest(frame, roster, ED25519, None), Verified)
        case _:
            return False


@pytest.mark.parametrize("name", ["text", "all options of a drill"])
def test_every_bit_of_a_message_but_its_age_is_covered(roster: Roster, name: str) -> None:
    case = next(one for one in message_cases(roster) if one.name == name)
    raw = case.frame.encode()
    believed = {bit // 8 for bit in range(len(raw) * 8) if is_believed(turned(raw, bit), roster, b"")}
    assert believed == {AGE_AT}


@pytest.mark.parametrize("name", ["declined, with a comment", "digest of one"])
def test_every_bit_of_an_act_and_a_digest_is_covered(roster: Roster, name: str) -> None:
    mark = fingerprint(message_cases(roster)[0].to_sign)
    raw = next(one for one in proof_cases(roster) if one.name == name).frame.encode()
    assert is_believed(raw, roster, mark)
    assert not [bit for bit in range(len(raw) * 8) if is_believed(turned(raw, bit), roster, mark)]


def test_every_bit_of_a_statement_is_covered(roster: Roster) -> None:
    frame = next(one for one in statement_cases(roster) if one.name == "operator 12, real").frame
    assert isinstance(frame, StatementFrame)
    network = small_network()
    others = [raw for raw in network.real if raw != frame.raw]
    without = Roster.build(network.root, (network.authority, *others))[0]
    assert isinstance(without.with_statement(frame.raw), Roster)
    taken = [
        bit for bit in range(len(frame.raw) * 8) if isinstance(without.with_statement(turned(frame.raw, bit)), Roster)
    ]
    assert not taken
