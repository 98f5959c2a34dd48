"""Certificates: what each class may say, and where names could mislead."""

from dataclasses import replace

import pytest

from protocol.bodies import Body
from protocol.certificates import HOME_STATIONS_MAX, OperatorBody, Right, StationBody
from protocol.names import NAME_BYTES_MAX
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.statements import (
    STATEMENT_BYTES_MAX,
    Statement,
    decode_statement,
    everybody_id,
    recipient_id,
    sign_statement,
)
from tests.support.identities import ROOT_KEY, authority, function, operator, public, signed, station

STATION = station(5, "ODK", "Odense Kommune, kriserum", "ODK")
OPERATOR = operator(11, "KHJ", "Karen Holm Jensen", "KHJ", 5)
FUNCTION = function(3, "KRL", "Kriseleder", (9, 5))
SMALL_ORDER = (bytes(32), (1).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little"))


def unsafe(statement: Statement, body_bytes: bytes) -> bytes:
    """A frame with a body that our encoder would refuse to write."""
    return statement.unsigned_bytes()[:15] + body_bytes + bytes(64)


def reason(raw: bytes) -> Reason:
    answer = decode_statement(raw)
    assert isinstance(answer, Dropped), answer
    return answer.reason


@pytest.mark.parametrize("statement", [authority(), STATION, OPERATOR, FUNCTION])
def test_a_certificate_reads_back(statement: Statement) -> None:
    raw = signed(statement)
    read = decode_statement(raw)
    assert isinstance(read, Statement)
    assert replace(read, signature=b"") == statement
    assert read.encode() == raw


def test_the_largest_certificate_fits_its_limit() -> None:
    assert isinstance(STATION.body, StationBody)
    largest = replace(STATION, body=replace(STATION.body, code="ÆØÅÆØ", name="n" * NAME_BYTES_MAX))
    assert len(signed(largest)) == 197 < STATEMENT_BYTES_MAX


@pytest.mark.parametrize("code", [b"", b"TOLONG", b"odk", b"O K", b"\xc3", "ÆØÅÆØÅ".encode(), b"A\n"])
def test_a_code_of_other_letters_is_malformed(code: bytes) -> None:
    assert isinstance(OPERATOR.body, OperatorBody)
    body = public("KHJ") + b"\x3f\x00\x05" + bytes([len(code)]) + code + b"Karen"
    assert reason(unsafe(OPERATOR, body)) is Reason.STATEMENT_MALFORMED


@pytest.mark.parametrize(
    "name",
    [
        "",
        " Karen",
        "Karen ",
        "Ka\x1b[31mren",
        "Karen\n",
        "Karen\x85",
        "neraK\u202e",
        "Ka\u200bren",
        "\ufeffKaren",
        "Ka\u2028ren",
        "K" * 41,
    ],
)
def test_a_name_that_could_mislead_is_malformed(name: str) -> None:
    body = public("KHJ") + b"\x3f\x00\x05\x03KHJ" + name.encode()
    assert reason(unsafe(OPERATOR, body)) is Reason.STATEMENT_MALFORMED
    with pytest.raises(LocalProtocolError, match="name"):
        replace(OPERATOR, body=replace(OPERATOR.body, name=name)).unsigned_bytes()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\xff\x00\x05\x03KHJKaren", Reason.RESERVED_BITS),
        (b"\x3f\x00\x00\x03KHJKaren", Reason.BAD_NUMBER),
        (b"\x3f\x03\xff\x03KHJKaren", Reason.BAD_NUMBER),
        (b"\x3f\x00", Reason.STATEMENT_MALFORMED),
        (b"", Reason.STATEMENT_MALFORMED),
    ],
)
def test_what_an_operator_cannot_be(body: bytes, expected: Reason) -> None:
    assert reason(unsafe(OPERATOR, public("KHJ") + body)) is expected


@pytest.mark.parametrize("exchange", SMALL_ORDER)
def test_an_exchange_key_without_a_secret_is_malformed(exchange: bytes) -> None:
    body = public("ODK") + exchange + b"\x00\x01\x00\x03ODKOdense"
    assert reason(unsafe(STATION, body)) is Reason.STATEMENT_MALFORMED


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(b"\x00\x00\x00", Reason.BAD_NUMBER), (b"\x00\x01\x04", Reason.RESERVED_BITS)],
    ids=["incarnation 0", "a flag of a newer version"],
)
def test_what_a_station_cannot_be(fields: bytes, expected: Reason) -> None:
    body = public("ODK") + bytes([9] + [0] * 31) + fields + b"\x03ODKOdense"
    assert reason(unsafe(STATION, body)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\x00\x00\x00\x03KRLLeder", Reason.STATEMENT_MALFORMED),
        (b"\x05\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\x00\x03KRLLeder", Reason.STATEMENT_MALFORMED),
        (b"\x02\x00\x05\x00\x05\x00\x00\x03KRLLeder", Reason.STATEMENT_MALFORMED),
        (b"\x01\x00\x00\x00\x00\x03KRLLeder", Reason.BAD_NUMBER),
        (b"\xff", Reason.STATEMENT_MALFORMED),
    ],
    ids=["nowhere", "five homes", "twice the same home", "home 0", "homes missing"],
)
def test_what_a_function_cannot_be(body: bytes, expected: Reason) -> None:
    assert reason(unsafe(FUNCTION, body)) is expected


@pytest.mark.parametrize(
    "body",
    [
        replace(FUNCTION.body, home_stations=tuple(range(1, HOME_STATIONS_MAX + 2))),
        replace(FUNCTION.body, deputy=65536),
        replace(OPERATOR.body, public_key=b"short"),
        replace(STATION.body, incarnation=65536),
    ],
)
def test_a_certificate_that_nobody_would_take_is_not_written(body: Body) -> None:
    with pytest.raises(LocalProtocolError):
        replace(FUNCTION, body=body).unsigned_bytes()


def test_a_statement_of_another_version_or_type_is_not_read() -> None:
    raw = signed(OPERATOR)
    assert reason(bytes([raw[0] | 0x40]) + raw[1:]) is Reason.VERSION_UNKNOWN
    assert reason(bytes([raw[0] & 0xC3]) + raw[1:]) is Reason.TYPE_NOT_SUPPORTED


def test_a_signature_of_another_length_is_our_mistake() -> None:
    with pytest.raises(LocalProtocolError, match="2 bytes"):
        sign_statement(OPERATOR, ROOT_KEY, public("authority"), lambda _: b"no")


def test_a_recipient_id_holds_what_no_renewal_changes() -> None:
    same = replace(OPERATOR, renewal=7, valid_until=9, exercise=True, body=replace(OPERATOR.body, name="Karen H"))
    assert recipient_id(ROOT_KEY, same) == recipient_id(ROOT_KEY, OPERATOR)
    others = [
        replace(OPERATOR, number=12),
        replace(OPERATOR, issuer=2),
        replace(OPERATOR, birth=bytes(4)),
        replace(FUNCTION, number=11, birth=OPERATOR.birth),
    ]
    ids = {recipient_id(ROOT_KEY, other) for other in others} | {recipient_id(public("authority"), OPERATOR)}
    assert len(ids | {everybody_id(ROOT_KEY), recipient_id(ROOT_KEY, OPERATOR)}) == 7


def test_rights_read_back() -> None:
    read = decode_statement(signed(replace(OPERATOR, body=replace(OPERATOR.body, rights=Right.FLASH | Right.ORDERS))))
    assert isinstance(read, Statement)
    assert isinstance(read.body, OperatorBody)
    assert read.body.rights == Right.FLASH | Right.ORDERS
