"""Brings a network to what a plan says: adds who is missing, renews who is said otherwise, touches nobody else.

Carried out a second time it finds nothing to do. Who is in the roster and not in the plan stays as he is: ending a key
is a decision of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, Protocol, TypeVar

from node.keyring.entries import free_number, newest_entries
from node.keyring.errors import KeyringError
from node.keyring.plan import Plan, PlanLine
from node.keyring.registrar import Registrar, emergency_number, is_emergency_key
from node.keyring.renewing import Changes, Renewing
from node.keyring.sitting import Sitting
from node.keyring.terms import usual_term
from protocol.bodies import CertificateBody
from protocol.numbers import Address, Kind
from protocol.statements import (
    ROOT,
    FunctionBody,
    GroupBody,
    HandheldBody,
    OperatorBody,
    Statement,
    StationBody,
)

ValueT = TypeVar("ValueT")
ORDER: Final = (Kind.AUTHORITY, Kind.STATION, Kind.OPERATOR, Kind.FUNCTION, Kind.HANDHELD, Kind.GROUP)
"""Whoever is referred to comes first."""


class What(Enum):
    """What is to be done for somebody."""

    ADD = auto()
    RENEW = auto()
    MEMBERS = auto()
    EMERGENCY = auto()
    EXERCISE = auto()


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing that the plan asks for and the network has not."""

    what: What
    line: PlanLine


class Passphrases(Protocol):
    """Where passphrases come from: asked for, read from files, or drawn."""

    def of_root(self) -> str:
        """The root's."""

    def of_authority(self, line: PlanLine, *, is_new: bool) -> str:
        """An authority's, its first one if it is new."""

    def of_operator(self, line: PlanLine) -> str:
        """A new operator's."""

    def of_emergency(self, line: PlanLine) -> str:
        """The one for the envelope of a station."""

    def for_exercises(self) -> str:
        """The one of exercise keys whose holders are not here to give theirs."""


class Planning:
    """One plan at one sitting."""

    def __init__(self, sitting: Sitting, plan: Plan, today: int) -> None:
        self._sitting = sitting
        self._plan = plan
        self._today = today
        self._registrar = Registrar(sitting)
        self._renewing = Renewing(sitting)
        self._own: dict[Address, str] = {}
        """Passphrases of the operators who were added in this sitting."""

    def pending(self) -> tuple[Pending, ...]:
        """What there is to do, in the order in which it is done.

        Raises:
            KeyringError: the plan contradicts the roster.
        """
        return tuple(self._pending())

    def carry_out(self, passphrases: Passphrases) -> list[tuple[Statement, str]]:
        """Do it.

        Returns:
            The new operators, break-glass keys among them, with their passphrases.

        Raises:
            KeyringError: a passphrase opens nothing, or the roster does not believe it.
        """
        pending = self.pending()
        self._open(pending, passphrases)
        made: list[tuple[Statement, str]] = []
        for one in pending:
            signed = self._do(one, passphrases)
            if signed is not None and signed.address in self._own:
                made.append((signed, self._own[signed.address]))
        return made

    def unplanned(self) -> tuple[Statement, ...]:
        """Who is in the roster and not in the plan."""
        codes = {(line.kind, line.code) for line in self._plan.lines}
        return tuple(
            entry
            for entry in newest_entries(self._sitting.roster)
            if isinstance(entry.body, CertificateBody)
            and not entry.exercise
            and (entry.address.kind, entry.body.code) not in codes
            and not is_emergency_key(entry)
        )

    def _pending(self) -> Iterator[Pending]:
        for kind in ORDER:
            lines = self._plan.of_kind(kind)
            for line in _deputies_first(lines) if kind is Kind.FUNCTION else lines:
                entry = self._entry(line.kind, line.code)
                if entry is None:
                    yield Pending(What.ADD, line)
                    continue
                self._refuse_another_authority(line, entry)
                if self._changes(line, entry) is not None:
                    yield Pending(What.RENEW, line)
                if kind is Kind.GROUP and self._members(line) != self._sitting.roster.members(entry.number):
                    yield Pending(What.MEMBERS, line)
        for station in self._plan.of_kind(Kind.STATION) if self._plan.emergency else ():
            if not self._has_emergency_key(station):
                yield Pending(What.EMERGENCY, station)
        if self._plan.exercise:
            for line in (*self._plan.of_kind(Kind.STATION), *self._plan.of_kind(Kind.OPERATOR)):
                entry = self._entry(line.kind, line.code)
                if entry is None or not self._sitting.roster.renewals(entry.address, exercise=True):
                    yield Pending(What.EXERCISE, line)

    def _open(self, pending: tuple[Pending, ...], passphrases: Passphrases) -> None:
        """Open whoever has to sign; new authorities are opened when they are drawn."""
        if any(one.line.kind is Kind.AUTHORITY for one in pending):
            self._sitting.open(ROOT, passphrases.of_root())
        signing = {one.line.authority for one in pending}
        for line in self._plan.of_kind(Kind.AUTHORITY):
            entry = self._entry(Kind.AUTHORITY, line.code)
            if entry is not None and line.code in signing:
                self._sitting.open(entry.number, passphrases.of_authority(line, is_new=False))

    def _do(self, one: Pending, passphrases: Passphrases) -> Statement | None:
        line = one.line
        match one.what:
            case What.ADD:
                return self._add(line, passphrases)
            case What.RENEW:
                entry = self._known(line.kind, line.code)
                changes = self._changes(line, entry)
                assert changes is not None, "pending because it differs"
                return self._renewing.renew(entry.address, changes)
            case What.MEMBERS:
                return self._sitting.enter_members(self._number(Kind.GROUP, line.code), self._members(line) or ())
            case What.EMERGENCY:
                own = passphrases.of_emergency(line)
                station = self._number(Kind.STATION, line.code)
                term = usual_term(Kind.OPERATOR, self._today)
                return self._remembered(self._registrar.add_emergency(station, own, term), own)
            case What.EXERCISE:
                self._add_exercise(line, passphrases)
                return None

    def _add(self, line: PlanLine, passphrases: Passphrases) -> Statement:
        roster, registrar = self._sitting.roster, self._registrar
        authority = ROOT if line.kind is Kind.AUTHORITY else self._number(Kind.AUTHORITY, line.authority)
        number = free_number(roster, line.kind, authority)
        usual = usual_term(line.kind, self._today)
        term = usual if line.last is None else replace(usual, last=line.last)
        named = (number, line.code, line.name)
        homes = [self._number(Kind.STATION, code) for code in line.homes]
        match line.kind:
            case Kind.AUTHORITY:
                return registrar.add_authority(*named, passphrases.of_authority(line, is_new=True), term)
            case Kind.STATION:
                kiosk, releaser = line.is_kiosk, line.needs_releaser
                return registrar.add_station(authority, *named, term, is_kiosk=kiosk, needs_releaser=releaser)
            case Kind.OPERATOR:
                own = passphrases.of_operator(line)
                signed = registrar.add_operator(authority, *named, _only(line, homes), line.rights, own, term)
                return self._remembered(signed, own)
            case Kind.FUNCTION:
                deputy = self._number(Kind.FUNCTION, line.deputy) if line.deputy else 0
                return registrar.add_function(authority, *named, homes, deputy)
            case Kind.HANDHELD:
                radio = (line.node_number, line.radio_key)
                return registrar.add_handheld(authority, *named, _only(line, homes), *radio)
            case _:
                return registrar.add_group(authority, *named, line.group_kind, self._members(line) or ())

    def _add_exercise(self, line: PlanLine, passphrases: Passphrases) -> None:
        address = self._known(line.kind, line.code).address
        own = self._own.get(address)
        if own is None:
            own = passphrases.for_exercises() if address.kind is Kind.OPERATOR else ""
        self._registrar.add_exercise(address, own)

    def _changes(self, line: PlanLine, entry: Statement) -> Changes | None:
        """What the plan says otherwise; None when it says the same."""
        body = entry.body
        assert isinstance(body, CertificateBody), "found among certificates"
        wanted = Changes(
            name=_unless(line.name, body.name),
            last=None if line.last is None else _unless(line.last, entry.valid_until),
        )
        match body:
            case StationBody(is_kiosk=kiosk, needs_releaser=releaser):
                is_kiosk, needs_releaser = _unless(line.is_kiosk, kiosk), _unless(line.needs_releaser, releaser)
                wanted = replace(wanted, is_kiosk=is_kiosk, needs_releaser=needs_releaser)
            case OperatorBody(home_station=home, rights=rights):
                wanted = replace(wanted, homes=self._homes(line, (home,)), rights=_unless(line.rights, rights))
            case FunctionBody(home_stations=homes, deputy=deputy):
                wanted = replace(wanted, homes=self._homes(line, homes), deputy=self._deputy(line, deputy))
            case HandheldBody(home_station=home, node_number=node, radio_key=key):
                node_number, radio_key = _unless(line.node_number, node), _unless(line.radio_key, key)
                wanted = replace(wanted, node_number=node_number, radio_key=radio_key)
                wanted = replace(wanted, homes=self._homes(line, (home,)))
            case GroupBody(kind=kind) if kind is not line.group_kind:
                raise KeyringError(f"{line.label}: a group of {kind.name.lower()} stays one: enter another group")
            case _:
                pass
        return None if wanted == Changes() else wanted

    def _homes(self, line: PlanLine, now: tuple[int, ...]) -> tuple[int, ...] | None:
        found = [self._entry(Kind.STATION, code) for code in line.homes]
        # A station that is only to be added has no number yet: it differs from any.
        return _unless(tuple(0 if one is None else one.number for one in found), now)

    def _deputy(self, line: PlanLine, now: int) -> int | None:
        entry = self._entry(Kind.FUNCTION, line.deputy) if line.deputy else None
        if line.deputy and entry is None:
            return 0
        return _unless(0 if entry is None else entry.number, now)

    def _members(self, line: PlanLine) -> tuple[Address, ...] | None:
        """A group's members ascending; None while one of them is still to be added."""
        found = [self._entry(line.member_kind, code) for code in line.members]
        return None if None in found else tuple(sorted(one.address for one in found if one is not None))

    def _has_emergency_key(self, station: PlanLine) -> bool:
        entry = self._entry(Kind.STATION, station.code)
        if entry is None:
            return False
        return bool(self._sitting.roster.renewals(Address(Kind.OPERATOR, emergency_number(entry.number))))

    def _refuse_another_authority(self, line: PlanLine, entry: Statement) -> None:
        if line.kind is Kind.AUTHORITY:
            return
        issuer = self._entry(Kind.AUTHORITY, line.authority)
        if issuer is None or issuer.number != entry.issuer:
            raise KeyringError(f"{line.label} belongs to authority {entry.issuer} already: use another code")

    def _entry(self, kind: Kind, code: str) -> Statement | None:
        for entry in newest_entries(self._sitting.roster):
            body = entry.body
            if entry.address.kind is kind and isinstance(body, CertificateBody) and body.code == code:
                return entry if not entry.exercise else None
        return None

    def _known(self, kind: Kind, code: str) -> Statement:
        entry = self._entry(kind, code)
        if entry is None:
            raise KeyringError(f"there is no {kind.name.lower()} {code} in the roster yet")
        return entry

    def _number(self, kind: Kind, code: str) -> int:
        return self._known(kind, code).number

    def _remembered(self, signed: Statement, own: str) -> Statement:
        self._own[signed.address] = own
        return signed


def _unless(wanted: ValueT, now: ValueT) -> ValueT | None:
    return None if wanted == now else wanted


def _only(line: PlanLine, homes: list[int]) -> int:
    if len(homes) != 1:
        raise KeyringError(f"{line.label}: name one home station")
    return homes[0]


def _deputies_first(lines: tuple[PlanLine, ...]) -> list[PlanLine]:
    """Whoever stands in before those he stands in for.

    Raises:
        KeyringError: two stand in for each other: nobody is left.
    """
    ordered: list[PlanLine] = []
    waiting = list(lines)
    while waiting:
        known = {line.code for line in ordered}
        ready = [line for line in waiting if not line.deputy or line.deputy in known]
        if not ready:
            names = ", ".join(line.code for line in waiting)
            raise KeyringError(f"functions {names} deputise in a circle: let one of them have no deputy")
        ordered += ready
        waiting = [line for line in waiting if line not in ready]
    return ordered
