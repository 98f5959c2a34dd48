"""What stands in a roster, one entry per holder, and what may not be entered; the words are for the person entering."""

from collections.abc import Iterable
from typing import Final

from node.keyring.errors import KeyringError
from protocol.bodies import CertificateBody
from protocol.names import NAME_BYTES_MAX, names_fault
from protocol.numbers import NUMBER_MAX, STATION_NUMBER_MAX, Address, Kind
from protocol.reasons import Dropped
from protocol.roster import Roster
from protocol.statements import MembershipBody, Statement, decode_statement

BLOCK: Final = 100
"""Numbers of one kind that an authority has to itself when nobody says otherwise; ten authorities have stations."""
EMERGENCY_NUMBERS: Final = range(1025, 2047)
"""Operators' numbers of the break-glass keys: 1024 and the station's, all short on the air."""


def newest_entries(roster: Roster) -> tuple[Statement, ...]:
    """The newest certificate of each holder, by kind and number, exercise ones after the real one."""
    newest: dict[tuple[Address, bool], Statement] = {}
    for raw in roster.statements():
        statement = decode_statement(raw)
        assert not isinstance(statement, Dropped), "a roster holds only what it could read"
        if not isinstance(statement.body, CertificateBody):
            continue
        place = (statement.address, statement.exercise)
        if place not in newest or newest[place].renewal < statement.renewal:
            newest[place] = statement
    return tuple(newest[place] for place in sorted(newest))


def memberships(roster: Roster) -> tuple[Statement, ...]:
    """What is said of the groups' members, up to two versions of each."""
    read = map(decode_statement, roster.statements())
    return tuple(one for one in read if isinstance(one, Statement) and isinstance(one.body, MembershipBody))


def section_entries(roster: Roster, authority: int) -> tuple[Statement, ...]:
    """What an authority says in its section now: certificates first, then who is in its groups."""
    read = [decode_statement(raw) for raw in roster.section_statements(authority)]
    said = [one for one in read if isinstance(one, Statement)]
    return tuple(sorted(said, key=lambda one: (isinstance(one.body, MembershipBody), one.exercise)))


def free_number(roster: Roster, kind: Kind, authority: int) -> int:
    """A number for a new holder: the next one of the authority's hundred, so that clerks who work apart do not clash.

    Raises:
        KeyringError: none is left.
    """
    if kind is Kind.AUTHORITY:
        return next(number for number in range(1, NUMBER_MAX) if not roster.renewals(Address(kind, number)))
    first = BLOCK * (authority - 1) + 1
    last = STATION_NUMBER_MAX if kind is Kind.STATION else EMERGENCY_NUMBERS.start - 1
    ranges = (range(first, min(first + BLOCK, last + 1)), range(1, last + 1))
    for numbers in ranges:
        for number in numbers:
            if not roster.renewals(Address(kind, number)):
                return number
    raise KeyringError(f"no short number is left for another {kind.name.lower()}: name one of your own")


def refuse_number(roster: Roster, address: Address) -> None:
    """A number is written once and never reissued.

    Raises:
        KeyringError: it is outside its space or taken.
    """
    if not address.is_certifiable:
        most = STATION_NUMBER_MAX if address.kind is Kind.STATION else NUMBER_MAX
        raise KeyringError(f"{address.number} is no number of this kind: use 1 to {most}")
    if roster.renewals(address):
        kind = address.kind.name.lower()
        raise KeyringError(
            f"{kind} {address.number} is {roster.name_of(address)!r} already: take the next, numbers are never reissued"
        )


def refuse_names(code: str, name: str) -> None:
    """Codes are short and plain, names printable.

    Raises:
        KeyringError: no station would accept them.
    """
    fault = names_fault(code, name)
    if fault is None:
        return
    if fault.detail == "code":
        raise KeyringError(f"{code!r} is no code: use 1 to 5 of A-Z, 0-9, Æ, Ø, Å in capitals")
    raise KeyringError(f"{name!r} is no name: use 1 to {NAME_BYTES_MAX} bytes, printable, no blank at either end")


def refuse_taken_code(roster: Roster, kind: Kind, code: str) -> None:
    """Messages are numbered and addressed by code, so two of a kind never share one.

    Raises:
        KeyringError: another of that kind has it.
    """
    for entry in newest_entries(roster):
        body = entry.body
        if entry.address.kind is kind and isinstance(body, CertificateBody) and body.code == code:
            holder = f"{kind.name.lower()} {entry.number}, {body.name!r}"
            raise KeyringError(f"{code} is the code of {holder}: use another code")


def refuse_unknown_stations(roster: Roster, stations: Iterable[int]) -> None:
    """Nobody is at home at a station that does not exist.

    Raises:
        KeyringError: one of them is not certified.
    """
    for station in stations:
        if roster.station(station) is None:
            raise KeyringError(f"there is no station {station} in the roster: add it first")


def refuse_unknown_authority(roster: Roster, authority: int) -> None:
    """Only an authority certifies.

    Raises:
        KeyringError: there is none with that number.
    """
    if roster.authority(authority) is None:
        raise KeyringError(f"there is no authority {authority} in the roster: add it first")
