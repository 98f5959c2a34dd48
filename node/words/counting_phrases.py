"""Why a station is receive-only and what ends it: one text for each doubt."""

from typing import Final

from node.api.counting import Counting, Doubt
from node.words.catalogue import Words
from node.words.harmless import harmless

_ASKS: Final = "It asks its neighbours; two must tell it its last number. Or: a new certificate, or  bavn station vouch"
_DOUBTS: Final = {
    Doubt.NEW_STORE: "The store is new, but these keys have been used.",
    Doubt.RESTORED: "Part of this station was restored from a backup.",
    Doubt.TOLD_HIGHER: "A neighbour knows a later message of this station than the station itself.",
    Doubt.OWN_FRAME: "A message with this station's signature was heard that it does not know.",
    Doubt.CLONED: (
        "Another machine sends with this station's key. Find it and stop it;"
        " then this station needs a new certificate:  bavn roster replace-station"
    ),
    Doubt.OLD_CERTIFICATE: (
        "The roster file here is older than what this station has run with. Copy the newest one and start it again."
    ),
    Doubt.SUPERSEDED: (
        "A newer certificate for this station has come. If its key is on this machine, start the station again;"
        " if the station was replaced, switch this machine off."
    ),
}
_TOLD: Final = "{station} says {number}"
TEXTS: Final = (_ASKS, *_DOUBTS.values(), _TOLD)


def doubt_text(words: Words, doubt: str) -> str:
    """Why, and what to do; empty for a doubt of a newer station."""
    if doubt not in set(Doubt):
        return ""
    said = words(_DOUBTS[Doubt(doubt)])
    return said if doubt in (Doubt.CLONED, Doubt.OLD_CERTIFICATE, Doubt.SUPERSEDED) else f"{said} {words(_ASKS)}"


def told_text(words: Words, counting: Counting) -> str:
    """What neighbours have told so far."""
    return ", ".join(
        words(_TOLD).format(station=harmless(one.station), number=harmless(one.number)) for one in counting.told
    )
