"""One value as people and programs write it, whatever their language, and back again.

A choice may also be written as its label in either language. What only a station knows (codes, numbers of messages, the
day) it is asked for.
"""

import re
from collections.abc import Mapping
from typing import Final, Protocol

from protocol.codec import decode_text, encode_text
from protocol.forms.fixed_kinds import (
    MINUTES_OF_DAY,
    Choice,
    Choosable,
    ClockTime,
    Flags,
    Holder,
    Instant,
    MessageNumber,
    Number,
    Place,
    Station,
    YesNo,
)
from protocol.forms.kinds import Count, FieldKind, Repeat, Text
from protocol.forms.values import E5, CodedText, Position, Value
from protocol.numbers import Address, Kind, Reference
from protocol.reasons import Dropped, LocalProtocolError

_WHOLE: Final = re.compile(r"-?[0-9]{1,7}")
_CLOCK: Final = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})")
_POINT: Final = re.compile(r"(-?[0-9]{1,2})[.,]([0-9]{1,5})[ ,;]+(-?[0-9]{1,3})[.,]([0-9]{1,5})")
_YES: Final = ("yes", "ja", "true", "1")
_NO: Final = ("no", "nej", "false", "0")
_EXAMPLES: Final[Mapping[type, str]] = {
    ClockTime: "00:00-23:59",
    Instant: "HH:MM | YYYY-MM-DDTHH:MM",
    Place: "55.40370 10.38880",
    MessageNumber: "ODK-00041",
    Station: "ODK",
    Holder: "ODK | kind:number",
}


class Names(Protocol):
    """What a station knows of the names in a form."""

    def holder(self, text: str, kinds: tuple[Kind, ...]) -> Address | None:
        """Whom a text means; None: nobody of these kinds, or several."""

    def holder_text(self, address: Address) -> str:
        """How that is written."""

    def message(self, text: str) -> Reference | None:
        """Which message a text means."""

    def message_text(self, reference: Reference) -> str:
        """How that is written."""

    def instant(self, text: str) -> int | None:
        """The 20 bits of a time that a text means; the next one where it names no day."""

    def instant_text(self, wire: int) -> str:
        """How that is written, with its day."""

    def holder_said(self, address: Address) -> str:
        """How people call somebody."""

    def instant_said(self, wire: int) -> str:
        """How people say a time."""


def plain(kind: FieldKind, value: Value, names: Names) -> str:
    """One value as it could have been written; not of records."""
    match kind, value:
        case YesNo(), int():
            return _YES[0] if value else _NO[0]
        case Choice(), int():
            return _name_of(kind.options, value)
        case Flags(), int():
            return ",".join(_name_of(kind.options, at) for at in range(kind.bits) if value >> at & 1)
        case ClockTime(), int():
            return f"{value // 60:02}:{value % 60:02}"
        case Instant(), int():
            return names.instant_text(value)
        case Station(), int():
            return names.holder_text(Address(Kind.STATION, value))
        case _, int():
            return str(value)
        case _:
            return _plain_compound(value, names)


def allowed_text(kind: FieldKind) -> str:
    """What may be written, in the words of programs."""
    match kind:
        case YesNo():
            return f"{_YES[0]}|{_NO[0]}"
        case Choice():
            return "|".join(option.name for option in kind.options)
        case Flags():
            return ",".join(option.name for option in kind.options)
        case Number():
            return f"{kind.least}-{kind.most}" + (f" / {kind.step}" if kind.step > 1 else "")
        case Count():
            return f"0-{kind.most}"
        case Text():
            return f"1-{kind.bytes_max} bytes"
        case Repeat():
            return f"{kind.least}-{kind.most} x"
        case _:
            return _EXAMPLES[type(kind)]


def read_plain(kind: FieldKind, text: str, names: Names) -> Value | None:
    """What was written as a value; None: the field cannot hold it. Not for records."""
    match kind:
        case YesNo():
            return {**dict.fromkeys(_YES, 1), **dict.fromkeys(_NO, 0)}.get(text.casefold())
        case Choice():
            return _code_of(kind.options, text)
        case Flags():
            codes = [_code_of(kind.options, one.strip()) for one in text.split(",") if one.strip()]
            return None if None in codes else sum({1 << code for code in codes if code is not None})
        case Number():
            return _number(kind, text)
        case Count():
            count = int(text) if _WHOLE.fullmatch(text) else -1
            return count if 0 <= count <= kind.most else None
        case Text():
            return _text(kind, text)
        case Place():
            return _position(text)
        case _:
            return _named(kind, text, names)


def _named(kind: FieldKind, text: str, names: Names) -> Value | None:
    match kind:
        case ClockTime():
            match = _CLOCK.fullmatch(text)
            minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else MINUTES_OF_DAY
            return minutes if minutes < MINUTES_OF_DAY else None
        case Instant():
            return names.instant(text)
        case MessageNumber():
            return names.message(text)
        case Holder():
            return names.holder(text, kind.kinds)
        case _:
            station = names.holder(text, (Kind.STATION,))
            return None if station is None else station.number


def _number(kind: Number, text: str) -> Value | None:
    if not _WHOLE.fullmatch(text):
        return None
    number = min(int(text), kind.most) if kind.or_more else int(text)
    return number if kind.code_of(number) is not None else None


def _text(kind: Text, text: str) -> Value | None:
    try:
        codec, raw = encode_text(text)
    except LocalProtocolError:
        return None
    return CodedText(codec, raw) if 1 <= len(raw) <= kind.bytes_max else None


def _position(text: str) -> Value | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    latitude_e5, longitude_e5 = _e5(match[1], match[2]), _e5(match[3], match[4])
    is_on_earth = abs(latitude_e5) <= 90 * E5 and abs(longitude_e5) <= 180 * E5
    return Position.at(latitude_e5, longitude_e5) if is_on_earth else None


def _e5(whole: str, fraction: str) -> int:
    size = abs(int(whole)) * E5 + int(fraction.ljust(5, "0"))
    return -size if whole.startswith("-") else size


def position_text(position: Position) -> str:
    """Degrees, as a map or a phone takes them."""
    return " ".join(f"{'-' if one < 0 else ''}{abs(one) // E5}.{abs(one) % E5:05}" for one in position.middle_e5)


def _plain_compound(value: Value, names: Names) -> str:
    match value:
        case Position():
            return position_text(value)
        case CodedText():
            text = decode_text(value.codec, value.raw)
            return "" if isinstance(text, Dropped) else text
        case Reference():
            return names.message_text(value)
        case Address():
            return names.holder_text(value)
        case _:
            return ""


def _name_of(options: tuple[Choosable, ...], code: int) -> str:
    return options[code].name if code < len(options) else f"#{code}"


def _code_of(options: tuple[Choosable, ...], text: str) -> int | None:
    wanted = text.casefold()
    for code, option in enumerate(options):
        if wanted in (option.name, option.label.da.casefold(), option.label.en.casefold()):
            return code
    return None
