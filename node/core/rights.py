"""What an operator may do, as the roster certifies it now."""

from typing import Final

from protocol.certificates import Right
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


def rights_of(roster: Roster, operator: int) -> Right:
    """The rights of an operator; none of one who is not certified."""
    certificate = roster.operator(operator)
    if certificate is None:
        return Right(0)
    return EMERGENCY_RIGHTS if Right.EMERGENCY in certificate.body.rights else certificate.body.rights
