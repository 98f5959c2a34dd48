"""What people type for somebody or something: recipients, operators, message numbers."""

from typing import Final

from node.api.faults import Fault, FaultCode, Refused, refused
from node.api.messages import Recipient
from node.api.methods import FIND_MAX
from node.core.numbering import key_in
from node.core.records import Item, ItemKind
from node.core.surroundings import Surroundings
from node.daemon.showing import Showing
from node.keyring.entries import newest_entries
from protocol.certificates import OperatorBody, Right
from protocol.numbers import EVERYBODY, Address, Kind
from protocol.roster import EVERYBODY_NAME

NUMBER_DIGITS_MAX: Final = 5
"""Of any number in the roster; a longer one is nobody's, and Python refuses to read a very long one at all."""


def found(here: Surroundings, text: str) -> tuple[Address, ...]:
    """Whom a text can mean and a message can reach: `*`, `kind:number`, a code, a number, or a beginning."""
    kind, colon, number = text.strip().partition(":")
    if text.strip() == EVERYBODY_NAME:
        addresses: tuple[Address, ...] = (EVERYBODY,)
    elif colon and kind.upper() in Kind.__members__ and number.isdecimal() and len(number) <= NUMBER_DIGITS_MAX:
        addresses = (Address(Kind[kind.upper()], int(number)),)
    else:
        addresses = here.roster.find(text)
    return tuple(address for address in addresses if here.roster.home_stations(address))


def recipient(showing: Showing, text: str) -> Address:
    """The one address that a text means.

    Raises:
        Refused: it means nobody or several.
    """
    addresses = found(showing.here, text)
    if not addresses:
        raise refused(FaultCode.UNKNOWN_RECIPIENT, text)
    if len(addresses) > 1:
        candidates: tuple[Recipient, ...] = tuple(map(showing.recipient, addresses[:FIND_MAX]))
        raise Refused(Fault(FaultCode.AMBIGUOUS_RECIPIENT, text, candidates))
    return addresses[0]


def group(showing: Showing, text: str) -> Address:
    """The one group that a text means, whether anybody is in it or not.

    Raises:
        Refused: it means none or several.
    """
    kind, colon, number = text.strip().partition(":")
    is_number = (
        bool(colon) and kind.upper() == Kind.GROUP.name and number.isdecimal() and len(number) <= NUMBER_DIGITS_MAX
    )
    addresses = (Address(Kind.GROUP, int(number)),) if is_number else showing.here.roster.find(text)
    known = [one for one in addresses if one.kind is Kind.GROUP and showing.here.roster.group(one.number) is not None]
    if not known:
        raise refused(FaultCode.UNKNOWN_RECIPIENT, text)
    if len(known) > 1:
        raise Refused(Fault(FaultCode.AMBIGUOUS_RECIPIENT, text, tuple(map(showing.recipient, known[:FIND_MAX]))))
    return known[0]


def operator(here: Surroundings, text: str) -> int:
    """The operator with these initials or this number.

    Raises:
        Refused: nobody has them.
    """
    wanted = text.strip().casefold()
    numbers = [
        address.number
        for address in here.roster.find(text)
        if address.kind is Kind.OPERATOR and wanted in (initials(here, address.number).casefold(), str(address.number))
    ]
    if len(numbers) != 1:
        raise refused(FaultCode.UNKNOWN_OPERATOR, f"{text} ({', '.join(map(str, numbers))})" if numbers else text)
    return numbers[0]


def emergency_operator(here: Surroundings, text: str) -> int:
    """Whom the station's break-glass key is certified as; of several the one that is named, else the lowest number.

    Raises:
        Refused: there is none.
    """
    marked = sorted(
        entry.number
        for entry in newest_entries(here.roster)
        if isinstance(entry.body, OperatorBody) and not entry.exercise
        if Right.EMERGENCY in entry.body.rights and entry.body.home_station == here.number
    )
    if not text and marked:
        return marked[0]
    if text and (number := operator(here, text)) in marked:
        return number
    raise refused(FaultCode.NO_EMERGENCY_KEY, text)


def function(here: Surroundings, text: str) -> int:
    """The function with this code or number, or the only one whose code or name begins so.

    Raises:
        Refused: there is none, or several.
    """
    _, colon, rest = text.strip().rpartition(":")
    wanted = (rest if colon else text).strip().casefold()
    found = [address.number for address in here.roster.find(wanted) if address.kind is Kind.FUNCTION]
    exact = [number for number in found if wanted in (_function_code(here, number).casefold(), str(number))]
    if len(exact or found) != 1:
        raise refused(FaultCode.FUNCTION_UNKNOWN, text)
    return (exact or found)[0]


def author(here: Surroundings, text: str) -> int:
    """Who writes: the operator named, the station for `-`, the only one on duty when nobody is named; a kiosk itself.

    Raises:
        Refused: nobody is on duty, not this one, or several and none is named.
    """
    if text == "-":
        return 0
    on_duty = here.signer.operators()
    locked = [person.operator for person in here.store.on_duty() if person.operator not in on_duty]
    if text:
        number = operator(here, text)
        if number not in on_duty:
            raise refused(FaultCode.KEY_LOCKED if number in locked else FaultCode.NOT_ON_DUTY, text)
        return number
    if not on_duty and here.is_kiosk:
        return 0
    if not on_duty and locked:
        raise refused(FaultCode.KEY_LOCKED, " / ".join(initials(here, number) for number in locked))
    if not on_duty:
        raise refused(FaultCode.NOT_ON_DUTY)
    if len(on_duty) > 1:
        raise refused(FaultCode.AUTHOR_NEEDED, ", ".join(initials(here, number) for number in on_duty))
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


def initials(here: Surroundings, operator: int) -> str:
    """An operator's initials; without a certificate `#11`."""
    certificate = here.roster.operator(operator)
    return f"#{operator}" if certificate is None else certificate.body.code


def _by_number(here: Surroundings, text: str) -> Item | None:
    key = key_in(here.roster, text)
    return None if key is None else here.store.message(key)


def _function_code(here: Surroundings, function: int) -> str:
    certificate = here.roster.function(function)
    return "" if certificate is None else certificate.body.code
