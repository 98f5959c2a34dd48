"""A run written down: one JSON object a line, the same bytes for the same scenario, seed and program.

    {"at": 312.043, "what": "arrived", "station": 4, "item": "7/1/12", "kind": "message", ...}

Times are seconds since the beginning, to the millisecond. Texts are not in it: what was said is no matter of a trace.
"""

import json
from collections.abc import Callable
from typing import Final

from node.core.records import Item
from node.simulation.watching import (
    Arrived,
    Booted,
    Changed,
    Fact,
    FrameAnswered,
    FrameOrdered,
    Learned,
    LinkChanged,
    OnAir,
    RadioSwitched,
    StepMade,
    WasAccepted,
    WasRefused,
    WentDown,
)

Line = dict[str, str | int | float | bool]

_FINGERPRINT_DIGITS: Final = 8
"""Enough to tell the items of one run apart."""


class Trace:
    """Implements `node.simulation.watching.Watcher`.

    Args:
        write: takes each line, its end included.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def saw(self, fact: Fact, now_s: float) -> None:
        """Write a fact down."""
        line: Line = {"at": round(now_s, 3)}
        self._write(json.dumps(line | described(fact), separators=(",", ":")) + "\n")


def described(fact: Fact) -> Line:
    """A fact as it stands in a trace."""
    match fact:
        case Booted(station, life):
            return {"what": "booted", "station": station, "life": life}
        case WentDown(station, life, cause):
            return {"what": "went_down", "station": station, "life": life, "cause": cause}
        case WasAccepted(station, item):
            return _about("accepted", station, item)
        case WasRefused(station, refusal):
            return {"what": "refused", "station": station, "refusal": refusal}
        case Arrived(station, item):
            return _about("arrived", station, item)
        case Changed(station, item):
            return _about("changed", station, item)
        case Learned(station, revocation):
            return {"what": "learned", "station": station, "revocation": revocation}
        case StepMade(station, what):
            return {"what": what, "station": station}
        case FrameOrdered() | FrameAnswered() | OnAir() | RadioSwitched() | LinkChanged():
            return _of_radios(fact)


def _of_radios(fact: FrameOrdered | FrameAnswered | OnAir | RadioSwitched | LinkChanged) -> Line:
    match fact:
        case FrameOrdered(station, payload, precedence, hop_limit):
            ordered: Line = {"what": "ordered", "station": station, "payload": payload.hex()}
            return ordered | {"precedence": precedence.name.lower(), "hop_limit": hop_limit}
        case FrameAnswered(station, outcome):
            return {"what": "answered", "station": station, "outcome": outcome.name.lower()}
        case OnAir(radio, airtime_us, lora_bytes, is_relay, main):
            sent: Line = {"what": "on_air", "radio": radio, "airtime_us": airtime_us}
            sent |= {"bytes": lora_bytes, "is_relay": is_relay}
            return sent if main is None else sent | {"main": main.name.lower()}
        case RadioSwitched(radio, is_on):
            return {"what": "switched", "radio": radio, "is_on": is_on}
        case LinkChanged(one, other, carries):
            return {"what": "link", "one": one, "other": other, "carries": carries}


def _about(what: str, station: int, item: Item) -> Line:
    key = item.key
    return {
        "what": what,
        "station": station,
        "item": f"{key.station}/{key.incarnation}/{key.sequence}",
        "kind": item.kind.name.lower(),
        "fingerprint": item.fingerprint.hex()[:_FINGERPRINT_DIGITS],
        "precedence": item.precedence.name.lower(),
        "to": f"{item.recipient.kind.name.lower()} {item.recipient.number}",
    }
