"""Saying it anew: other words, dates, homes, rights; another key; a new count for a station; a whole section.

What is changed for a holder is changed in his exercise certificate too, so that the two never tell different things.
"""

from dataclasses import dataclass, field, replace

from node.keyring.entries import refuse_names, refuse_taken_code, refuse_unknown_stations, section_entries
from node.keyring.errors import KeyringError
from node.keyring.keyfile import KeyFile, make_key_file
from node.keyring.registrar import Registrar
from node.keyring.sitting import HOLDER_OF, Sitting
from node.keyring.terms import Term
from protocol.bodies import CertificateBody
from protocol.numbers import INCARNATION_MAX, SHORT_NUMBER_MAX, Address, Kind
from protocol.statements import (
    ROOT,
    AuthorityBody,
    FunctionBody,
    GroupBody,
    HandheldBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be another than before; None stays as it is."""

    code: str | None = None
    name: str | None = None
    homes: tuple[int, ...] | None = None
    """One for operators and handhelds, one to four for functions."""
    rights: Right | None = None
    deputy: int | None = None
    node_number: int | None = None
    """With `radio_key` the radio that a handheld is now."""
    radio_key: bytes | None = None
    is_kiosk: bool | None = None
    """A station's, as `needs_releaser`."""
    needs_releaser: bool | None = None
    first: int | None = None
    last: int | None = None
    new_key: bool = False
    passphrase: str | None = field(default=None, repr=False)
    """Of the new key, unless it is a station's."""


class Renewing:
    """Renews in one sitting; whoever certified the holder has been opened there."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    def renew(self, address: Address, changes: Changes) -> Statement:
        """Say anew who a holder is.

        Raises:
            KeyringError: there is no such holder, or the change contradicts the roster.
        """
        newest = self._newest(address)
        body = self._changed(address, newest.body, changes)
        term = Term.of(newest).changed(changes.first, changes.last)
        key = self._drawn(address, changes.passphrase) if changes.new_key else None
        if not changes.new_key and body == newest.body and term == Term.of(newest):
            raise KeyringError(f"{_named(address)} is as you say already: nothing to renew")
        signed = self._sitting.renew(address, _with_key(body, key), term, key)
        if key is not None:
            self._presign(signed)
        self._follow(address, changes, term)
        return signed

    def replace_station(self, number: int) -> Statement:
        """A new machine takes a dead one's place: new keys, and the count begins anew in the next incarnation.

        Raises:
            KeyringError: there is no such station, or it was replaced too often.
        """
        address = Address(Kind.STATION, number)
        newest = self._newest(address)
        body = newest.body
        assert isinstance(body, StationBody), "of that kind"
        if body.incarnation >= INCARNATION_MAX:
            raise KeyringError(f"station {number} was replaced too often: take a new number")
        for exercise in (False, True):
            renewals = self._sitting.roster.renewals(address, exercise=exercise)
            if not renewals or not isinstance(renewals[0].body, StationBody):
                continue
            key = self._drawn(address, None, exercise=exercise)
            fresh = replace(renewals[0].body, incarnation=body.incarnation + 1)
            self._sitting.renew(address, _with_key(fresh, key), Term.of(renewals[0]), key, exercise=exercise)
        signed = self._newest(address)
        self._presign(signed)
        return signed

    def renew_authority(self, number: int, passphrase: str) -> Statement:
        """A new key for an authority, by the root; it issues from now on.

        Raises:
            KeyringError: there is no such authority.
        """
        address = Address(Kind.AUTHORITY, number)
        newest = self._newest(address)
        key = self._drawn(address, passphrase)
        assert isinstance(newest.body, AuthorityBody), "of that kind"
        signed = self._sitting.renew(address, _with_key(newest.body, key), Term.of(newest), key)
        self._sitting.admit(number, key, passphrase)
        if number <= SHORT_NUMBER_MAX:
            self._sitting.presign(address, key.public_key, ROOT, second=number)
        return signed

    def sign_section_again(self, number: int) -> None:
        """Put all that an authority says now under its present key: certificates, members, revocations.

        Raises:
            KeyringError: something in it was renewed too often.
        """
        revoked = [one for one in self._sitting.roster.revocations() if one.issuer == number]
        for entry in section_entries(self._sitting.roster, number):
            signed = self._sitting.sign_again(entry)
            if signed.public_key is not None and not signed.exercise:
                self._presign(signed)
        for one in revoked:
            self._sitting.sign_revocation_again(one)
        self._sitting.touch(number)

    def _follow(self, address: Address, changes: Changes, term: Term) -> None:
        """Let the exercise certificate say the same, under its own key; a new one with a new real one.

        The two share a passphrase, so that one is forgotten with the other.
        """
        renewals = self._sitting.roster.renewals(address, exercise=True)
        if not renewals or not isinstance(renewals[0].body, CertificateBody):
            return
        key = self._drawn(address, changes.passphrase, exercise=True) if changes.new_key else None
        body = _with_key(_changed_body(renewals[0].body, changes), key)
        if body != renewals[0].body or term != Term.of(renewals[0]):
            self._sitting.renew(address, body, term, key, exercise=True)

    def _changed(self, address: Address, body: object, changes: Changes) -> CertificateBody:
        assert isinstance(body, CertificateBody), "a renewal of a holder is a certificate"
        roster = self._sitting.roster
        changed = _changed_body(body, changes)
        refuse_names(changed.code, changed.name)
        if changed.code != body.code:
            refuse_taken_code(roster, address.kind, changed.code)
        refuse_unknown_stations(roster, changes.homes or ())
        if changes.deputy is not None:
            Registrar(self._sitting).refuse_unknown_deputy(address.number, changes.deputy)
        return changed

    def _presign(self, signed: Statement) -> None:
        assert signed.public_key is not None, "only holders of keys are revoked"
        if signed.issuer != ROOT:
            self._sitting.presign(signed.address, signed.public_key, signed.issuer)

    def _drawn(self, address: Address, passphrase: str | None, *, exercise: bool = False) -> KeyFile:
        if address.kind not in HOLDER_OF:
            raise KeyringError(f"{_named(address)} has no key of its own")
        if (passphrase is None) is not (address.kind is Kind.STATION):
            raise KeyringError(f"{_named(address)}: the new key needs a passphrase, unless it is a station's")
        holder = HOLDER_OF[address.kind]
        sitting = self._sitting
        return make_key_file(holder, address.number, sitting.entropy, passphrase, exercise=exercise, cost=sitting.cost)

    def _newest(self, address: Address) -> Statement:
        renewals = self._sitting.roster.renewals(address)
        if not renewals:
            raise KeyringError(f"there is no {_named(address)} in the roster: add it first")
        return renewals[0]


def _named(address: Address) -> str:
    return f"{address.kind.name.lower()} {address.number}"


def _with_key(body: CertificateBody, key: KeyFile | None) -> CertificateBody:
    match body:
        case StationBody() if key is not None:
            return replace(body, public_key=key.public_key, exchange_key=key.exchange_key)
        case AuthorityBody() | OperatorBody() if key is not None:
            return replace(body, public_key=key.public_key)
        case _:
            return body


def _changed_body(body: CertificateBody, changes: Changes) -> CertificateBody:
    code, name = changes.code or body.code, changes.name or body.name
    match body:
        case OperatorBody():
            home = body.home_station if changes.homes is None else _only(changes.homes)
            rights = body.rights if changes.rights is None else changes.rights
            return replace(body, code=code, name=name, home_station=home, rights=rights)
        case FunctionBody():
            homes = body.home_stations if changes.homes is None else changes.homes
            deputy = body.deputy if changes.deputy is None else changes.deputy
            return replace(body, code=code, name=name, home_stations=homes, deputy=deputy)
        case HandheldBody():
            home = body.home_station if changes.homes is None else _only(changes.homes)
            node = body.node_number if changes.node_number is None else changes.node_number
            key = body.radio_key if changes.radio_key is None else changes.radio_key
            return replace(body, code=code, name=name, home_station=home, node_number=node, radio_key=key)
        case StationBody():
            kiosk = body.is_kiosk if changes.is_kiosk is None else changes.is_kiosk
            releaser = body.needs_releaser if changes.needs_releaser is None else changes.needs_releaser
            return replace(body, code=code, name=name, is_kiosk=kiosk, needs_releaser=releaser)
        case AuthorityBody() | GroupBody():
            return replace(body, code=code, name=name)


def _only(homes: tuple[int, ...]) -> int:
    if len(homes) != 1:
        raise KeyringError("only a function is at home at several stations: name one")
    return homes[0]
