"""What authorities say of numbers beyond who holds them: members, sections, revocations (SPEC.md, section 10)."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.chains import Held, Place, Register
from protocol.groups import MembershipBody
from protocol.numbers import Address, Kind
from protocol.revocations import Revocation, RevocationBody, joined, key_fingerprint
from protocol.sections import SectionBody, section_digest
from protocol.statements import ROOT, Statement


@dataclass(frozen=True, slots=True)
class SectionState:
    """How an authority's section stands in this roster."""

    version: int
    """The newest that the authority signed, 0 when there is none."""
    is_whole: bool
    """What is here is what that version holds: nothing is missing and nothing is newer."""


class Registers:
    """The registers of one roster, which is built on this."""

    __slots__ = ("_held", "_revoked")

    def __init__(self, held: Mapping[Place, tuple[Held, ...]]) -> None:
        self._held = held
        self._revoked = _by_key(held)

    def members(self, group: int) -> tuple[Address, ...]:
        """Who is in a group, ascending; empty when that is not known."""
        address = Address(Kind.GROUP, group)
        for exercise in (False, True):
            for held in self._held.get(Place(address, exercise, Register.MEMBERS), ())[:1]:
                if isinstance(held.statement.body, MembershipBody):
                    return held.statement.body.members
        return ()

    def section(self, authority: int) -> SectionState:
        """How an authority's section stands; what it takes back by revocations is not counted in."""
        address = Address(Kind.AUTHORITY, authority)
        signed = [held.statement.body for held in self._held.get(Place(address, register=Register.SECTION), ())[:1]]
        version, digest = 0, b""
        for body in signed:
            if isinstance(body, SectionBody):
                version, digest = body.version, body.digest
        return SectionState(version, section_digest(self.section_statements(authority)) == digest)

    def section_statements(self, authority: int) -> tuple[bytes, ...]:
        """The newest certificates and memberships that an authority issued, by place: what its section holds."""
        return tuple(
            held[0].raw
            for place, held in self._held.items()
            if place.register in (Register.HOLDER, Register.MEMBERS) and held[0].statement.issuer == authority != ROOT
        )

    def revocation_of(self, address: Address, public_key: bytes, *, exercise: bool = False) -> Revocation | None:
        """What is said against a key of a holder; what an exercise revokes counts in exercises only."""
        said = self._revoked.get(key_fingerprint(public_key), ())
        bodies = tuple(
            held.statement.body
            for held in said
            if isinstance(held.statement.body, RevocationBody)
            and held.statement.address == address
            and exercise >= held.statement.exercise
        )
        return joined(bodies) if bodies else None

    def revocations(self) -> tuple[Statement, ...]:
        """All of them, by place."""
        return tuple(
            held.statement
            for place, renewals in self._held.items()
            if place.register is Register.REVOCATION
            for held in renewals
        )


def _by_key(held: Mapping[Place, tuple[Held, ...]]) -> dict[bytes, tuple[Held, ...]]:
    """Revocations by the fingerprint of the key that they end."""
    revoked: dict[bytes, tuple[Held, ...]] = {}
    for place, renewals in held.items():
        if place.register is Register.REVOCATION:
            revoked[place.key] = revoked.get(place.key, ()) + renewals
    return revoked
