"""A small network with keys from fixed seeds, for every test that needs somebody to sign something.

One authority certifies two stations, two operators and a function, for real and for exercises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.revocations import key_fingerprint
from protocol.roster import Roster
from protocol.sections import section_digest
from protocol.statements import (
    AuthorityBody,
    FunctionBody,
    GroupBody,
    GroupKind,
    HandheldBody,
    MembershipBody,
    OperatorBody,
    RevocationBody,
    RevocationReason,
    Right,
    SecondHolder,
    SectionBody,
    Statement,
    StationBody,
    sign_second,
    sign_statement,
)


def signing_key(name: str) -> Ed25519PrivateKey:
    """The Ed25519 key that a name always has."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"signing {name}".encode()).digest())


def exchange_key(name: str) -> X25519PrivateKey:
    """The X25519 key that a name always has."""
    return X25519PrivateKey.from_private_bytes(sha256(f"exchange {name}".encode()).digest())


def public(name: str) -> bytes:
    """The public half of the signing key of a name."""
    return signing_key(name).public_key().public_bytes_raw()


def exchange_public(name: str) -> bytes:
    """The public half of the exchange key of a name."""
    return exchange_key(name).public_key().public_bytes_raw()


def signer(name: str) -> Callable[[bytes], bytes]:
    """What signs with the key of a name."""
    return signing_key(name).sign


def birth(kind: Kind, number: int) -> bytes:
    """The four bytes that a number was issued with."""
    return sha256(f"birth {kind} {number}".encode()).digest()[:4]


AUTHORITY: Final = Address(Kind.AUTHORITY, 1)
ODK: Final = Address(Kind.STATION, 5)
SVN: Final = Address(Kind.STATION, 9)
KHJ: Final = Address(Kind.OPERATOR, 11)
MAP: Final = Address(Kind.OPERATOR, 12)
LEADER: Final = Address(Kind.FUNCTION, 3)
ROOT_KEY: Final = public("root")


def authority(key: str = "authority", number: int = 1) -> Statement:
    """Unsigned: the authority, whose key is that of a name."""
    body = AuthorityBody(public_key=public(key), code="ODN", name="Odense Kommune")
    return Statement(body=body, number=number, issuer=0, renewal=0, birth=birth(Kind.AUTHORITY, number))


def station(number: int, code: str, name: str, key: str) -> Statement:
    """Unsigned: a station in its first incarnation."""
    body = StationBody(public_key=public(key), exchange_key=exchange_public(key), incarnation=1, code=code, name=name)
    return Statement(body=body, number=number, issuer=1, renewal=0, birth=birth(Kind.STATION, number))


def operator(number: int, code: str, name: str, key: str, home: int) -> Statement:
    """Unsigned: an operator with every right."""
    body = OperatorBody(public_key=public(key), rights=Right(63), home_station=home, code=code, name=name)
    return Statement(body=body, number=number, issuer=1, renewal=0, birth=birth(Kind.OPERATOR, number))


def function(number: int, code: str, name: str, homes: tuple[int, ...]) -> Statement:
    """Unsigned: a function."""
    body = FunctionBody(home_stations=homes, code=code, name=name)
    return Statement(body=body, number=number, issuer=1, renewal=0, birth=birth(Kind.FUNCTION, number))


def group(number: int, code: str, name: str) -> Statement:
    """Unsigned: a group of stations."""
    body = GroupBody(kind=GroupKind.STATIONS, code=code, name=name)
    return Statement(body=body, number=number, issuer=1, renewal=0, birth=birth(Kind.GROUP, number))


def membership(number: int, *members: Address, version: int = 1) -> Statement:
    """Unsigned: who is in a group."""
    body = MembershipBody(version=version, members=tuple(sorted(members)))
    return Statement(body=body, number=number, issuer=1, renewal=version & 255, birth=birth(Kind.GROUP, number))


def handheld(number: int, code: str, name: str, home: int) -> Statement:
    """Unsigned: a field unit's radio."""
    body = HandheldBody(node_number=0x1000 + number, home_station=home, radio_key=public(code), code=code, name=name)
    return Statement(body=body, number=number, issuer=1, renewal=0, birth=birth(Kind.HANDHELD, number))


def revocation(address: Address, key: str, *marks: Reference, issuer: int = 1, renewal: int = 0) -> Statement:
    """Unsigned: the end of the key of a name; of an authority's key with the authority's own consent."""
    is_authority = address.kind is Kind.AUTHORITY
    body = RevocationBody(
        subject=address.kind,
        key_fingerprint=key_fingerprint(public(key)),
        reason=RevocationReason.STOLEN,
        marks=marks,
        second=SecondHolder(address.number) if is_authority else None,
    )
    return Statement(
        body=body,
        number=address.number,
        issuer=issuer,
        renewal=renewal,
        birth=birth(address.kind, address.number),
        precedence=Precedence.FLASH,
    )


def section(version: int, roster: Roster) -> Statement:
    """Unsigned: what the authority's section holds."""
    body = SectionBody(version=version, digest=section_digest(roster.section_statements(1)))
    return Statement(body=body, number=1, issuer=1, renewal=version & 255, birth=birth(Kind.AUTHORITY, 1))


def seconded(statement: Statement, by: str) -> Statement:
    """A revocation of an authority's key with its second holder's signature, by the key of a name."""
    return sign_second(statement, ROOT_KEY, public(by), signer(by))


def signed(statement: Statement, by: str = "authority", root: str = "root") -> bytes:
    """The statement on the air, signed with the key of a name in the network of a root."""
    return sign_statement(statement, public(root), public(by), signer(by)).encode()


@dataclass(frozen=True, slots=True)
class Network:
    """The statements of the small network, by whom they are about."""

    root: bytes
    authority: bytes
    real: tuple[bytes, ...]
    exercise: tuple[bytes, ...]

    def roster(self) -> Roster:
        """All of it."""
        roster, dropped = Roster.build(self.root, (self.authority, *self.real, *self.exercise))
        assert not dropped, dropped
        return roster


def small_network(root: str = "root") -> Network:
    """Stations ODK and SVN, operators KHJ and MAP, the function KRL at both stations; the same keys under any root."""
    real = (
        station(ODK.number, "ODK", "Odense Kommune, kriserum", "ODK"),
        station(SVN.number, "SVN", "Svendborg brandstation", "SVN"),
        operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ", ODK.number),
        operator(MAP.number, "MAP", "Mads Petersen", "MAP", SVN.number),
        function(LEADER.number, "KRL", "Kriseleder", (SVN.number, ODK.number)),
    )
    exercise = (
        replace(station(ODK.number, "ODK", "Odense Kommune, kriserum", "ODK exercise"), exercise=True),
        replace(station(SVN.number, "SVN", "Svendborg brandstation", "SVN exercise"), exercise=True),
        replace(operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ exercise", ODK.number), exercise=True),
    )
    return Network(
        root=public(root),
        authority=signed(authority(), root, root),
        real=tuple(signed(one, root=root) for one in real),
        exercise=tuple(signed(one, root=root) for one in exercise),
    )
