"""The number people use for a message: the station's code and its count."""

from node.core.records import ItemKey
from protocol.roster import Roster


def human_number(roster: Roster, key: ItemKey) -> str:
    """`ODK-00041`; from the second incarnation on `ODK.2-00041`; without a certificate `#7-00041`."""
    code = roster.code_of_station(key.station) or f"#{key.station}"
    incarnation = "" if key.incarnation == 1 else f".{key.incarnation}"
    return f"{code}{incarnation}-{key.sequence:05d}"
