"""The number people use for a message, by the roster's code for its station."""

from node.core.records import ItemKey
from protocol import numbers
from protocol.roster import Roster


def human_number(roster: Roster, key: ItemKey) -> str:
    """`ODK-00041`, as the wire's specification writes it; without a certificate `#7-00041`."""
    code = roster.code_of_station(key.station) or f"#{key.station}"
    return numbers.human_number(code, key.incarnation, key.sequence)
