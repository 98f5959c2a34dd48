"""Signing frames and verifying them (SPEC.md, section 3).

Verifying answers with a proof or a reason. Sealing checks its own work: a station whose key is not the certified one
must notice before the others do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from protocol.acts import Act
from protocol.custody import Digest
from protocol.expanded import (
    Expansion,
    Signer,
    expand_act,
    expand_digest,
    expand_message,
    fingerprint,
    recipients_of,
)
from protocol.messages import Long, Message, MessageLike, Notice
from protocol.numbers import Reference
from protocol.options import wide_numbers
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.releases import release_fault, with_release
from protocol.roster import Roster
from protocol.signatures import ED25519, Ed25519Signatures, Signatures

__all__ = [
    "ED25519",
    "Ed25519Signatures",
    "Signatures",
    "Verified",
    "act_to_sign",
    "digest_to_sign",
    "fingerprint",
    "message_to_sign",
    "recipients_of",
    "seal",
    "seal_act",
    "seal_digest",
    "seal_released",
    "verify_act",
    "verify_digest",
    "verify_message",
]

SealableT = TypeVar("SealableT", bound=Message | Long | Notice)


@dataclass(frozen=True, slots=True)
class Verified:
    """A frame's signature holds, by keys that lead to the root."""

    fingerprint: bytes
    """32 bytes, of the string that was signed."""
    incarnation: int
    """The station's, in full."""
    clock_checked: bool
    """The certificates were seen to cover the day; without a trusted clock nobody can tell."""


def message_to_sign(message: MessageLike, roster: Roster) -> bytes | Dropped:
    """What is signed of a message or another frame with its header, by the newest keys."""
    return _newest_string(expand_message(message, roster), roster)


def act_to_sign(act: Act, roster: Roster, message_fingerprint: bytes) -> bytes | Dropped:
    """What is signed of an act about the message with that fingerprint, by the newest keys."""
    return _newest_string(expand_act(act, roster, message_fingerprint), roster)


def digest_to_sign(digest: Digest, roster: Roster) -> bytes | Dropped:
    """What is signed of a digest, by the newest key."""
    return _newest_string(expand_digest(digest, roster), roster)


def verify_message(
    message: MessageLike, roster: Roster, signatures: Signatures, on_day: int | None
) -> Verified | Dropped:
    """Whether a message is its author's word.

    Args:
        message: or another signed frame with its header.
        roster: who is who.
        signatures: asked at most eight times, usually once; twice more for a second releaser's.
        on_day: days since 2025-01-01 by a trusted clock, else None, and no validity is checked.
    """
    expansion = expand_message(message, roster)
    return _verify(expansion, message.signature, roster, signatures, on_day, message)


def verify_act(
    act: Act, roster: Roster, signatures: Signatures, message_fingerprint: bytes, on_day: int | None
) -> Verified | Dropped:
    """Whether an act about the message with that fingerprint is its author's; otherwise as `verify_message`."""
    return _verify(expand_act(act, roster, message_fingerprint), act.signature, roster, signatures, on_day)


def verify_digest(digest: Digest, roster: Roster, signatures: Signatures, on_day: int | None) -> Verified | Dropped:
    """Whether a digest is its station's; otherwise as `verify_message`."""
    return _verify(expand_digest(digest, roster), digest.signature, roster, signatures, on_day)


def seal(message: SealableT, roster: Roster, sign: Callable[[bytes], bytes]) -> SealableT:
    """Sign a message or a notice; the escapes of wide numbers are filled in.

    Args:
        message: without a signature.
        roster: where station, author and recipients are certified.
        sign: with the author's private key, or the station's when the author is 0.

    Raises:
        LocalProtocolError: somebody in it is not certified, it does not fit, or the key is not the certified one.
    """
    wide = wide_numbers(message.author, message.recipient)
    message = replace(message, options=replace(message.options, wide=wide))
    signature = _signature(expand_message(message, roster), roster, sign)
    return replace(message, signature=signature)


def seal_released(
    message: SealableT,
    roster: Roster,
    sign: Callable[[bytes], bytes],
    releaser: int,
    sign_release: Callable[[bytes], bytes],
) -> SealableT:
    """Let a second person release a message, then sign it; otherwise as `seal`.

    Args:
        message: without a signature.
        roster: where everybody in it is certified.
        sign: with the author's private key, or the station's when the author is 0.
        releaser: the second operator.
        sign_release: with that operator's private key.

    Raises:
        LocalProtocolError: as `seal`, or no other station would accept this release.
    """
    wide = wide_numbers(message.author, message.recipient)
    message = replace(message, options=replace(message.options, wide=wide))
    bare = expand_message(message, roster)
    readings = bare if isinstance(bare, Dropped) else bare.signers(roster, exercise=bare.exercise)
    if isinstance(readings, Dropped):
        raise LocalProtocolError(str(readings))
    for reading in readings:
        released = with_release(message, roster, reading, releaser, sign_release)
        sealed = replace(released, signature=_signature(expand_message(released, roster), roster, sign))
        if not isinstance(verify_message(sealed, roster, ED25519, None), Dropped):
            return sealed
    raise LocalProtocolError("nobody would accept this release")


def seal_act(act: Act, roster: Roster, message_fingerprint: bytes, sign: Callable[[bytes], bytes]) -> Act:
    """Sign an act about the message with that fingerprint; otherwise as `seal`.

    Raises:
        LocalProtocolError: as `seal`.
    """
    signature = _signature(expand_act(act, roster, message_fingerprint), roster, sign)
    return replace(act, signature=signature)


def seal_digest(digest: Digest, roster: Roster, sign: Callable[[bytes], bytes]) -> Digest:
    """Sign a digest with the station's key; otherwise as `seal`.

    Raises:
        LocalProtocolError: as `seal`.
    """
    signature = _signature(expand_digest(digest, roster), roster, sign)
    return replace(digest, signature=signature)


def _newest_string(expansion: Expansion | Dropped, roster: Roster) -> bytes | Dropped:
    if isinstance(expansion, Dropped):
        return expansion
    readings = expansion.signers(roster, exercise=expansion.exercise)
    return readings if isinstance(readings, Dropped) else expansion.to_sign(readings[0])


def _verify(
    expansion: Expansion | Dropped,
    signature: bytes,
    roster: Roster,
    signatures: Signatures,
    on_day: int | None,
    message: MessageLike | None = None,
) -> Verified | Dropped:
    if isinstance(expansion, Dropped):
        return expansion
    readings = expansion.signers(roster, exercise=expansion.exercise)
    signer = _who_signed(expansion, readings, signature, signatures)
    if signer is None:
        elsewhere = expansion.signers(roster, exercise=not expansion.exercise)
        if _who_signed(expansion, elsewhere, signature, signatures) is not None:
            return Dropped(Reason.WRONG_CONTEXT, "real key" if expansion.exercise else "exercise key")
        return readings if isinstance(readings, Dropped) else Dropped(Reason.BAD_SIGNATURE)
    if _is_revoked(signer, roster, None if message is None else message.reference):
        return Dropped(Reason.REVOKED_KEY, f"station {expansion.station}, operator {expansion.author}")
    if on_day is not None and not _is_valid(signer, roster, on_day):
        return Dropped(Reason.CERTIFICATE_EXPIRED, f"day {on_day}")
    unreleased = None if message is None else release_fault(message, roster, signer, signatures, on_day)
    if unreleased is not None:
        return unreleased
    return Verified(fingerprint(expansion.to_sign(signer)), expansion.incarnation, on_day is not None)


def _who_signed(
    expansion: Expansion, readings: tuple[Signer, ...] | Dropped, signature: bytes, signatures: Signatures
) -> Signer | None:
    if isinstance(readings, Dropped):
        return None
    return next((one for one in readings if signatures.verify(one.author_key, signature, expansion.to_sign(one))), None)


def _is_revoked(signer: Signer, roster: Roster, reference: Reference | None) -> bool:
    """Whether a key has ended and the message, if it is one, lies beyond what stays accepted."""
    ended = (
        roster.revocation_of(address, key, exercise=signer.exercise)
        for address, key in ((signer.station, signer.station_key), (signer.author, signer.author_key))
    )
    return any(one is not None and (reference is None or not one.accepts(reference)) for one in ended)


def _is_valid(signer: Signer, roster: Roster, on_day: int) -> bool:
    return all(
        roster.is_key_valid(address, key, on_day, exercise=signer.exercise)
        for address, key in ((signer.station, signer.station_key), (signer.author, signer.author_key))
    )


def _signature(expansion: Expansion | Dropped, roster: Roster, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign by whichever certified key is at hand: during a renewal that may still be the older one.

    Raises:
        LocalProtocolError: it is neither, or somebody is not certified.
    """
    readings = expansion if isinstance(expansion, Dropped) else expansion.signers(roster, exercise=expansion.exercise)
    if isinstance(expansion, Dropped) or isinstance(readings, Dropped):
        raise LocalProtocolError(str(readings))
    for reading in readings:
        to_sign = expansion.to_sign(reading)
        signature = sign(to_sign)
        if ED25519.verify(reading.author_key, signature, to_sign):
            return signature
    raise LocalProtocolError("the key at hand is not the certified one")
