"""A group's keys as a station keeps them: which is the newest, and who has it that should not any more.

A version is exposed once somebody who was given it is no member any more, or the key that he had then is revoked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from protocol.notices import GROUP_VERSIONS, HOLDERS_BYTES
from protocol.numbers import Address, Kind
from protocol.roster import Roster
from protocol.statements import Right

VERSIONS_KEPT: Final = 4
"""Of each group, for reading what was written before: a roll a week for as long as a message lives, 30 days."""


@dataclass(frozen=True, slots=True, order=True)
class KeyHolder:
    """Who was given a version, and by what key he was known then."""

    address: Address
    """A station, or an operator who is a member himself."""
    public_key: bytes


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One version of a group's secret."""

    group: int
    version: int
    """0 to 31; after 31 comes 0."""
    secret: bytes = field(repr=False)
    """32 bytes."""
    maker: int
    """The station that made it."""
    holders_digest: bytes
    """Of those whom its maker gave it to."""
    holders: tuple[KeyHolder, ...]
    """Who must have it as far as this station knows."""
    learned_at: int
    learned_utc_ms: int | None


@dataclass(frozen=True, slots=True)
class Handout:
    """A notice that carries a version to one station; its delivery tells whether it arrived."""

    item_id: int
    group: int
    version: int
    station: int


def is_newer(version: int, than: int) -> bool:
    """Whether a version comes after another; half the circle of numbers lies ahead."""
    return 0 < (version - than) % GROUP_VERSIONS <= GROUP_VERSIONS // 2


def by_age(keys: Sequence[GroupKey]) -> list[GroupKey]:
    """The keys of one group, the newest first."""
    return sorted(keys, key=lambda one: sum(is_newer(other.version, one.version) for other in keys))


def holders_of(roster: Roster, group: int) -> tuple[KeyHolder, ...]:
    """Who is to have a group's key now: stations and people whose keys are good, ascending."""
    stations = [Address(Kind.STATION, home) for home in roster.home_stations(Address(Kind.GROUP, group))]
    people = [member for member in roster.members(group) if member.kind is Kind.OPERATOR]
    return tuple(
        KeyHolder(address, key)
        for address in sorted((*stations, *people))
        for key in roster.keys(address.kind, address.number)[:1]
        if roster.revocation_of(address, key) is None
    )


def holders_digest(holders: Sequence[KeyHolder]) -> bytes:
    """By what a maker tells the others whom it gave a version (SPEC.md, section 11)."""
    listed = b"".join(
        bytes([one.address.kind]) + one.address.number.to_bytes(2, "big") + one.public_key for one in sorted(holders)
    )
    return sha256(b"bavn holders 0" + listed).digest()[:HOLDERS_BYTES]


def exposed_by(key: GroupKey, roster: Roster) -> tuple[Address, ...]:
    """Who has a version and should not have it any more, ascending; empty while it is good."""
    holders = holders_of(roster, key.group)
    if holders_digest(holders) == key.holders_digest:
        # Its maker knew this very list, whatever was learned here in which order.
        return ()
    members = {holder.address for holder in holders}
    return tuple(
        sorted(
            holder.address
            for holder in key.holders
            if holder.address not in members or roster.revocation_of(holder.address, holder.public_key) is not None
        )
    )


def may_key(roster: Roster, operator: int, group: int) -> bool:
    """Whether somebody may make a group's key: of the authority that certified the group, with the right to revoke."""
    person, certificate = roster.operator(operator), roster.group(group)
    if person is None or certificate is None:
        return False
    return person.statement.issuer == certificate.statement.issuer and Right.REVOCATIONS in person.body.rights
