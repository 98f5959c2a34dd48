"""What a captured station does with its keys: numbers used twice, custody that it does not keep, times that are off."""

from collections.abc import Sequence
from dataclasses import replace

from node.simulation import attacks
from node.simulation.attacks import beacon, unsealed
from node.simulation.loot import Loot
from protocol.frames import Digest, DigestEntry, Group, HoldState, Inventory, Message, Receipt
from protocol.numbers import SEQUENCE_MAX, Precedence
from protocol.reasons import Dropped
from protocol.receipts import make_receipt
from protocol.sealing import fingerprint, message_to_sign, seal, seal_digest, verify_message
from protocol.signatures import ED25519


def conflicting(loot: Loot) -> bytes | None:
    """Every second message has the number of the one before, and says something else to somebody else."""
    assert loot.signer is not None
    is_second, loot.sequence = loot.sequence % 2 == 1, loot.sequence + 1
    number = loot.sequence // 2 if is_second else loot.sequence // 2 + 1
    message = unsealed(loot, loot.station, 0, min(number, SEQUENCE_MAX))
    return seal(replace(message, precedence=Precedence.ROUTINE), loot.roster, loot.signer.sign_as_station).encode()


def shown(loot: Loot) -> bytes:
    """As an honest station would say it: it is there, and has all that was ever sent."""
    if loot.chance.random() < 0.7:
        return beacon(loot, loot.station)
    origins = sorted({loot.other().number for _ in range(20)})
    groups = tuple(Group(one, 1, SEQUENCE_MAX, complete=True) for one in origins)
    inventory = Inventory(
        precedence=Precedence.PRIORITY, station=loot.station, incarnation=1, more=False, part=0, groups=groups
    )
    return inventory.encode()


def dropped(loot: Loot, message: Message) -> Sequence[bytes]:
    """Take custody of what was heard, with a code that its origin can check, and say that it is at the station."""
    assert loot.signer is not None
    verified = verify_message(message, loot.roster, ED25519, None)
    key = loot.signer.receipt_key(loot.station, message.station)
    to_sign = message_to_sign(message, loot.roster)
    if isinstance(verified, Dropped) or isinstance(to_sign, Dropped) or key is None or message.station == loot.station:
        return ()
    about, mark = message.reference, fingerprint(to_sign)
    receipts: list[bytes] = []
    for state in (HoldState.CUSTODY, HoldState.AT_STATION):
        bare = Receipt(precedence=message.precedence, station=loot.station, about=about, state=state, mac=b"")
        receipts.append(make_receipt(bare, key, mark).encode())
    digest = Digest(
        precedence=message.precedence,
        station=loot.station,
        incarnation=1,
        time=loot.time,
        manned=True,
        entries=(
            DigestEntry(about, HoldState.AT_STATION, mark[:2]),
            DigestEntry(about, HoldState.CUSTODY, mark[:2]),
        ),
    )
    signed = seal_digest(digest, loot.roster, loot.signer.sign_as_station)
    return [*receipts, signed.encode()]


def misdated(loot: Loot) -> bytes | None:
    """A message or a digest of its own whose signed time is off by days, or what can be done without its key."""
    if loot.signer is None or loot.chance.random() < 0.5:
        return attacks.misdated(loot)
    heard = loot.frames(Message)
    if not heard or loot.chance.random() < 0.3:
        loot.sequence += 1
        message = replace(unsealed(loot, loot.station, 0, loot.sequence), time=loot.time_off())
        return seal(message, loot.roster, loot.signer.sign_as_station).encode()
    about = loot.chance.choice(heard)
    to_sign = message_to_sign(about, loot.roster)
    if isinstance(to_sign, Dropped):
        return None
    digest = Digest(
        precedence=about.precedence,
        station=loot.station,
        incarnation=1,
        time=loot.time_off(),
        manned=True,
        entries=(DigestEntry(about.reference, HoldState.CUSTODY, fingerprint(to_sign)[:2]),),
    )
    return seal_digest(digest, loot.roster, loot.signer.sign_as_station).encode()
