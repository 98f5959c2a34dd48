"""The small network grown to five stations, and statements that tests make about its members."""

from dataclasses import replace
from typing import Final

from protocol.certificates import StationBody
from protocol.numbers import Reference
from protocol.reasons import Dropped
from protocol.revocations import RevocationBody, RevocationReason, key_fingerprint
from protocol.statements import Statement, decode_statement
from tests.support.network import SmallNetwork, exchange_key, signed, signing_key, small_network, station_statement

WATERWORKS, HOSPITAL = 4, 5
_OTHERS: Final = {WATERWORKS: ("VVK", "Vandværket"), HOSPITAL: ("SYG", "Sygehuset")}


def town_network(*more: bytes) -> SmallNetwork:
    """Care home, relay, crisis staff, waterworks and hospital."""
    return small_network(*(another_station(number) for number in _OTHERS), *more)


def another_station(number: int) -> bytes:
    """A station with the fixed keys of its number."""
    code, name = _OTHERS.get(number, (f"S{number}", f"Station {number}"))
    first = read(station_statement(1))
    assert isinstance(first.body, StationBody)
    body = replace(
        first.body,
        public_key=signing_key(f"station {number}").public_key().public_bytes_raw(),
        exchange_key=exchange_key(f"station {number}").public_key().public_bytes_raw(),
        code=code,
        name=name,
    )
    return signed(
        replace(first, body=body, number=number, birth=number.to_bytes(4, "big"), signature=b""), "authority 1"
    )


def revocation(
    certificate: bytes,
    *marks: Reference,
    issuer: int = 1,
    reason: RevocationReason = RevocationReason.STOLEN,
    renewal: int = 0,
    exercise: bool = False,
    issued: int = 0,
) -> bytes:
    """The end of the key in a certificate, by an authority or the root."""
    ended = read(certificate)
    assert ended.public_key is not None
    body = RevocationBody(
        subject=ended.address.kind,
        key_fingerprint=key_fingerprint(ended.public_key),
        reason=reason,
        issued=issued,
        marks=marks,
    )
    statement = Statement(
        body=body, number=ended.number, issuer=issuer, renewal=renewal, birth=ended.birth, exercise=exercise
    )
    return signed(statement, f"authority {issuer}" if issuer else "root")


def read(raw: bytes) -> Statement:
    """A statement of which the test knows that it can be read."""
    statement = decode_statement(raw)
    assert not isinstance(statement, Dropped), statement
    return statement
