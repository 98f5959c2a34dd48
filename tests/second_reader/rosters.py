"""Which statements stand (sections 10.2 to 10.5): of some frames those that lead to the root, two newest of a place.

Nothing here looks at days: whether a certificate covers one is asked where it is used. Where two authorities claim one
number, or two births, the page says that the old one stays; of a set there is no old one, and the first in it counts.
"""

from .bits import Dropped
from .frames import read
from .hashing import sha256
from .identities import KIND_OF_CERTIFICATE, Fields, second_to_sign, statement_to_sign, verifies
from .numbers import AUTHORITY, GROUP

ROOT = 0
KEPT_OF_A_PLACE = 2
KEY_FINGERPRINT_BYTES = 8
Held = tuple[Fields, bytes]
"""What a statement says, and its frame."""
Place = tuple[object, ...]
Holder = tuple[int, int]
Origin = tuple[int, bytes]
"""Issuer and birth."""


def standing(root: bytes, frames: list[bytes]) -> list[Held]:
    """What of these frames a roster believes and keeps."""
    offers = [offer for offer in map(_offer, frames) if offer is not None]
    settled: dict[Holder, Origin] = {}
    by_root = [one for one in offers if one[0]["class"] == "authority" and _by_root(one, root)]
    authorities = newest_of_places([one for one in by_root if _is_like_the_first(one[0], settled)])
    signed_twice = [one for one in offers if ends_authority(one) and _by_two(one, root, authorities)]
    first = newest_of_places([one for one in signed_twice if _has_birth(one[0], settled)])
    ended = {(said["key_fingerprint"], said["exercise"]) for said, _ in first}
    rest = [one for one in offers if one[0]["class"] != "authority" and not ends_authority(one)]
    signed = [one for one in rest if _by_issuer(one, root, authorities, ended)]
    said_of_holders = [one for one in signed if one[0]["class"] != "revocation" and _is_like_the_first(one[0], settled)]
    revocations = [one for one in signed if one[0]["class"] == "revocation" and _is_entitled(one[0], settled)]
    return authorities + first + newest_of_places(said_of_holders) + newest_of_places(revocations)


def _offer(frame: bytes) -> Held | None:
    try:
        return read(frame), frame
    except Dropped:
        return None


def holder_of(said: Fields) -> tuple[int, int]:
    """Kind and number of whom a statement is about."""
    match said["class"]:
        case "membership":
            return GROUP, said["number"]
        case "section":
            return AUTHORITY, said["number"]
        case "revocation":
            return said["kind"], said["number"]
        case certificate:
            return KIND_OF_CERTIFICATE[certificate], said["number"]


def place_of(said: Fields) -> Place:
    """What a newer statement is newer than: a revocation of each issuer and key for itself."""
    place = holder_of(said), said["exercise"]
    match said["class"]:
        case "membership" | "section":
            return (*place, said["class"])
        case "revocation":
            return (*place, said["class"], said["issuer"], said["key_fingerprint"])
        case _:
            return (*place, "certificate")


def newest_of_places(held: list[Held]) -> list[Held]:
    """The two newest of every place; memberships and sections by their version."""
    kept: list[Held] = []
    for place in dict.fromkeys(place_of(said) for said, _ in held):
        there = {order_of(said): (said, raw) for said, raw in reversed(held) if place_of(said) == place}
        kept += [there[order] for order in sorted(there, reverse=True)[:KEPT_OF_A_PLACE]]
    return kept


def order_of(said: Fields) -> int:
    return said.get("version", said["renewal"])


def ends_authority(held: Held) -> bool:
    said, _ = held
    return said["class"] == "revocation" and said["kind"] == AUTHORITY


def _by_root(held: Held, root: bytes) -> bool:
    said, raw = held
    return said["issuer"] == ROOT and verifies(root, said["signature"], statement_to_sign(root, root, raw))


def _keys(number: int, authorities: list[Held], *, exercise: bool) -> list[bytes]:
    """With which keys an authority may have signed: an exercise statement with a real one too."""
    return [
        said["public_key"] for said, _ in authorities if said["number"] == number and (exercise or not said["exercise"])
    ]


def _by_two(held: Held, root: bytes, authorities: list[Held]) -> bool:
    """An authority's key ends by the root and an authority, or by two others; their own keys may have ended."""
    said, raw = held
    seconds = _keys(said["second_holder"], authorities, exercise=said["exercise"])
    if not any(verifies(key, said["second_signature"], second_to_sign(root, key, raw)) for key in seconds):
        return False
    if said["issuer"] == ROOT:
        return _by_root(held, root)
    if len({said["issuer"], said["second_holder"], said["number"]}) < 3:
        return False
    issuers = _keys(said["issuer"], authorities, exercise=said["exercise"])
    return any(verifies(key, said["signature"], statement_to_sign(root, key, raw)) for key in issuers)


def _by_issuer(held: Held, root: bytes, authorities: list[Held], ended: set[tuple[bytes, bool]]) -> bool:
    """One signature, of an authority whose key has not ended; the root signs revocations only."""
    said, raw = held
    if said["issuer"] == ROOT:
        return said["class"] == "revocation" and _by_root(held, root)
    for key in _keys(said["issuer"], authorities, exercise=said["exercise"]):
        named = sha256(key, KEY_FINGERPRINT_BYTES)
        is_ended = (named, False) in ended or (said["exercise"] and (named, True) in ended)
        if not is_ended and verifies(key, said["signature"], statement_to_sign(root, key, raw)):
            return True
    return False


def _is_like_the_first(said: Fields, settled: dict[Holder, Origin]) -> bool:
    """The first certificate or membership of a number settles its issuer and birth, real and exercise alike."""
    if said["class"] == "section":
        return said["issuer"] == said["number"] and _has_birth(said, settled)
    origin = said["issuer"], said["birth"]
    return settled.setdefault(holder_of(said), origin) == origin


def _is_entitled(said: Fields, settled: dict[Holder, Origin]) -> bool:
    """A key ends by its holder's issuer or the root; of a holder not known nothing can be said against it."""
    issuer, _ = settled.get(holder_of(said), (said["issuer"], b""))
    return said["issuer"] in (issuer, ROOT) and _has_birth(said, settled)


def _has_birth(said: Fields, settled: dict[Holder, Origin]) -> bool:
    """Whether a statement repeats its holder's birth, if that is known."""
    _, birth = settled.get(holder_of(said), (ROOT, said["birth"]))
    return said["birth"] == birth
