"""A second person's release of a message: option 6 (SPEC.md, section 4).

The releaser signs what the author would sign without the option; the author then signs the whole, option included. So
neither signature can be taken to another message, and the author cannot put a releaser's name where there was none.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from protocol.certificates import OperatorBody, Right
from protocol.expanded import Signer, expand_message
from protocol.messages import Long, Message, MessageLike, Notice
from protocol.numbers import Address, Kind
from protocol.options import Releaser
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.roster import Roster
from protocol.signatures import Signatures

ReleasableT = TypeVar("ReleasableT", bound=Message | Long | Notice)


def to_release(message: MessageLike, roster: Roster, signer: Signer) -> bytes | Dropped:
    """What the second person signs, with the author's and station's keys of one reading."""
    bare = replace(message, options=replace(message.options, releaser=None))
    expansion = expand_message(bare, roster)
    return expansion if isinstance(expansion, Dropped) else b"bavn release 0" + expansion.to_sign(signer)


def with_release(
    message: ReleasableT, roster: Roster, signer: Signer, operator: int, sign: Callable[[bytes], bytes]
) -> ReleasableT:
    """The message with a releaser's option, not yet signed by its author.

    Args:
        message: as it is to be signed, numbered and encrypted, without the option.
        roster: where everybody in it is certified.
        signer: the keys that the author's signature will be made with.
        operator: who releases.
        sign: with that operator's key.

    Raises:
        LocalProtocolError: somebody in it is not certified.
    """
    string = to_release(message, roster, signer)
    if isinstance(string, Dropped):
        raise LocalProtocolError(str(string))
    return replace(message, options=replace(message.options, releaser=Releaser(operator, sign(string))))


def release_fault(
    message: MessageLike, roster: Roster, signer: Signer, signatures: Signatures, on_day: int | None
) -> Dropped | None:
    """What is wrong with the release of a message whose author's signature holds; None when nothing is.

    Args:
        message: verified but for this.
        roster: who is who.
        signer: by whom it was found to be signed.
        signatures: asked at most twice.
        on_day: as for the author's.
    """
    releaser = message.options.releaser
    if releaser is None:
        return None
    address = Address(Kind.OPERATOR, releaser.operator)
    keys = roster.keys(address.kind, address.number, exercise=signer.exercise)
    if not keys:
        return Dropped(Reason.UNKNOWN_AUTHOR, f"releaser {releaser.operator}")
    string = to_release(message, roster, signer)
    if isinstance(string, Dropped):
        return string
    key = next((one for one in keys if signatures.verify(one, releaser.signature, string)), None)
    if key is None or address == signer.author or not _may_release(roster, address, key, signer):
        return Dropped(Reason.BAD_SIGNATURE, f"releaser {releaser.operator}")
    ended = roster.revocation_of(address, key, exercise=signer.exercise)
    if ended is not None and not ended.accepts(message.reference):
        return Dropped(Reason.REVOKED_KEY, f"releaser {releaser.operator}")
    if on_day is not None and not roster.is_key_valid(address, key, on_day, exercise=signer.exercise):
        return Dropped(Reason.CERTIFICATE_EXPIRED, f"releaser, day {on_day}")
    return None


def _may_release(roster: Roster, address: Address, key: bytes, signer: Signer) -> bool:
    """By one of the certificates of that key: what is under way survives a renewal without the right."""
    bodies = (renewal.body for renewal in roster.renewals(address, exercise=signer.exercise))
    return any(
        isinstance(body, OperatorBody) and body.public_key == key and Right.SECOND_RELEASER in body.rights
        for body in bodies
    )
