"""One sitting with the keys on the table: what is certified, renewed or revoked is stored together or not at all.

Whoever issues is opened once by passphrase. Every authority whose section changed signs its new version at the end.
Nobody else changes the folder meanwhile.
"""

import os
from dataclasses import dataclass, field, replace
from typing import Final

from node.keyring.entries import memberships, refuse_unknown_authority
from node.keyring.errors import KeyringError
from node.keyring.folder import NetworkFolder
from node.keyring.keyfile import Holder, KeyFile, Keys
from node.keyring.roster_file import RosterFile
from node.keyring.sole_use import SoleUse
from node.keyring.terms import ALWAYS, Term
from node.keyring.wrapping import USUAL_COST, Cost, Entropy
from protocol.bodies import Body
from protocol.numbers import Address, Kind, Reference
from protocol.reasons import Dropped, LocalProtocolError
from protocol.revocations import RevocationBody, RevocationReason, SecondHolder, key_fingerprint
from protocol.roster import Roster
from protocol.sections import SectionBody, section_digest
from protocol.statements import (
    BIRTH_BYTES,
    RENEWAL_MAX,
    ROOT,
    MembershipBody,
    Statement,
    sign_second,
    sign_statement,
)

HOLDER_OF: Final = {Kind.AUTHORITY: Holder.AUTHORITY, Kind.STATION: Holder.STATION, Kind.OPERATOR: Holder.OPERATOR}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An opened key of the root or of an authority."""

    public_key: bytes
    keys: Keys = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a sitting did, for telling it."""

    statements: tuple[Statement, ...]
    """In the order in which they were made, sections last."""
    keys: tuple[str, ...]
    """Names of the key files written."""
    presigned: tuple[str, ...]
    """Names of the revocations put into the safe's folder."""


class Sitting:
    """Begin one, open issuers, enter, store; dropping it unsaved changes nothing."""

    def __init__(self, folder: NetworkFolder, entropy: Entropy = os.urandom, cost: Cost = USUAL_COST) -> None:
        """Begin.

        Args:
            folder: the network's.
            entropy: draws keys and births.
            cost: of a guess at the passphrase of a key that is drawn in this sitting.

        Raises:
            KeyringError: there is no usable network in the folder, or somebody else sits over it.
        """
        self._sole_use = SoleUse(folder.directory)
        folder.settle()
        file = folder.roster_file()
        self.folder = folder
        self.entropy = entropy
        self.cost = cost
        self.roster: Roster = file.roster
        self._begun_with: Roster = file.roster
        self.name = file.name
        self._issuers: dict[int, Issuer] = {}
        self._made: list[Statement] = []
        self._new: dict[str, KeyFile] = {}
        self._replacing: dict[str, KeyFile] = {}
        self._presigned: dict[str, bytes] = {}
        self._changed: set[int] = set()
        """Authorities whose sections are to be signed anew."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing was entered."""
        return not self._made and not self._presigned

    def open(self, number: int, passphrase: str) -> None:
        """Open the root's key, or an authority's.

        Raises:
            KeyringError: its file is not here, or the passphrase does not open it.
        """
        if number in self._issuers:
            return
        if number != ROOT:
            refuse_unknown_authority(self.roster, number)
        key = self.folder.key(Holder.ROOT if number == ROOT else Holder.AUTHORITY, number)
        self._issuers[number] = Issuer(key.public_key, key.open(passphrase))

    def is_open(self, number: int) -> bool:
        """Whether it was opened."""
        return number in self._issuers

    def admit(self, number: int, key: KeyFile, passphrase: str) -> None:
        """Let a key that was drawn in this sitting issue from now on.

        Raises:
            KeyringError: the child that derives did not answer.
        """
        self._issuers[number] = Issuer(key.public_key, key.open(passphrase))

    def issue(
        self,
        body: Body,
        number: int,
        issuer: int,
        term: Term = ALWAYS,
        key: KeyFile | None = None,
        *,
        exercise: bool = False,
    ) -> Statement:
        """Say something of a number for the first time, in earnest or for exercises.

        Raises:
            KeyringError: the roster would not believe it.
        """
        draft = self._draft(body, number, issuer, term, exercise=exercise)
        known = self.roster.renewals(draft.address, exercise=not exercise)
        birth = known[0].birth if known else self.entropy(BIRTH_BYTES)
        signed = self._take(replace(draft, birth=birth))
        if key is not None:
            self._new[key.name] = key
        return signed

    def renew(
        self, address: Address, body: Body, term: Term, key: KeyFile | None = None, *, exercise: bool = False
    ) -> Statement:
        """Say it anew; the key, if there is one, takes the place of the old file.

        Raises:
            KeyringError: nothing is certified yet, it was renewed too often, or the roster would not believe it.
        """
        renewals = self.roster.renewals(address, exercise=exercise)
        if not renewals:
            raise KeyringError(f"there is no {address.kind.name.lower()} {address.number} in the roster: add it first")
        if renewals[0].renewal >= RENEWAL_MAX:
            raise KeyringError(f"{address.kind.name.lower()} {address.number} was renewed 255 times: take a new number")
        draft = self._draft(body, address.number, renewals[0].issuer, term, exercise=exercise)
        signed = self._take(replace(draft, renewal=renewals[0].renewal + 1, birth=renewals[0].birth))
        if key is not None:
            (self._replacing if self._lies_here(key) else self._new)[key.name] = key
        return signed

    def enter_members(self, group: int, members: tuple[Address, ...]) -> Statement:
        """Say who is in a group now.

        Raises:
            KeyringError: there is no such group, or the roster would not believe it.
        """
        known = self.roster.renewals(Address(Kind.GROUP, group))
        if not known:
            raise KeyringError(f"there is no group {group} in the roster: add it first")
        version = 1 + max((one.order for one in memberships(self.roster) if one.number == group), default=0)
        body = MembershipBody(version=version, members=tuple(sorted(set(members))))
        draft = self._draft(body, group, known[0].issuer, ALWAYS)
        return self._take(replace(draft, renewal=version & RENEWAL_MAX, birth=known[0].birth))

    def revoke(
        self,
        address: Address,
        public_key: bytes,
        issuer: int,
        reason: RevocationReason,
        issued: int = 0,
        marks: tuple[Reference, ...] = (),
        second: int = ROOT,
    ) -> Statement:
        """End a key's right to sign, in the roster at once.

        Args:
            address: the holder.
            public_key: the key that ends.
            issuer: the root or an authority, open.
            reason: told to people.
            issued: units of 8 s since 2025-01-01, 0 unknown.
            marks: what of it stays good.
            second: for an authority's key the second authority, open.

        Raises:
            KeyringError: the roster would not believe it.
        """
        signed = self._revocation(address, public_key, issuer, reason, issued, marks, second)
        self._believe(signed)
        return signed

    def presign(self, address: Address, public_key: bytes, issuer: int, second: int = ROOT) -> Statement:
        """Sign a revocation in advance, for the safe's folder; the roster does not learn of it.

        Raises:
            KeyringError: the roster would not believe it.
        """
        signed = self._revocation(address, public_key, issuer, RevocationReason.PRESIGNED, 0, (), second)
        believed = self.roster.with_statement(signed.encode())
        if isinstance(believed, Dropped):
            raise KeyringError(f"not to be revoked: {believed}")
        self._presigned[revocation_name(address, public_key)] = signed.encode()
        return signed

    def take_in(self, raw: bytes) -> None:
        """Believe a statement that was signed elsewhere or earlier.

        Raises:
            KeyringError: the roster does not.
        """
        believed = self.roster.with_statement(raw)
        if isinstance(believed, Dropped):
            raise KeyringError(f"not to be believed: {believed}")
        self.roster = believed

    def sign_again(self, statement: Statement) -> Statement:
        """The same content under the issuer's present key, as a renewal.

        Raises:
            KeyringError: it was renewed too often, or the roster would not believe it.
        """
        match statement.body:
            case MembershipBody(members=members):
                return self.enter_members(statement.number, members)
            case _:
                return self.renew(statement.address, statement.body, Term.of(statement), exercise=statement.exercise)

    def sign_revocation_again(self, statement: Statement) -> Statement:
        """The same revocation under the issuer's present key, as a renewal.

        Raises:
            KeyringError: the roster would not believe it.
        """
        signed = self._signed(replace(statement, renewal=statement.renewal + 1, signature=b""))
        self._believe(signed)
        return signed

    def touch(self, authority: int) -> None:
        """Have an authority's section signed anew though nothing of it was entered."""
        self._changed.add(authority)

    def store(self) -> Stored:
        """Sign the sections that changed and write everything.

        Raises:
            KeyringError: a key's place is taken.
            OSError: the disk did not take it.
        """
        for authority in sorted(self._changed):
            self._sign_section(authority)
        file = RosterFile(self.name, self.roster)
        self.folder.store(file, self._new.values(), self._replacing.values(), self._presigned)
        self._sole_use.release()
        return Stored(tuple(self._made), (*self._new, *self._replacing), tuple(self._presigned))

    def _draft(self, body: Body, number: int, issuer: int, term: Term, *, exercise: bool = False) -> Statement:
        return Statement(
            body=body,
            number=number,
            issuer=issuer,
            renewal=0,
            birth=bytes(BIRTH_BYTES),
            valid_from=term.first,
            valid_until=term.last,
            exercise=exercise,
        )

    def _take(self, draft: Statement) -> Statement:
        """Sign by the draft's issuer and believe by the roster's own rules."""
        signed = self._signed(draft)
        self._believe(signed)
        if draft.issuer != ROOT:
            self._changed.add(draft.issuer)
        return signed

    def _signed(self, draft: Statement) -> Statement:
        issuer = self._issuer(draft.issuer)
        try:
            return sign_statement(draft, self.roster.root, issuer.public_key, issuer.keys.signing.sign)
        except LocalProtocolError as error:
            raise KeyringError(f"not to be certified: {error}") from error

    def _believe(self, signed: Statement) -> None:
        roster = self.roster.with_statement(signed.encode())
        if isinstance(roster, Dropped):
            raise KeyringError(f"not to be certified: {roster}")
        self.roster = roster
        self._made.append(signed)

    def _revocation(
        self,
        address: Address,
        public_key: bytes,
        issuer: int,
        reason: RevocationReason,
        issued: int,
        marks: tuple[Reference, ...],
        second: int,
    ) -> Statement:
        known = self.roster.renewals(address)
        if not known:
            raise KeyringError(f"there is no {address.kind.name.lower()} {address.number} in the roster")
        holder = SecondHolder(second) if address.kind is Kind.AUTHORITY else None
        body = RevocationBody(
            subject=address.kind,
            key_fingerprint=key_fingerprint(public_key),
            reason=reason,
            issued=issued,
            marks=tuple(sorted(marks)),
            second=holder,
        )
        draft = replace(self._draft(body, address.number, issuer, ALWAYS), birth=known[0].birth)
        earlier = [one for one in self.roster.revocations() if one.issuer == issuer and one.address == address]
        of_key = [one.renewal for one in earlier if _fingerprint_of(one) == body.key_fingerprint]
        draft = replace(draft, renewal=1 + max(of_key) if of_key else int(reason is not RevocationReason.PRESIGNED))
        try:
            if holder is not None:
                other = self._issuer(second)
                draft = sign_second(draft, self.roster.root, other.public_key, other.keys.signing.sign)
        except LocalProtocolError as error:
            raise KeyringError(f"not to be revoked: {error}") from error
        return self._signed(draft)

    def _sign_section(self, authority: int) -> None:
        if authority not in self._issuers:
            return
        certificate = self.roster.authority(authority)
        assert certificate is not None, "its issuer was opened"
        digest = section_digest(self.roster.section_statements(authority))
        # A revoked key takes the version that it signed out of the roster; the count goes on all the same.
        version = 1 + max(one.section(authority).version for one in (self._begun_with, self.roster))
        draft = self._draft(SectionBody(version=version, digest=digest), authority, authority, ALWAYS)
        self._believe(self._signed(replace(draft, renewal=version & RENEWAL_MAX, birth=certificate.statement.birth)))

    def _issuer(self, number: int) -> Issuer:
        if number not in self._issuers:
            whose = "the root" if number == ROOT else f"authority {number}"
            raise KeyringError(f"{whose} has to sign this: its key was not opened")
        return self._issuers[number]

    def _lies_here(self, key: KeyFile) -> bool:
        return self.folder.has_key(key.holder, key.number, exercise=key.exercise)


def revocation_name(address: Address, public_key: bytes) -> str:
    """The file that a revocation signed in advance lies in: `operator-2.0a1b2c3d4e5f6071.revocation`."""
    return f"{address.kind.name.lower()}-{address.number}.{key_fingerprint(public_key).hex()}.revocation"


def _fingerprint_of(statement: Statement) -> bytes:
    return statement.body.key_fingerprint if isinstance(statement.body, RevocationBody) else b""
