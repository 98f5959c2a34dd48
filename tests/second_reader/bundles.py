"""BUNDLE (section 12): receipts that ride on another frame."""

from .bits import Bits
from .hashing import u
from .numbers import STATION, sequence, station
from .proofs import STATES_MAX

LONG_FORM = 3
"""The two bits that say that station and state follow; else they are the state."""
CARRIERS = ("MESSAGE", "LONG", "NOTICE", "newer", "ACT", "DIGEST", "BEACON", "INVENTORY", "REQUEST")
"""What riders may ride on."""
RECEIPT_TYPE = 9
Rider = dict[str, object]


def read_riders(bits: Bits) -> list[Rider]:
    """The riders; in the short form without a station, which the main frame names."""
    bits.number(6)
    riders = []
    for _ in range(bits.number(2) + 1):
        rider: Rider = {"station": None, "sequence": sequence(bits), "state": bits.number(2), "mac": bits.take(3)}
        if rider["state"] == LONG_FORM:
            rider["station"], rider["state"] = station(bits), bits.number(3)
            bits.reserved(3)
            bits.demand(rider["state"] <= STATES_MAX, "bad_number")
        riders.append(rider)
    return riders


def named(riders: list[Rider], main: dict[str, object], bits: Bits) -> list[Rider]:
    """The riders with the station of every one. Faults are noted in `bits`: no station, one twice, needlessly long."""
    told = meant(main)
    whole = []
    for rider in riders:
        is_short = rider["station"] is None
        bits.demand(told is not None or not is_short, "bad_number")
        bits.demand(is_short or rider["station"] != told or rider["state"] >= LONG_FORM, "bad_number")
        whole.append(rider | {"station": told if is_short else rider["station"]})
    about = {(rider["station"], rider["sequence"], rider["state"]) for rider in whole}
    bits.demand(len(about) == len(whole), "bad_number")
    return whole


def meant(main: dict[str, object]) -> int | None:
    """The one station that a main frame is for."""
    match main["frame"]:
        case "ACT":
            return main["reference"][0]
        case "REQUEST":
            return main["asked"] or None
        case "MESSAGE" | "LONG" | "NOTICE" | "newer":
            kind, number = main["recipient"]
            return number if kind == STATION and number else None
        case _:
            return None


def issuer(main: dict[str, object]) -> int:
    """The station whose word the riders are."""
    return main["asker"] if main["frame"] == "REQUEST" else main["station"]


def first_six(issuer_number: int, rider: Rider, incarnation: int) -> bytes:
    """The RECEIPT that a rider stands for, up to its MAC, with precedence 0."""
    named_bits = rider["station"] << 16 | (incarnation & 3) << 14 | rider["sequence"]
    return bytes([RECEIPT_TYPE << 2]) + u(issuer_number << 30 | named_bits << 4 | rider["state"] << 1, 5)
