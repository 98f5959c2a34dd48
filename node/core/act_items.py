"""An act as it is kept: everything but who made it follows from the message it is about."""

from dataclasses import dataclass

from node.core.records import Item, ItemKind
from node.core.turn import Turn
from protocol.frames import Act
from protocol.instants import Lifetime
from protocol.numbers import Address, Kind


@dataclass(frozen=True, slots=True)
class SealedAct:
    """An act whose signature holds."""

    act: Act
    sealed: bytes
    fingerprint: bytes


def act_item(made: SealedAct, message: Item, here: int, changed: int, turn: Turn) -> Item:
    """The row of an act about a message, as accepted now at the station `here`."""
    return Item(
        id=0,
        kind=ItemKind.ACT,
        key=message.key,
        fingerprint=made.fingerprint,
        sealed=made.sealed,
        precedence=message.precedence,
        recipient=Address(Kind.STATION, message.issuer),
        issuer=made.act.station,
        author=made.act.author,
        drill=message.drill,
        born_at=turn.at,
        expires_at=turn.at + Lifetime.THIRTY_DAYS.seconds * 1000,
        accepted_at=turn.at,
        accepted_utc_ms=turn.now.utc_ms,
        is_mine=made.act.station == here,
        is_for_me=message.issuer == here,
        changed=changed,
        act_wanted=False,
    )
