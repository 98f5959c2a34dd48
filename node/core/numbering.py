"""The number people use for a message, by the roster's code for its station; written and read."""

import re
from typing import Final

from node.core.records import ItemKey
from protocol import numbers
from protocol.numbers import SEQUENCE_MAX, Kind
from protocol.roster import Roster

_NUMBER: Final = re.compile(r"([^\W_]{1,10})(?:\.(\d{1,5}))?-(\d{1,5})")
"""`ODK-00041`, from the second incarnation on `ODK.2-00041`."""


def human_number(roster: Roster, key: ItemKey) -> str:
    """`ODK-00041`, as the wire's specification writes it; without a certificate `#7-00041`."""
    code = roster.code_of_station(key.station) or f"#{key.station}"
    return numbers.human_number(code, key.incarnation, key.sequence)


def key_in(roster: Roster, text: str) -> ItemKey | None:
    """The message that such a number names, whether it is here or not; None when no station has the code."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    code, incarnation, sequence = match.groups()
    if not 1 <= int(sequence) <= SEQUENCE_MAX:
        return None
    for address in roster.find(code):
        certificate = roster.station(address.number) if address.kind is Kind.STATION else None
        if certificate is not None and certificate.body.code.casefold() == code.casefold():
            return ItemKey(address.number, int(incarnation or 1), int(sequence))
    return None
