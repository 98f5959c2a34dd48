"""What the number in a field means: names from the roster, times, ages, and the words of the specification.

Those words (`acknowledged`, `custody`, `authority`) are the same in every language, like the names of the fields.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from node.cli.wire_fields import CUT_OFF, LEFT_OVER, Field
from node.daemon.form_names import StationNames
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import span_text
from protocol.acts import ActKind
from protocol.bodies import StatementClass
from protocol.certificates import Right
from protocol.codec import Codec
from protocol.custody import HoldState
from protocol.groups import GroupKind
from protocol.hints import HeldState
from protocol.instants import AGE_CODE_MAX, DAY_MS, EPOCH_MS, UNIT_MS, Lifetime, decode_age, instant_ms
from protocol.notices import DrillStep, NoticeKind
from protocol.numbers import ESCAPE, EVERYBODY, SEQUENCE_MAX, Address, FrameType, Kind, Precedence, Reference
from protocol.options import Role, WideField
from protocol.requests import RequestKind
from protocol.revocations import RevocationReason
from protocol.statements import ALWAYS_FROM, ALWAYS_UNTIL

_YES: Final = "yes"
_NO: Final = "no"
_MUST_BE_0: Final = "must be 0"
_NO_CLOCK: Final = "no trusted clock"
_OR_MORE: Final = "{span} or more"
_OPEN_END: Final = "open"
_ITSELF: Final = "the station itself"
_ROOT: Final = "the network's root key"
_ANYONE: Final = "anyone"
_EVERYBODY: Final = "everybody"
_ELSEWHERE: Final = "the number stands elsewhere in the frame"
_NOT_WHOLE: Final = "not whole: the frame ends here"
_NOBODYS: Final = "belongs to no field"
_NEWER: Final = "of a newer version"
_IN_ALL: Final = "{count} in all"
TEXTS: Final = (
    *(_YES, _NO, _MUST_BE_0, _NO_CLOCK, _OR_MORE, _OPEN_END, _ITSELF, _ROOT, _ANYONE, _EVERYBODY, _ELSEWHERE),
    *(_NOT_WHOLE, _NOBODYS, _NEWER, _IN_ALL),
)
_FLAGS: Final = frozenset(
    (
        *("extended", "confidential", "ack wanted", "manned", "clock trusted", "hello", "complete", "more", "exercise"),
        *("taken", "unrelieved", "second releaser", "kiosk", "log mark follows"),
    )
)
_ENUMS: Final[Mapping[str, type[IntEnum]]] = {
    "type": FrameType,
    "precedence": Precedence,
    "kind": Kind,
    "act": ActKind,
    "state": HoldState,
    "held": HeldState,
    "request": RequestKind,
    "notice": NoticeKind,
    "step": DrillStep,
    "class": StatementClass,
    "reason": RevocationReason,
    "group kind": GroupKind,
    "codec": Codec,
    "role": Role,
    "field": WideField,
}
_HOLDERS: Final[Mapping[str, Kind]] = {
    "station": Kind.STATION,
    "origin": Kind.STATION,
    "asker": Kind.STATION,
    "asked": Kind.STATION,
    "home station": Kind.STATION,
    "author": Kind.OPERATOR,
    "operator": Kind.OPERATOR,
    "issuer": Kind.AUTHORITY,
    "function": Kind.FUNCTION,
    "deputy": Kind.FUNCTION,
    "group": Kind.GROUP,
}
_POWERS: Final = ("normal", "save", "vital", "last word")
_TEXTUAL: Final = ("code", "name")


@dataclass(frozen=True, slots=True)
class Meanings:
    """Says what a field means, from itself and from those before it in the same part."""

    words: Words
    names: StationNames

    def of(self, one: Field, before: Mapping[str, int]) -> str:
        """In a few words; empty where the number says it all."""
        if one.name in (CUT_OFF, LEFT_OVER):
            return self.words(_NOT_WHOLE if one.name == CUT_OFF else _NOBODYS)
        if isinstance(one.value, bytes):
            return harmless(one.value.decode(errors="replace")) if one.name in _TEXTUAL else ""
        if one.name in _FLAGS and one.bits == 1:
            return self.words(_YES if one.value else _NO)
        if one.name in _ENUMS:
            return self._enum(_ENUMS[one.name], one.value)
        if one.name in _HOLDERS:
            return self._holder(one.name, one.value)
        return self._number(one.name, one.value, before)

    def _enum(self, enum: type[IntEnum], value: int) -> str:
        known = {member.value: member.name for member in enum}
        return known[value].replace("_", " ").lower() if value in known else self.words(_NEWER)

    def _holder(self, name: str, number: int) -> str:
        if number == 0:
            special = {"author": _ITSELF, "issuer": _ROOT, "asked": _ANYONE}.get(name)
            return self.words(special) if special else ""
        if number == ESCAPE and name == "author":
            return self.words(_ELSEWHERE)
        return self.holder(Address(_HOLDERS[name], number))

    def holder(self, address: Address) -> str:
        """Name and code of whom the roster knows."""
        if address == EVERYBODY:
            return self.words(_EVERYBODY)
        is_known = self.names.here.roster.certificate(address) is not None
        return harmless(self.names.holder_said(address)) if is_known else ""

    def _number(self, name: str, value: int, before: Mapping[str, int]) -> str:
        match name:
            case "reserved":
                return self.words(_MUST_BE_0) if value else ""
            case "number" if before.get("kind", Kind.SEVERAL) < Kind.SEVERAL:
                is_escape = value == ESCAPE
                return self.words(_ELSEWHERE) if is_escape else self.holder(Address(Kind(before["kind"]), value))
            case "sequence" if "incarnation" in before:
                station = before.get("station", before.get("origin", 0))
                return self.message(Reference(station, before["incarnation"], value))
            case "about":
                return self.message(Reference.from_bits(value))
            case "power":
                return _POWERS[value]
            case "total - 1" | "riders - 1":
                return self.words(_IN_ALL).format(count=value + 1)
            case "rights":
                return ", ".join((right.name or "").replace("_", " ").lower() for right in Right if right & value)
            case _:
                return self._time(name, value)

    def _time(self, name: str, value: int) -> str:
        match name:
            case "time":
                utc_ms = instant_ms(value, self.names.utc_ms)
                return self.words(_NO_CLOCK) if utc_ms is None else _utc(utc_ms)
            case "lifetime":
                return span_text(self.words, Lifetime(value).seconds)
            case "age":
                span = span_text(self.words, decode_age(value))
                return self.words(_OR_MORE).format(span=span) if value == AGE_CODE_MAX else span
            case "valid from" | "valid until":
                is_open = value in (ALWAYS_FROM, ALWAYS_UNTIL)
                return self.words(_OPEN_END) if is_open else _utc(EPOCH_MS + value * DAY_MS, "%Y-%m-%d")
            case "issued" | "until":
                return _utc(EPOCH_MS + value * UNIT_MS) if value else ""
            case _:
                return ""

    def message(self, about: Reference) -> str:
        """The number that people say, where the roster knows the station."""
        is_known = self.names.here.roster.code_of_station(about.station) is not None
        return self.names.message_text(about) if is_known and 0 < about.sequence <= SEQUENCE_MAX else ""


def _utc(utc_ms: int, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return time.strftime(form, time.gmtime(utc_ms / 1000))
