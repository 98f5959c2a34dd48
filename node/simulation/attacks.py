"""What can be sent without anybody's key, by kind of attack: one frame at a time.

Forged frames are such as the real encoders make, since what no reader takes is tried elsewhere (`make fuzz`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from node.simulation.cast import operator_numbers
from node.simulation.loot import Loot
from node.simulation.scenario import HostileKind
from protocol.decode import decode
from protocol.frames import (
    Act,
    ActKind,
    Answer,
    Beacon,
    Bundle,
    Digest,
    DigestEntry,
    Fragment,
    Group,
    HeldState,
    HoldState,
    Inventory,
    Message,
    MessageLike,
    Receipt,
    Request,
    RequestKind,
    Rider,
)
from protocol.instants import Lifetime
from protocol.long_messages import long_of, split
from protocol.messages import with_age_byte
from protocol.numbers import SEQUENCE_MAX, STATION_NUMBER_MAX, Address, Kind, Precedence
from protocol.options import wide_numbers
from protocol.sealing import seal

_ALL_LACKING: Final = (1 << 32) - 1
Attack = Callable[[Loot], bytes | None]
"""Makes the next frame; None while there is nothing to make it of."""


def forged(loot: Loot) -> bytes | None:
    """Something that its alleged author never said."""
    return loot.chance.choice(
        (_message, _changed, _act, _receipt, _riders, _answer, _digest, _certificate, _fragment),
    )(loot)


def replayed(loot: Loot) -> bytes | None:
    """Something that was said a while ago."""
    return loot.chance.choice(loot.heard) if loot.heard else None


def flooded(loot: Loot) -> bytes | None:
    """Something that makes others work, look up or send."""
    return loot.chance.choice((_question, _wish, _newcomer, _unknown_author, _endless, _fragment))(loot)


def lied(loot: Loot) -> bytes | None:
    """In another station's name: it has all, or nothing."""
    has_all = loot.chance.random() < 0.5
    return _inventory(loot, loot.other().number, has_all=has_all)


def misdated(loot: Loot) -> bytes | None:
    """A message that was heard as of another age, or a beacon of somebody whose clock is good."""
    messages = [payload for payload in loot.heard if isinstance(decode(payload), MessageLike)]
    if not messages or loot.chance.random() < 0.2:
        return beacon(loot, loot.other().number)
    return with_age_byte(loot.chance.choice(messages), loot.chance.choice((0, 1, 160, 254, 255)))


def beacon(loot: Loot, station: int) -> bytes:
    """Say that a station is there."""
    return _beacon(loot, station).encode()


def _beacon(loot: Loot, station: int, answer: Answer | None = None) -> Beacon:
    return Beacon(
        power=loot.chance.randrange(4),
        station=station,
        incarnation=1,
        manned=loot.chance.random() < 0.5,
        clock_trusted=True,
        hello=loot.chance.random() < 0.5,
        last_sequence=0 if answer is not None else loot.chance.randint(0, SEQUENCE_MAX),
        roster_digest=loot.roster.digest() if loot.chance.random() < 0.5 else loot.chance.randbytes(2),
        inventory_digest=loot.chance.randbytes(2),
        answer=answer,
    )


def _inventory(loot: Loot, station: int, *, has_all: bool) -> bytes:
    origins = sorted({loot.other().number for _ in range(12)})
    wanted = () if has_all else tuple((sequence, HeldState.WANTED) for sequence in range(1, 8))
    groups = tuple(Group(one, 1, SEQUENCE_MAX if has_all else 40, has_all, wanted) for one in origins)
    inventory = Inventory(
        precedence=Precedence.PRIORITY, station=station, incarnation=1, more=False, part=0, groups=groups
    )
    return inventory.encode()


def unsealed(loot: Loot, station: int, author: int, sequence: int) -> Message:
    """Make a message of that station to some other, without a signature."""
    return Message(
        precedence=loot.chance.choice(list(Precedence)),
        station=station,
        incarnation=1,
        sequence=sequence,
        author=author,
        recipient=Address(Kind.STATION, loot.other().number),
        time=loot.time,
        lifetime=Lifetime.ONE_DAY,
        ack_wanted=True,
        body=loot.chance.randbytes(30).hex().encode(),
    )


def _message(loot: Loot) -> bytes:
    alleged = loot.other()
    authors = (0, *operator_numbers(alleged))
    bare = unsealed(loot, alleged.number, loot.chance.choice(authors), loot.chance.randint(1, 60))
    return replace(bare, signature=loot.signature()).encode()


def _changed(loot: Loot) -> bytes | None:
    heard = loot.frames(Message)
    if not heard:
        return None
    message = loot.chance.choice(heard)
    later = min(SEQUENCE_MAX, message.sequence + 1)
    return loot.chance.choice(
        (
            replace(message, body=loot.chance.randbytes(len(message.body))),
            replace(message, precedence=Precedence.FLASH),
            replace(message, sequence=later),
            replace(message, lifetime=Lifetime.HALF_HOUR),
            replace(message, signature=loot.nothing()),
        )
    ).encode()


def _act(loot: Loot) -> bytes:
    alleged = loot.other()
    author = next(iter(operator_numbers(alleged)), alleged.number)
    act = Act(
        precedence=Precedence.ROUTINE,
        station=alleged.number,
        incarnation=1,
        author=author,
        about=loot.reference(),
        act=loot.chance.choice((ActKind.ACKNOWLEDGED, ActKind.DONE, ActKind.DECLINED)),
        time=loot.time,
        signature=loot.signature(),
    )
    return act.encode()


def _receipt(loot: Loot) -> bytes:
    receipt = Receipt(
        precedence=Precedence.ROUTINE,
        station=loot.other().number,
        about=loot.reference(),
        state=loot.chance.choice(list(HoldState)),
        mac=loot.chance.randbytes(4),
    )
    return receipt.encode()


def _riders(loot: Loot) -> bytes:
    about = sorted({loot.reference() for _ in range(4)})
    riders = tuple(Rider(one.station, one.sequence, HoldState.AT_STATION, loot.chance.randbytes(3)) for one in about)
    return Bundle(riders, _beacon(loot, loot.other().number)).encode()


def _answer(loot: Loot) -> bytes:
    state = loot.chance.choice((HoldState.AT_STATION, HoldState.CUSTODY, HoldState.ACT_AT_STATION))
    return _beacon(loot, loot.other().number, Answer(state, loot.chance.getrandbits(22))).encode()


def _digest(loot: Loot) -> bytes:
    references = sorted({loot.reference() for _ in range(4)})
    digest = Digest(
        precedence=Precedence.ROUTINE,
        station=loot.other().number,
        incarnation=1,
        time=loot.time,
        manned=True,
        entries=tuple(DigestEntry(one, HoldState.AT_STATION, loot.chance.randbytes(2)) for one in references),
        signature=loot.signature(),
    )
    heard = loot.frames(Digest)
    if heard and loot.chance.random() < 0.5:
        digest = replace(loot.chance.choice(heard), station=digest.station)
    return digest.encode()


def _certificate(loot: Loot) -> bytes:
    """A statement of the roster with one byte changed, its keys' most likely."""
    raw = bytearray(loot.chance.choice(loot.statements))
    raw[loot.chance.randrange(1, len(raw))] ^= 1 << loot.chance.randrange(8)
    return bytes(raw)


def _fragment(loot: Loot) -> bytes:
    about = loot.reference()
    fragment = Fragment(
        precedence=Precedence.FLASH,
        station=about.station,
        incarnation=about.incarnation,
        sequence=about.sequence,
        index=0,
        data=loot.chance.randbytes(150),
    )
    return fragment.encode()


def _question(loot: Loot) -> bytes:
    kind = loot.chance.choice([kind for kind in RequestKind if kind is not RequestKind.ROSTER])
    about = tuple(sorted({loot.reference() for _ in range(8)}))
    request = Request(
        precedence=Precedence.FLASH,
        asker=loot.other().number,
        asked=loot.chance.choice((0, loot.other().number)),
        kind=kind,
        references=about if kind in (RequestKind.MESSAGES, RequestKind.PROOFS) else (),
        bitmaps=tuple((one, _ALL_LACKING) for one in about) if kind is RequestKind.FRAGMENTS else (),
        addresses=tuple(sorted({Address(Kind.STATION, loot.other().number) for _ in range(8)}))
        if kind is RequestKind.CERTIFICATES
        else (),
    )
    return request.encode()


def _wish(loot: Loot) -> bytes:
    return _inventory(loot, loot.other().number, has_all=False)


def _newcomer(loot: Loot) -> bytes:
    return beacon(loot, loot.chance.randint(STATION_NUMBER_MAX // 2, STATION_NUMBER_MAX))


def _unknown_author(loot: Loot) -> bytes:
    bare = unsealed(loot, loot.other().number, loot.chance.randint(3_000, 60_000), loot.chance.randint(1, SEQUENCE_MAX))
    return replace(_escaped(bare), signature=loot.nothing()).encode()


def _escaped(message: Message) -> Message:
    wide = wide_numbers(message.author, message.recipient)
    return replace(message, options=replace(message.options, wide=wide))


def _endless(loot: Loot) -> bytes:
    """The first frame of a long message whose others never come; signed where there is a key."""
    signer, station = loot.signer, loot.station or loot.other().number
    loot.sequence += 1
    bare = unsealed(loot, station, 0, min(SEQUENCE_MAX, 8_000 + loot.sequence))
    whole = replace(long_of(bare), body=loot.chance.randbytes(400).hex().encode())
    first, _ = split(whole, 150, loot.chance.randbytes(32), 1)
    if signer is None:
        return replace(first, signature=loot.nothing()).encode()
    return seal(first, loot.roster, signer.sign_as_station).encode()


ATTACKS: Final[Mapping[HostileKind, Attack]] = {
    HostileKind.FORGING: forged,
    HostileKind.REPLAYING: replayed,
    HostileKind.FLOODING: flooded,
    HostileKind.LYING: lied,
}
