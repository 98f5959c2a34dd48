"""What people type for somebody or something: recipients, operators, message numbers."""

import re
from typing import Final

from node.api.faults import Fault, FaultCode, Refused, refused
from node.api.messages import Recipient
from node.core.records import Item, ItemKey, ItemKind
from node.core.surroundings import Surroundings
from node.daemon.showing import Showing
from protocol.numbers import SEQUENCE_MAX, Address, Kind

_NUMBER: Final = re.compile(r"([^\W_]{1,10})(?:\.(\d{1,5}))?-(\d{1,5})")
"""`ODK-00041`, from the second incarnation on `ODK.2-00041`."""


def recipient(showing: Showing, text: str) -> Address:
    """Whom a text means: `kind:number`, a code, a number, or the beginning of a code or name.

    Raises:
        Refused: nobody or several.
    """
    roster = showing.here.roster
    kind, colon, number = text.partition(":")
    if colon and kind.upper() in Kind.__members__ and number.isdecimal():
        address = Address(Kind[kind.upper()], int(number))
        if roster.recipient_id(address) is None:
            raise refused(FaultCode.UNKNOWN_RECIPIENT, text)
        return address
    found = roster.find(text)
    if not found:
        raise refused(FaultCode.UNKNOWN_RECIPIENT, text)
    if len(found) > 1:
        candidates: tuple[Recipient, ...] = tuple(showing.recipient(address) for address in found)
        raise Refused(Fault(FaultCode.AMBIGUOUS_RECIPIENT, text, candidates))
    return found[0]


def operator(here: Surroundings, text: str) -> int:
    """The operator with these initials or this number.

    Raises:
        Refused: nobody has them.
    """
    for address in here.roster.find(text):
        certificate = here.roster.operator(address.number) if address.kind is Kind.OPERATOR else None
        if certificate is not None and text.casefold() in (certificate.body.code.casefold(), str(address.number)):
            return address.number
    raise refused(FaultCode.UNKNOWN_OPERATOR, text)


def author(here: Surroundings, text: str) -> int:
    """Who writes: the operator named, the station for `-`, the only one on duty when nobody is named.

    Raises:
        Refused: nobody is on duty, not this one, or several and none is named.
    """
    if text == "-":
        return 0
    on_duty = here.signer.operators()
    if text:
        number = operator(here, text)
        if number not in on_duty:
            raise refused(FaultCode.NOT_ON_DUTY, text)
        return number
    if not on_duty:
        raise refused(FaultCode.NOT_ON_DUTY)
    if len(on_duty) > 1:
        codes = [certificate.body.code for number in on_duty if (certificate := here.roster.operator(number))]
        raise refused(FaultCode.AUTHOR_NEEDED, ", ".join(codes))
    return on_duty[0]


def message(here: Surroundings, text: str) -> Item:
    """The message with this number, as people write it or as a row of the store.

    Raises:
        Refused: there is none here.
    """
    item = here.store.item(int(text)) if text.isdecimal() and len(text) < 16 else _by_number(here, text)
    if item is None or item.kind is not ItemKind.MESSAGE:
        raise refused(FaultCode.MESSAGE_UNKNOWN, text)
    return item


def _by_number(here: Surroundings, text: str) -> Item | None:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    code, incarnation, sequence = match.groups()
    if not 1 <= int(sequence) <= SEQUENCE_MAX:
        return None
    for address in here.roster.find(code):
        certificate = here.roster.station(address.number) if address.kind is Kind.STATION else None
        if certificate is not None and certificate.body.code.casefold() == code.casefold():
            return here.store.message(ItemKey(address.number, int(incarnation or 1), int(sequence)))
    return None
