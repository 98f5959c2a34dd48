"""What an operator may do, as the roster certifies it now."""

from typing import Final

from protocol.certificates import Right
from protocol.messages import MessageLike
from protocol.numbers import Precedence
from protocol.roster import Roster

EMERGENCY_RIGHTS: Final = Right.EMERGENCY | Right.FLASH | Right.ORDERS
"""Of a break-glass key, whatever else its certificate names: all that keeps a station working at three in the morning,
and nothing that puts others off the air."""


def may_speak_at(roster: Roster, operator: int, station: int) -> bool:
    """Whether an operator's word counts as a station's own; 0 is the station itself.

    Only the operator signs, and what station he names is his word: it is believed within his own authority.
    """
    certificate, at = roster.operator(operator), roster.station(station)
    if not operator or certificate is None or at is None:
        return not operator
    return certificate.statement.issuer == at.statement.issuer


def may_countermand(roster: Roster, author: int, station: int, first_author: int, first_station: int) -> bool:
    """Whether somebody may cancel or correct a message (SPEC section 4.2).

    Args:
        roster: what is believed here.
        author: who would; 0 for the station itself.
        station: where.
        first_author: who wrote the message.
        first_station: where that was.
    """
    if not author:
        return not first_author and station == first_station
    if author == first_author:
        return True
    return may_speak_at(roster, author, first_station) and Right.ORDERS in rights_of(roster, author)


def rights_of(roster: Roster, operator: int) -> Right:
    """The rights of an operator; none of one who is not certified."""
    certificate = roster.operator(operator)
    if certificate is None:
        return Right(0)
    return EMERGENCY_RIGHTS if Right.EMERGENCY in certificate.body.rights else certificate.body.rights


def precedence_granted(roster: Roster, message: MessageLike) -> Precedence:
    """The precedence that a message has here: an operator's FLASH without that right goes as IMMEDIATE.

    It is taken in all the same: the right may have come with a certificate that has not arrived.
    """
    if message.precedence is not Precedence.FLASH or not message.author:
        return message.precedence
    certificate = roster.operator(message.author, exercise=message.drill != 0)
    rights = Right(0) if certificate is None else certificate.body.rights
    is_granted = bool((Right.FLASH | Right.EMERGENCY) & rights)
    return Precedence.FLASH if is_granted else Precedence.IMMEDIATE
