"""What the key is worth today that a stored message was signed with; what was accepted stays, and says so."""

from node.api.messages import AuthorState
from node.core.records import Item
from node.core.surroundings import Surroundings
from protocol.frames import Long, Message, SignedOther
from protocol.instants import EPOCH_MS, UNIT_MS, day_of
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
    signers = _signers(item)
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


def key_ended_utc_ms(here: Surroundings, item: Item) -> int | None:
    """When a key of its author or station ended, by the first revocation that is dated; None: none is."""
    exercise = item.drill != 0
    ended = (
        here.roster.revocation_of(signer, key, exercise=exercise)
        for signer in _signers(item)
        for key in here.roster.keys(signer.kind, signer.number, exercise=exercise)
    )
    dated = [one.issued for one in ended if one is not None and one.issued]
    return EPOCH_MS + min(dated) * UNIT_MS if dated else None


def _signers(item: Item) -> tuple[Address, ...]:
    station = Address(Kind.STATION, item.issuer)
    return (station, Address(Kind.OPERATOR, item.author)) if item.author else (station,)


def _has_ended_key(here: Surroundings, signer: Address, *, exercise: bool) -> bool:
    keys = here.roster.keys(signer.kind, signer.number, exercise=exercise)
    return any(here.roster.revocation_of(signer, key, exercise=exercise) is not None for key in keys)


def _is_covered(here: Surroundings, signer: Address, on_day: int, *, exercise: bool) -> bool:
    keys = here.roster.keys(signer.kind, signer.number, exercise=exercise)
    return any(here.roster.is_key_valid(signer, key, on_day, exercise=exercise) for key in keys)
