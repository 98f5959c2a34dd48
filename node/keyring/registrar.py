"""What is entered in a sitting, holder by holder, each with its key and a revocation for the safe.

What contradicts the roster is refused in words before anything is drawn or signed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from node.keyring.entries import (
    EMERGENCY_NUMBERS,
    newest_entries,
    refuse_names,
    refuse_number,
    refuse_taken_code,
    refuse_unknown_authority,
    refuse_unknown_stations,
)
from node.keyring.errors import KeyringError
from node.keyring.keyfile import Holder, KeyFile, make_key_file
from node.keyring.sitting import HOLDER_OF, Sitting
from node.keyring.terms import ALWAYS, Term
from protocol.names import NAME_BYTES_MAX
from protocol.numbers import SHORT_NUMBER_MAX, Address, Kind
from protocol.statements import (
    ROOT,
    AuthorityBody,
    FunctionBody,
    GroupBody,
    GroupKind,
    HandheldBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
)

EMERGENCY_RIGHTS: Final = Right.EMERGENCY | Right.FLASH | Right.ORDERS
"""Whoever breaks the glass stands in for a crisis staff, but revokes and releases nothing."""
EMERGENCY_CODE: Final = "NØD"
EMERGENCY_NAME: Final = "Nødnøgle "


class Registrar:
    """Enters holders of numbers in one sitting; whoever certifies them has been opened there."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    def add_authority(self, number: int, code: str, name: str, passphrase: str, term: Term = ALWAYS) -> Statement:
        """Certify an authority by the root; its key is drawn here, and may issue from now on.

        Raises:
            KeyringError: it contradicts the roster.
        """
        address = Address(Kind.AUTHORITY, number)
        self._refuse(address, code, name)
        key = self._drawn(Holder.AUTHORITY, number, passphrase)
        body = AuthorityBody(public_key=key.public_key, code=code, name=name)
        signed = self._sitting.issue(body, number, ROOT, term, key)
        self._sitting.admit(number, key, passphrase)
        if number <= SHORT_NUMBER_MAX:  # A second holder's number has eleven bits.
            self._sitting.presign(address, key.public_key, ROOT, second=number)
        return signed

    def add_station(
        self,
        authority: int,
        number: int,
        code: str,
        name: str,
        term: Term = ALWAYS,
        *,
        is_kiosk: bool = False,
        needs_releaser: bool = False,
    ) -> Statement:
        """Certify a station; its key lies open, since it signs without anybody present.

        Args:
            authority: who certifies it.
            number: its own.
            code: its messages are numbered by it.
            name: as people read it.
            term: from which day to which.
            is_kiosk: nobody logs in there; who reads acknowledges with typed initials.
            needs_releaser: FLASH leaves it only when a second person released it.

        Raises:
            KeyringError: it contradicts the roster.
        """
        self._refuse(Address(Kind.STATION, number), code, name, authority=authority)
        key = self._drawn(Holder.STATION, number, None)
        body = StationBody(
            public_key=key.public_key,
            exchange_key=key.exchange_key,
            incarnation=1,
            is_kiosk=is_kiosk,
            needs_releaser=needs_releaser,
            code=code,
            name=name,
        )
        return self._with_revocation(self._sitting.issue(body, number, authority, term, key))

    def add_operator(
        self,
        authority: int,
        number: int,
        code: str,
        name: str,
        home: int,
        rights: Right,
        passphrase: str,
        term: Term = ALWAYS,
    ) -> Statement:
        """Certify a person; the key is under the person's own passphrase.

        Raises:
            KeyringError: it contradicts the roster.
        """
        self._refuse(Address(Kind.OPERATOR, number), code, name, (home,), authority)
        key = self._drawn(Holder.OPERATOR, number, passphrase)
        body = OperatorBody(public_key=key.public_key, rights=rights, home_station=home, code=code, name=name)
        return self._with_revocation(self._sitting.issue(body, number, authority, term, key))

    def add_emergency(self, station: int, passphrase: str, term: Term = ALWAYS) -> Statement:
        """Certify a station's break-glass key: nobody's own, marked, its passphrase in a sealed envelope.

        Raises:
            KeyringError: there is no such station, or it has one.
        """
        refuse_unknown_stations(self._sitting.roster, (station,))
        certificate = self._sitting.roster.station(station)
        assert certificate is not None, "refused otherwise"
        code = f"{EMERGENCY_CODE}{station}" if station < 100 else f"N{station}"
        name = _shortened(EMERGENCY_NAME + certificate.body.name)
        number = emergency_number(station)
        return self.add_operator(
            certificate.statement.issuer, number, code, name, station, EMERGENCY_RIGHTS, passphrase, term
        )

    def add_function(
        self, authority: int, number: int, code: str, name: str, homes: Sequence[int], deputy: int = 0
    ) -> Statement:
        """Certify a function, which has no key of its own.

        Raises:
            KeyringError: it contradicts the roster.
        """
        self._refuse(Address(Kind.FUNCTION, number), code, name, homes, authority)
        self.refuse_unknown_deputy(number, deputy)
        body = FunctionBody(home_stations=tuple(homes), deputy=deputy, code=code, name=name)
        return self._sitting.issue(body, number, authority)

    def add_group(
        self, authority: int, number: int, code: str, name: str, kind: GroupKind, members: Sequence[Address]
    ) -> Statement:
        """Certify a group and say who is in it.

        Raises:
            KeyringError: it contradicts the roster, or one of the members is not in it.
        """
        self._refuse(Address(Kind.GROUP, number), code, name, authority=authority)
        self.refuse_unknown_members(members)
        signed = self._sitting.issue(GroupBody(kind=kind, code=code, name=name), number, authority)
        self._sitting.enter_members(number, tuple(members))
        return signed

    def add_handheld(
        self, authority: int, number: int, code: str, name: str, home: int, node_number: int, radio_key: bytes
    ) -> Statement:
        """Register a field unit's radio: what it says is witnessed by its home station, never signed.

        Raises:
            KeyringError: it contradicts the roster.
        """
        self._refuse(Address(Kind.HANDHELD, number), code, name, (home,), authority)
        body = HandheldBody(node_number=node_number, home_station=home, radio_key=radio_key, code=code, name=name)
        return self._sitting.issue(body, number, authority)

    def add_exercise(self, address: Address, passphrase: str) -> Statement:
        """Draw and certify the exercise key of a station or an operator: same number, same birth, same words.

        Raises:
            KeyringError: the holder is not certified, or has no key.
        """
        renewals = self._sitting.roster.renewals(address)
        if not renewals:
            raise KeyringError(f"there is no {address.kind.name.lower()} {address.number} in the roster: add it first")
        real = renewals[0]
        body = real.body
        if not isinstance(body, StationBody | OperatorBody):
            raise KeyringError(f"a {address.kind.name.lower()} signs nothing in an exercise: it needs no key for it")
        holder = HOLDER_OF[address.kind]
        drawn = self._drawn(holder, address.number, passphrase if holder is Holder.OPERATOR else None, exercise=True)
        match body:
            case StationBody():
                body = replace(body, public_key=drawn.public_key, exchange_key=drawn.exchange_key)
            case OperatorBody():
                body = replace(body, public_key=drawn.public_key)
        return self._sitting.issue(body, address.number, real.issuer, Term.of(real), drawn, exercise=True)

    def without_exercise_key(self, authority: int) -> tuple[Address, ...]:
        """Stations and operators of an authority who cannot take part in an exercise yet; no seal is broken in one."""
        roster = self._sitting.roster
        return tuple(
            entry.address
            for entry in newest_entries(roster)
            if not entry.exercise
            and entry.issuer == authority
            and isinstance(entry.body, StationBody | OperatorBody)
            and not is_emergency_key(entry)
            and not roster.renewals(entry.address, exercise=True)
        )

    def refuse_unknown_deputy(self, function: int, deputy: int) -> None:
        """Whoever stands in is another function of the roster.

        Raises:
            KeyringError: it is not.
        """
        if deputy and (deputy == function or self._sitting.roster.function(deputy) is None):
            raise KeyringError(
                f"function {deputy} cannot stand in: add it first, and let no function deputise for itself"
            )

    def refuse_unknown_members(self, members: Sequence[Address]) -> None:
        """Only who is in the roster is in a group.

        Raises:
            KeyringError: one is not.
        """
        for member in members:
            if not self._sitting.roster.renewals(member):
                raise KeyringError(
                    f"there is no {member.kind.name.lower()} {member.number} in the roster: add it first"
                )

    def _drawn(self, holder: Holder, number: int, passphrase: str | None, *, exercise: bool = False) -> KeyFile:
        sitting = self._sitting
        return make_key_file(holder, number, sitting.entropy, passphrase, exercise=exercise, cost=sitting.cost)

    def _with_revocation(self, signed: Statement) -> Statement:
        assert signed.public_key is not None, "only holders of keys are revoked"
        self._sitting.presign(signed.address, signed.public_key, signed.issuer)
        return signed

    def _refuse(self, address: Address, code: str, name: str, homes: Sequence[int] = (), authority: int = ROOT) -> None:
        roster = self._sitting.roster
        refuse_number(roster, address)
        refuse_names(code, name)
        refuse_taken_code(roster, address.kind, code)
        refuse_unknown_stations(roster, homes)
        if authority != ROOT:
            refuse_unknown_authority(roster, authority)


def is_emergency_key(statement: Statement) -> bool:
    """Whether it certifies a break-glass key."""
    return isinstance(statement.body, OperatorBody) and Right.EMERGENCY in statement.body.rights


def emergency_number(station: int) -> int:
    """The operator's number of a station's break-glass key."""
    return EMERGENCY_NUMBERS.start - 1 + station


def _shortened(name: str) -> str:
    """As much of a name as fits, in whole letters."""
    return name.encode()[:NAME_BYTES_MAX].decode(errors="ignore").strip()
