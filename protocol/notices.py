"""What a NOTICE says: its kind and the fields of that kind (SPEC.md, section 11).

```
1 function's holder  function 11 | operator 11 | taken 1 | unrelieved 1
2 drill              drill id 4 | step u8 | until u32 | name, at a start
3 last word          back at: time 20 | 0 4 | held here u8
4 high-water mark    reference 26 | 0 6, of the station asked for
5 group secret       group 11 | version 5 | holders H_4 | secret 32
6 log head           entries u32 | H 32
7 emergency key      operator 11 | 0 5
8 answer overdue     reference 26 | 0 6, of a message of the same station
```
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, assert_never

from protocol.layout import Layout
from protocol.numbers import SHORT_NUMBER_MAX, Reference, is_station
from protocol.reasons import Dropped, Reason, refuse_ours

DUTY: Final = Layout(11, 11, 1, 1)
DRILL: Final = Layout(32, 8, 32)
LAST_WORD: Final = Layout(20, 4, 8)
MARK: Final = Layout(26, 6)
HOLDERS_BYTES: Final = 4
SECRET_BYTES: Final = 32
GROUP_KEY: Final = Layout(11, 5, 8 * HOLDERS_BYTES, 8 * SECRET_BYTES)
LOG_HEAD: Final = Layout(32, 256)
EMERGENCY: Final = Layout(11, 5)
OVERDUE: Final = Layout(26, 6)
GROUP_VERSIONS: Final = 32
"""Five bits; after the last one comes the first again."""
EXERCISE_NAME_BYTES_MAX: Final = 40


class NoticeKind(IntEnum):
    """The first byte of a notice's body."""

    FUNCTION_DUTY = 1
    DRILL = 2
    LAST_WORD = 3
    HIGH_WATER = 4
    GROUP_SECRET = 5
    LOG_HEAD = 6
    EMERGENCY_KEY = 7
    ANSWER_OVERDUE = 8


LAYOUTS: Final = {
    NoticeKind.FUNCTION_DUTY: DUTY,
    NoticeKind.DRILL: DRILL,
    NoticeKind.LAST_WORD: LAST_WORD,
    NoticeKind.HIGH_WATER: MARK,
    NoticeKind.GROUP_SECRET: GROUP_KEY,
    NoticeKind.LOG_HEAD: LOG_HEAD,
    NoticeKind.EMERGENCY_KEY: EMERGENCY,
    NoticeKind.ANSWER_OVERDUE: OVERDUE,
}
WITH_TAIL: Final = (NoticeKind.DRILL,)
"""Kinds in which bytes follow the fields."""


class DrillStep(IntEnum):
    """What exercise control does."""

    START = 0
    PAUSE = 1
    STOP = 2
    BREAK_IN = 3


@dataclass(frozen=True, slots=True)
class FunctionDuty:
    """An operator took a function or gave it up."""

    function: int
    operator: int
    is_taken: bool
    is_unrelieved: bool = False
    """Given up since nobody came to take over."""


@dataclass(frozen=True, slots=True)
class DrillNotice:
    """A step of an exercise."""

    drill: int
    """Not 0."""
    step: DrillStep
    until: int
    """Units of 8 s since 2025-01-01: when stations return by themselves."""
    name: bytes = b""
    """UTF-8; at a start."""


@dataclass(frozen=True, slots=True)
class LastWord:
    """A station goes off."""

    back_at: int
    """When it expects to be back, in the 20 bits of `protocol.instants`."""
    held: int
    """Messages that, as far as it knows, no other station holds; 255 is "or more"."""


@dataclass(frozen=True, slots=True)
class HighWaterMark:
    """The highest sequence that the sender knows of a station."""

    mark: Reference


@dataclass(frozen=True, slots=True)
class GroupSecret:
    """A group's key; travels confidentially only."""

    group: int
    version: int
    """0 to `GROUP_VERSIONS` - 1."""
    holders: bytes
    """`HOLDERS_BYTES` of a hash over who is given this version, as the maker knows them."""
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far a station's log goes and what it comes to."""

    entries: int
    head: bytes
    """32 bytes."""


@dataclass(frozen=True, slots=True)
class EmergencyKey:
    """A break-glass key was opened at the station that says so; signed with that key."""

    operator: int
    """Whom the key is certified as: the notice's author."""


@dataclass(frozen=True, slots=True)
class AnswerOverdue:
    """A message of the station that says so was not answered in time: its recipient's deputy is to look at it."""

    message: Reference


NoticeBody = (
    FunctionDuty | DrillNotice | LastWord | HighWaterMark | GroupSecret | LogHead | EmergencyKey | AnswerOverdue
)


def encode_notice(body: NoticeBody) -> bytes:
    """The body of a NOTICE.

    Raises:
        LocalProtocolError: the other end could not read it.
    """
    refuse_ours(notice_fault(body))
    match body:
        case FunctionDuty():
            return _kind(NoticeKind.FUNCTION_DUTY) + DUTY.pack(
                body.function, body.operator, body.is_taken, body.is_unrelieved
            )
        case DrillNotice():
            return _kind(NoticeKind.DRILL) + DRILL.pack(body.drill, body.step, body.until) + body.name
        case LastWord():
            return _kind(NoticeKind.LAST_WORD) + LAST_WORD.pack(body.back_at, 0, body.held)
        case HighWaterMark():
            return _kind(NoticeKind.HIGH_WATER) + MARK.pack(body.mark.bits, 0)
        case GroupSecret():
            hashed, secret = int.from_bytes(body.holders, "big"), int.from_bytes(body.secret, "big")
            return _kind(NoticeKind.GROUP_SECRET) + GROUP_KEY.pack(body.group, body.version, hashed, secret)
        case LogHead():
            return _kind(NoticeKind.LOG_HEAD) + LOG_HEAD.pack(body.entries, int.from_bytes(body.head, "big"))
        case EmergencyKey():
            return _kind(NoticeKind.EMERGENCY_KEY) + EMERGENCY.pack(body.operator, 0)
        case AnswerOverdue():
            return _kind(NoticeKind.ANSWER_OVERDUE) + OVERDUE.pack(body.message.bits, 0)
        case _:
            assert_never(body)


def notice_fault(body: NoticeBody) -> Dropped | None:
    """What keeps these values off the air, at this end and at the other."""
    match body:
        case FunctionDuty():
            is_good = 1 <= body.function <= SHORT_NUMBER_MAX and 1 <= body.operator <= SHORT_NUMBER_MAX
            is_good = is_good and not (body.is_taken and body.is_unrelieved)
        case DrillNotice():
            is_good = body.drill != 0 and len(body.name) <= (EXERCISE_NAME_BYTES_MAX if body.step == 0 else 0)
        case HighWaterMark():
            # Sequence 0 says that nothing of the station is known.
            is_good = is_station(body.mark.station)
        case GroupSecret():
            is_named = 1 <= body.group <= SHORT_NUMBER_MAX and len(body.holders) == HOLDERS_BYTES
            is_good = is_named and len(body.secret) == SECRET_BYTES
        case LogHead():
            is_good = len(body.head) == LOG_HEAD.size - 4
        case EmergencyKey():
            is_good = 1 <= body.operator <= SHORT_NUMBER_MAX
        case AnswerOverdue():
            is_good = is_station(body.message.station) and body.message.is_numbered
        case LastWord():
            is_good = True
        case _:
            assert_never(body)
    return None if is_good else Dropped(Reason.BAD_NUMBER, type(body).__name__)


def decode_notice(body: bytes) -> NoticeBody | Dropped:
    """Read a NOTICE's body, decrypted where it was confidential; a kind not known is `TYPE_NOT_SUPPORTED`."""
    kind, rest = body[:1], body[1:]
    if not kind:
        return Dropped(Reason.TRUNCATED, "notice")
    if kind[0] not in set(NoticeKind):
        return Dropped(Reason.TYPE_NOT_SUPPORTED, f"notice {kind[0]}")
    read = _decode_fields(NoticeKind(kind[0]), rest)
    return read if isinstance(read, Dropped) else notice_fault(read) or read


def _decode_fields(kind: NoticeKind, raw: bytes) -> NoticeBody | Dropped:
    layout = LAYOUTS[kind]
    head, tail = raw[: layout.size], raw[layout.size :]
    if len(head) < layout.size:
        return Dropped(Reason.TRUNCATED, f"notice {kind.value}")
    if tail and kind not in WITH_TAIL:
        return Dropped(Reason.TRAILING_BYTES, f"notice {kind.value}")
    return _body(kind, layout.unpack(head), tail) or Dropped(Reason.BAD_NUMBER, f"notice {kind.value}")


def _body(kind: NoticeKind, fields: tuple[int, ...], tail: bytes) -> NoticeBody | None:
    """The fields by their names; None where a bit that is 0 is set, or a step is none."""
    match kind, fields:
        case NoticeKind.FUNCTION_DUTY, (function, operator, taken, unrelieved):
            return FunctionDuty(function, operator, bool(taken), bool(unrelieved))
        case NoticeKind.DRILL, (drill, step, until) if step <= DrillStep.BREAK_IN:
            return DrillNotice(drill, DrillStep(step), until, tail)
        case NoticeKind.LAST_WORD, (back_at, 0, held):
            return LastWord(back_at, held)
        case NoticeKind.HIGH_WATER, (bits, 0):
            return HighWaterMark(Reference.from_bits(bits))
        case NoticeKind.GROUP_SECRET, (group, version, holders, secret):
            return GroupSecret(
                group, version, holders.to_bytes(HOLDERS_BYTES, "big"), secret.to_bytes(SECRET_BYTES, "big")
            )
        case NoticeKind.LOG_HEAD, (entries, head):
            return LogHead(entries, head.to_bytes(LOG_HEAD.size - 4, "big"))
        case NoticeKind.EMERGENCY_KEY, (operator, 0):
            return EmergencyKey(operator)
        case NoticeKind.ANSWER_OVERDUE, (bits, 0):
            return AnswerOverdue(Reference.from_bits(bits))
        case _:
            return None


def _kind(kind: NoticeKind) -> bytes:
    return bytes([kind])
