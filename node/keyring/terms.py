"""From which day to which a certificate holds; days are counted from 2025-01-01 (SPEC.md, section 10)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from node.keyring.errors import KeyringError
from protocol.numbers import Kind
from protocol.statements import ALWAYS_FROM, ALWAYS_UNTIL, Statement

DAY_ZERO: Final = date(2025, 1, 1)
OPEN: Final = "open"
DAYS_A_YEAR: Final = 365
YEARS: Final = {
    Kind.AUTHORITY: 10,
    Kind.STATION: 5,
    Kind.OPERATOR: 3,
}
"""By default. Long enough that none ends in a crisis that nobody foresaw, short enough that whoever left is forgotten;
what has no key of its own ends with its authority."""


@dataclass(frozen=True, slots=True)
class Term:
    """First and last day, both included."""

    first: int = ALWAYS_FROM
    last: int = ALWAYS_UNTIL

    @classmethod
    def of(cls, statement: Statement) -> "Term":
        """The one that a statement has."""
        return cls(statement.valid_from, statement.valid_until)

    def changed(self, first: int | None, last: int | None) -> "Term":
        """The same with another first or last day where one is given."""
        return Term(self.first if first is None else first, self.last if last is None else last)


ALWAYS: Final = Term()


def usual_term(kind: Kind, today: int) -> Term:
    """What a new certificate of this kind gets when nobody says otherwise."""
    years = YEARS.get(kind)
    return ALWAYS if years is None else Term(ALWAYS_FROM, min(today + years * DAYS_A_YEAR, ALWAYS_UNTIL - 1))


def day_of(text: str) -> int:
    """The day that a person writes as 2027-06-30.

    Raises:
        KeyringError: it is no day that a certificate can hold.
    """
    try:
        day = (date.fromisoformat(text) - DAY_ZERO).days
    except ValueError:
        raise KeyringError(f"{text!r} is no day: write it as 2027-06-30, or {OPEN}") from None
    if not 0 < day < ALWAYS_UNTIL:
        raise KeyringError(f"{text} is no day of a certificate: use one after {DAY_ZERO}")
    return day


def day_number(day: date) -> int:
    """The number of a day.

    Raises:
        KeyringError: it is before all days, so the clock that told it is wrong.
    """
    number = (day - DAY_ZERO).days
    if not 0 < number < ALWAYS_UNTIL:
        raise KeyringError(f"this machine believes that it is {day}: set its clock, certificates carry dates")
    return number


def day_text(day: int) -> str:
    """The day as a person reads it."""
    return OPEN if day in (ALWAYS_FROM, ALWAYS_UNTIL) else (DAY_ZERO + timedelta(days=day)).isoformat()
