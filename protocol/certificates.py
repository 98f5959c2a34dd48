"""What a certificate says of its holder, by class (SPEC.md, section 10).

```
1 authority  public key 32 | code | name
2 station    public key 32 | exchange key 32 | incarnation u16 | flags u8 | code | name
3 operator   public key 32 | rights u8 | home station u16 | code | name
4 function   home stations count u8, u16 each | deputy function u16 | code | name
code         length u8 in bytes | 1-5 letters of A-Z, 0-9, Æ, Ø, Å        name: the rest, 1-40 bytes of UTF-8
```
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from protocol.layout import Layout
from protocol.names import decode_names, encode_names, names_fault
from protocol.numbers import INCARNATION_MAX, NUMBER_MAX, is_station
from protocol.reasons import Dropped, Reason
from protocol.signatures import PUBLIC_KEY_BYTES

HOME_STATIONS_MAX: Final = 4
STATION_FIELDS: Final = Layout(16, 6, 1, 1)
OPERATOR_FIELDS: Final = Layout(1, 7, 16)
TRIAL_KEY: Final = bytes(range(32))
"""Any private key will do to see whether an exchange with a public one can succeed."""


class Right(IntFlag):
    """What an operator may do; without `FLASH` up to IMMEDIATE."""

    FLASH = 1
    ORDERS = 2
    REVOCATIONS = 4
    SECOND_RELEASER = 8
    PUBLIC_MESSAGES = 16
    RECORDS_OFFICER = 32
    EMERGENCY = 64
    """A break-glass key from a sealed envelope: nobody's own, and its use is told to everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityBody:
    """Who certifies stations, operators and functions."""

    public_key: bytes
    code: str
    name: str

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        return self.public_key + encode_names(self.code, self.name)

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        return key_fault(self.public_key) or names_fault(self.code, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationBody:
    """A station's keys and its count."""

    public_key: bytes
    exchange_key: bytes
    """X25519, for receipts and confidential bodies."""
    incarnation: int
    """1 to 65535, in full."""
    code: str
    name: str
    is_kiosk: bool = False
    """People there do not log in: they read, and acknowledge with typed initials."""
    needs_releaser: bool = False
    """FLASH leaves it only when a second person released it."""

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        fields = STATION_FIELDS.pack(self.incarnation, 0, self.needs_releaser, self.is_kiosk)
        return self.public_key + self.exchange_key + fields + encode_names(self.code, self.name)

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if not 1 <= self.incarnation <= INCARNATION_MAX:
            return Dropped(Reason.BAD_NUMBER, f"incarnation {self.incarnation}")
        if not is_exchange_key(self.exchange_key):
            return Dropped(Reason.STATEMENT_MALFORMED, "exchange key")
        return key_fault(self.public_key) or names_fault(self.code, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorBody:
    """A named person."""

    public_key: bytes
    rights: Right
    home_station: int
    code: str
    """Initials."""
    name: str

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        fields = OPERATOR_FIELDS.pack(0, self.rights, self.home_station)
        return self.public_key + fields + encode_names(self.code, self.name)

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if not is_station(self.home_station):
            return Dropped(Reason.BAD_NUMBER, f"home station {self.home_station}")
        return key_fault(self.public_key) or names_fault(self.code, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionBody:
    """A post that messages are addressed to, whoever holds it; it has no key."""

    home_stations: tuple[int, ...]
    """1 to `HOME_STATIONS_MAX`, none twice, the first one preferred."""
    deputy: int = 0
    """Another function's number, 0 for none."""
    code: str
    name: str

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        homes = b"".join(station.to_bytes(2, "big") for station in self.home_stations)
        return (
            bytes([len(self.home_stations)])
            + homes
            + self.deputy.to_bytes(2, "big")
            + encode_names(self.code, self.name)
        )

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if not all(map(is_station, self.home_stations)) or not 0 <= self.deputy <= NUMBER_MAX:
            return Dropped(Reason.BAD_NUMBER, "home station or deputy")
        count = len(self.home_stations)
        if not 1 <= count <= HOME_STATIONS_MAX or len(set(self.home_stations)) != count:
            return Dropped(Reason.STATEMENT_MALFORMED, "home stations")
        return names_fault(self.code, self.name)


def decode_authority(raw: bytes) -> AuthorityBody | Dropped:
    """Read the body of class 1."""
    names = decode_names(raw[PUBLIC_KEY_BYTES:])
    if isinstance(names, Dropped):
        return names
    return AuthorityBody(public_key=raw[:PUBLIC_KEY_BYTES], code=names[0], name=names[1])


def decode_station(raw: bytes) -> StationBody | Dropped:
    """Read the body of class 2."""
    key, rest = raw[:PUBLIC_KEY_BYTES], raw[PUBLIC_KEY_BYTES:]
    exchange_key, rest = rest[:PUBLIC_KEY_BYTES], rest[PUBLIC_KEY_BYTES:]
    names = decode_names(rest[STATION_FIELDS.size :])
    if isinstance(names, Dropped):
        return names
    incarnation, reserved, releaser, kiosk = STATION_FIELDS.unpack(rest[: STATION_FIELDS.size])
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "station's flags")
    return StationBody(
        public_key=key,
        exchange_key=exchange_key,
        incarnation=incarnation,
        is_kiosk=bool(kiosk),
        needs_releaser=bool(releaser),
        code=names[0],
        name=names[1],
    )


def decode_operator(raw: bytes) -> OperatorBody | Dropped:
    """Read the body of class 3."""
    key, rest = raw[:PUBLIC_KEY_BYTES], raw[PUBLIC_KEY_BYTES:]
    names = decode_names(rest[OPERATOR_FIELDS.size :])
    if isinstance(names, Dropped):
        return names
    reserved, rights, home = OPERATOR_FIELDS.unpack(rest[: OPERATOR_FIELDS.size])
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "operator's rights")
    return OperatorBody(public_key=key, rights=Right(rights), home_station=home, code=names[0], name=names[1])


def decode_function(raw: bytes) -> FunctionBody | Dropped:
    """Read the body of class 4."""
    count = raw[0] if raw else 0
    ends = 1 + 2 * count
    names = decode_names(raw[ends + 2 :])
    if isinstance(names, Dropped):
        return names
    homes = tuple(int.from_bytes(raw[at : at + 2], "big") for at in range(1, ends, 2))
    deputy = int.from_bytes(raw[ends : ends + 2], "big")
    return FunctionBody(home_stations=homes, deputy=deputy, code=names[0], name=names[1])


def key_fault(public_key: bytes) -> Dropped | None:
    """Whether a public key has another length."""
    return None if len(public_key) == PUBLIC_KEY_BYTES else Dropped(Reason.STATEMENT_MALFORMED, "public key")


def is_exchange_key(public_key: bytes) -> bool:
    """Whether an exchange with this key gives a secret: points of small order give zero, RFC 7748 section 6.1."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        return False
    try:
        X25519PrivateKey.from_private_bytes(TRIAL_KEY).exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError:
        return False
    return True
