"""The small network with a group, whose key Karl Hjort may make, and the statements that change who is in it."""

from protocol.numbers import Address, Kind
from protocol.revocations import RevocationBody, RevocationReason, key_fingerprint
from protocol.roster import Roster
from protocol.statements import (
    Body,
    GroupBody,
    GroupKind,
    MembershipBody,
    OperatorBody,
    Right,
    Statement,
)
from tests.support.network import KHJ, MUNICIPALITY, OPERATORS, SmallNetwork, signed, signing_key, small_network

GROUP = 7
TO_GROUP = Address(Kind.GROUP, GROUP)
_GROUP_BIRTH = b"grp7"


def group_network(*members: int, rights: Right = Right.FLASH | Right.REVOCATIONS) -> SmallNetwork:
    """The small network, these stations in the group, and these rights of KHJ's."""
    return small_network(*group_statements(*members, rights=rights))


def group_statements(*members: int, rights: Right = Right.FLASH | Right.REVOCATIONS) -> tuple[bytes, ...]:
    """What the small network lacks for that."""
    code, name, home = OPERATORS[KHJ]
    public = signing_key(f"operator {KHJ}").public_key().public_bytes_raw()
    person = OperatorBody(public_key=public, rights=rights, home_station=home, code=code, name=name)
    (known,) = small_network().roster.renewals(Address(Kind.OPERATOR, KHJ))
    group = GroupBody(kind=GroupKind.STATIONS, code="BRED", name="Beredskab")
    return (
        issued(person, KHJ, birth=known.birth, renewal=1),
        issued(group, GROUP, birth=_GROUP_BIRTH),
        membership(1, *members),
    )


def add(network: SmallNetwork, raw: bytes) -> None:
    """Let everybody know a statement who starts afterwards."""
    roster = network.roster.with_statement(raw)
    assert isinstance(roster, Roster), roster
    network.roster = roster


def membership(version: int, *stations: int) -> bytes:
    """These stations are in the group from now on."""
    members = tuple(Address(Kind.STATION, station) for station in sorted(stations))
    body = MembershipBody(version=version, members=members)
    return issued(body, GROUP, birth=_GROUP_BIRTH, renewal=version & 255)


def revocation(network: SmallNetwork, kind: Kind, number: int) -> bytes:
    """The end of the key of a station or an operator."""
    key = signing_key(f"{kind.name.lower()} {number}").public_key().public_bytes_raw()
    body = RevocationBody(subject=kind, key_fingerprint=key_fingerprint(key), reason=RevocationReason.STOLEN, issued=1)
    certificate = network.roster.renewals(Address(kind, number))[0]
    return issued(body, number, birth=certificate.birth)


def issued(body: Body, number: int, *, birth: bytes, renewal: int = 0) -> bytes:
    """A statement of the municipality."""
    statement = Statement(body=body, number=number, issuer=MUNICIPALITY, renewal=renewal, birth=birth)
    return signed(statement, "authority 1")
