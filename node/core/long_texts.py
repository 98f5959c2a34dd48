"""The coded text of a message, whether it stands in one frame or had to be cut."""

from dataclasses import replace
from typing import TypeVar

from node.core.long_ports import LongStore
from node.core.records import Item, ItemKey
from protocol.decode import decode
from protocol.frames import Fragment, Long, Message
from protocol.long_messages import Plan, fragment_of, joined, plan_of
from protocol.numbers import FrameType
from protocol.reasons import Dropped

TextT = TypeVar("TextT", bound=Message | Long)


def is_long(item: Item) -> bool:
    """Whether an item is a message in several frames."""
    return FrameType(item.sealed[0] >> 2 & 15) is FrameType.LONG


def with_whole_body(store: LongStore, key: ItemKey, frame: TextT) -> TextT | Dropped:
    """The message with its whole coded text as its body, still encrypted if it is.

    Args:
        store: where its fragments are.
        key: of the message.
        frame: its signed frame, verified when it was taken in.
    """
    if not isinstance(frame, Long):
        return frame
    plan = plan_of(frame.body)
    coded = plan if isinstance(plan, Dropped) else joined(plan, tuple(store.fragments(key).values()))
    return coded if isinstance(coded, Dropped) else replace(frame, body=coded)


def fragments_of(store: LongStore, item: Item) -> dict[int, Fragment]:
    """The frames that follow a message's first one, by index; none of a message in one frame."""
    first = decode(item.sealed)
    if not isinstance(first, Long):
        return {}
    return {index: fragment_of(first, index, content) for index, content in store.fragments(item.key).items()}


def frame_lengths(store: LongStore, item: Item) -> list[int]:
    """Bytes of every frame of an item."""
    following = fragments_of(store, item) if is_long(item) else {}
    return [len(item.sealed), *(len(fragment.encode()) for fragment in following.values())]


def plan_in(sealed: bytes) -> Plan:
    """What a first frame that was taken in says of its fragments."""
    first = decode(sealed)
    assert isinstance(first, Long), "only the first frame of a long message is stored as one"
    plan = plan_of(first.body)
    assert isinstance(plan, Plan), "what is stored was decoded before"
    return plan
