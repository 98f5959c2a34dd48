"""A group and who is in it: two statements, so that members come and go while the group stays (SPEC.md, section 10).

```
5 group       kind u8 | code | name
7 membership  version u16 | members 2 each (kind 3 | number 11 | 0 2), 1-50, ascending        its number is the group's
```
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from protocol.layout import Layout
from protocol.names import decode_names, encode_names, names_fault
from protocol.numbers import SHORT_NUMBER_MAX, Address, Kind
from protocol.reasons import Dropped, Reason

MEMBERS_MAX: Final = 50
"""What fits a statement of 200 bytes, with room."""
MEMBER: Final = Layout(3, 11, 2)
VERSION_BYTES: Final = 2
MEMBER_KINDS: Final = (Kind.STATION, Kind.FUNCTION, Kind.OPERATOR, Kind.HANDHELD)
"""A group in a group would make its members depend on the order of two statements."""


class GroupKind(IntEnum):
    """What a group is made of, for the person who addresses it."""

    STATIONS = 0
    FUNCTIONS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBody:
    """Several holders under one number; it has no key."""

    kind: GroupKind
    code: str
    name: str

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        return bytes([self.kind]) + encode_names(self.code, self.name)

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        return names_fault(self.code, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipBody:
    """Who is in a group now."""

    version: int
    """1 to 65535; the higher one counts, and the statement's renewal is its lowest eight bits."""
    members: tuple[Address, ...]
    """1 to `MEMBERS_MAX` of `MEMBER_KINDS`, ascending, none twice, numbers up to `SHORT_NUMBER_MAX`."""

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        listed = b"".join(MEMBER.pack(member.kind, member.number, 0) for member in self.members)
        return self.version.to_bytes(VERSION_BYTES, "big") + listed

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if not 1 <= self.version < 1 << 8 * VERSION_BYTES:
            return Dropped(Reason.BAD_NUMBER, f"version {self.version}")
        for member in self.members:
            if member.kind not in MEMBER_KINDS or not member.is_certifiable or member.number > SHORT_NUMBER_MAX:
                return Dropped(Reason.BAD_NUMBER, f"member {member.kind} {member.number}")
        count = len(self.members)
        if not 1 <= count <= MEMBERS_MAX or list(self.members) != sorted(set(self.members)):
            return Dropped(Reason.STATEMENT_MALFORMED, "members")
        return None


def decode_group(raw: bytes) -> GroupBody | Dropped:
    """Read the body of class 5."""
    names = decode_names(raw[1:])
    if isinstance(names, Dropped):
        return names
    if raw[0] > GroupKind.FUNCTIONS:
        return Dropped(Reason.STATEMENT_MALFORMED, "group's kind")
    return GroupBody(kind=GroupKind(raw[0]), code=names[0], name=names[1])


def decode_membership(raw: bytes) -> MembershipBody | Dropped:
    """Read the body of class 7."""
    version, listed = raw[:VERSION_BYTES], raw[VERSION_BYTES:]
    if len(version) < VERSION_BYTES or len(listed) % MEMBER.size:
        return Dropped(Reason.STATEMENT_MALFORMED, "members")
    members: list[Address] = []
    for at in range(0, len(listed), MEMBER.size):
        kind, number, reserved = MEMBER.unpack(listed[at : at + MEMBER.size])
        if reserved:
            return Dropped(Reason.RESERVED_BITS, "member")
        if kind > Kind.SEVERAL:
            return Dropped(Reason.BAD_NUMBER, f"kind {kind}")
        members.append(Address(Kind(kind), number))
    return MembershipBody(version=int.from_bytes(version, "big"), members=tuple(members))
