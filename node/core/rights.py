"""What an operator may do, as the roster certifies it now."""

from typing import Final

from protocol.certificates import Right
from protocol.roster import Roster

EMERGENCY_RIGHTS: Final = Right.EMERGENCY | Right.FLASH | Right.ORDERS
"""Of a break-glass key, whatever else its certificate names: all that keeps a station working at three in the morning,
and nothing that puts others off the air."""


def rights_of(roster: Roster, operator: int) -> Right:
    """The rights of an operator; none of one who is not certified."""
    certificate = roster.operator(operator)
    if certificate is None:
        return Right(0)
    return EMERGENCY_RIGHTS if Right.EMERGENCY in certificate.body.rights else certificate.body.rights
