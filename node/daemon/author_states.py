"""What the key is worth today that a stored message was signed with; what was accepted stays, and says so."""

from node.api.messages import AuthorState
from node.core.records import Item
from node.core.surroundings import Surroundings
from protocol.frames import Long, Message, SignedOther
from protocol.instants import day_of
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped, Reason
from protocol.sealing import verify_message


def author_state(
    here: Surroundings, item: Item, frame: Message | Long | SignedOther, stored_utc_ms: int | None
) -> AuthorState:
    """As of now; a signature is checked again only while a key of its author or station has ended.

    Args:
        here: with the roster as it is.
        item: the message.
        frame: the same, decoded.
        stored_utc_ms: when it was stored, by a clock that was trusted then or tells it by now; None when neither.
    """
    station = Address(Kind.STATION, item.issuer)
    signers = (station, Address(Kind.OPERATOR, item.author)) if item.author else (station,)
    exercise = item.drill != 0
    if any(_has_ended_key(here, signer, exercise=exercise) for signer in signers):
        verified = verify_message(frame, here.roster, here.signatures, None)
        if isinstance(verified, Dropped) and verified.reason is Reason.REVOKED_KEY:
            return AuthorState.REVOKED
    if stored_utc_ms is None:
        return AuthorState.UNCHECKED
    on_day = day_of(stored_utc_ms)
    is_covered = all(_is_covered(here, signer, on_day, exercise=exercise) for signer in signers)
    return AuthorState.GOOD if is_covered else AuthorState.EXPIRED


def _has_ended_key(here: Surroundings, signer: Address, *, exercise: bool) -> bool:
    keys = here.roster.keys(signer.kind, signer.number, exercise=exercise)
    return any(here.roster.revocation_of(signer, key, exercise=exercise) is not None for key in keys)


def _is_covered(here: Surroundings, signer: Address, on_day: int, *, exercise: bool) -> bool:
    keys = here.roster.keys(signer.kind, signer.number, exercise=exercise)
    return any(here.roster.is_key_valid(signer, key, on_day, exercise=exercise) for key in keys)
