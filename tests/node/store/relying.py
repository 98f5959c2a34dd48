"""What somebody may rely on who got a reply or a frame: that what it speaks of is in the station's store for good."""

from collections.abc import Callable

from node.core.effects import Accepted, Effect, Kept, Noted, Reply, SendFrame
from node.core.records import ItemKey
from node.store.sqlite import SqliteStore
from protocol.decode import decode
from protocol.frames import Act, Beacon, Bundle, Digest, Long, Message, Notice, Receipt, Rider
from protocol.numbers import Reference

INCARNATION = 1
"""Of every station of the small network."""

Reliance = tuple[str, Callable[[SqliteStore], bool]]
"""What somebody was told, and whether a store has it."""


def relied_on(effect: Effect, number: int, store: SqliteStore) -> list[Reliance]:
    """What somebody who got this relies on."""
    match effect:
        case Reply(_, Accepted(item_id, human)):
            item = store.item(item_id)
            assert item is not None, "it was accepted"
            return [
                (
                    f"the reply that {human} is accepted",
                    lambda after: after.item_by_fingerprint(item.fingerprint) is not None,
                )
            ]
        case Reply(_, Kept(draft)):
            return [(f"the reply that draft {draft.id} is kept", lambda after: last_draft(after) >= draft.id)]
        case Reply(_, Noted(entry)):
            return [(f"the reply that entry {entry} is in the log", lambda after: after.log_head(0).entries >= entry)]
        case SendFrame(payload=payload):
            return _relied_on_frame(payload, number)
        case _:
            return []


def _relied_on_frame(payload: bytes, number: int) -> list[Reliance]:
    """The same of a frame; a beacon's answer names nothing, so that the whole of the last commit stands for it."""
    frame = decode(payload)
    match frame:
        case Bundle(riders=riders, main=main):
            ridden = [(f"the riding receipt for {one.station}.{one.sequence}", _held(_of(one))) for one in riders]
            return ridden + _relied_on_frame(main.encode(), number)
        case Message() | Long() | Notice():
            return [(f"the frame of message {frame.station}.{frame.sequence}", _held(_of(frame)))]
        case Act(about=about):
            return [("the frame of an act", lambda after: len(after.acts_about(_key(about))) > 0)]
        case Digest(station=station, entries=entries) if station == number:
            return [(f"the signed receipt for {one.about}", _held(_key(one.about))) for one in entries]
        case Receipt(station=station, about=about) if station == number:
            return [(f"the receipt for {about}", _held(_key(about)))]
        case Beacon(station=station, last_sequence=last) if station == number:
            return [(f"the beacon that told of number {last}", lambda after: after.last_sequence(INCARNATION) >= last)]
        case _:
            return []


def _held(key: ItemKey) -> Callable[[SqliteStore], bool]:
    return lambda after: after.message(key) is not None


def _of(named: Message | Long | Notice | Rider) -> ItemKey:
    return ItemKey(named.station, INCARNATION, named.sequence)


def _key(about: Reference) -> ItemKey:
    return ItemKey(about.station, about.incarnation, about.sequence)


def last_draft(store: SqliteStore) -> int:
    return store._database.number("SELECT value FROM counter WHERE name = 'draft'")
