"""What a handheld texted, as a message of this station: a record of what was heard, signed by nobody there."""

from dataclasses import dataclass
from typing import Final

from node.core.composer import Composer
from node.core.effects import Accepted, Refused
from node.core.events import Composed, TextHeard
from node.core.forms import WITNESS
from node.core.handheld_records import TextKey
from node.core.handheld_texts import fitting
from node.core.handheld_words import Light, Said
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.forms.packing import Form
from protocol.forms.values import CodedText, Position, Value
from protocol.numbers import Address, Kind, Precedence, Reference

TEXT_BYTES_MAX: Final = 124
"""As coded, of one such form."""
PARTS_MAX: Final = 4
SNR_DB: Final = (-32, 31)
RSSI_DBM: Final = (-150, 0)
_SAYS: Final = {
    Said.TEXT: 0,
    Said.HELP: 1,
    Said.STATUS: 2,
    Said.ACKNOWLEDGED: 3,
    Said.DONE: 4,
    Said.DECLINED: 5,
    Said.POSITION: 6,
}


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What is to be said of one text."""

    handheld: int
    key: TextKey
    said: Said
    text: str
    to: Address
    precedence: Precedence
    ack_wanted: bool
    light: Light | None = None
    position_e5: tuple[int, int] | None = None
    reply_to: Reference | None = None


class Witnessing:
    """Makes the messages."""

    def __init__(self, here: Surroundings, composer: Composer) -> None:
        self._here = here
        self._composer = composer

    def witness(self, one: Witnessed, event: TextHeard, turn: Turn) -> str | Refused:
        """Store it, in several messages when it has to; the number of the first, or why the station takes none."""
        schema = self._here.forms.schemas[WITNESS]
        number = ""
        pieces = self._pieces(one.text)
        for part, piece in enumerate(pieces, 1):
            values: dict[str, Value | None] = {
                "says": _SAYS[one.said],
                "handheld": Address(Kind.HANDHELD, one.handheld),
                "key": int(one.key),
                "hops": event.hops,
                "snr_db": _within(event.snr_db, *SNR_DB),
                "rssi_dbm": _within(event.rssi_dbm, *RSSI_DBM),
                "light": None if one.light is None else one.light.value,
                "position": None if one.position_e5 is None else Position.at(*one.position_e5),
                "part": part if len(pieces) > 1 else None,
                "text": piece,
            }
            form = Form(schema, tuple(values[field.name] for field in schema.fields), schema.version)
            composed = Composed(
                *(0, 0, one.to, "", one.precedence, one.ack_wanted),
                reply_to=one.reply_to,
                confidential=False,
                form=form,
            )
            answer = self._composer.compose(composed, turn, is_witness=True)
            if isinstance(answer, Refused):
                return answer
            assert isinstance(answer, Accepted), "no witness is a FLASH, which alone waits for a second person"
            number = number or answer.number
        return number

    def _pieces(self, text: str) -> list[CodedText | None]:
        """The text as coded, in as few pieces as fit; what more than `PARTS_MAX` would hold is left out."""
        if not text:
            return [None]
        pieces: list[CodedText | None] = []
        while text and len(pieces) < PARTS_MAX:
            piece = text
            codec, raw = self._here.codecs.encode(piece)
            while len(raw) > TEXT_BYTES_MAX:
                piece = _shorter(piece)
                codec, raw = self._here.codecs.encode(piece)
            pieces.append(CodedText(codec, raw))
            text = text[len(piece) :].lstrip(" ")
        return pieces


def _shorter(text: str) -> str:
    """Less of it: to the blank before its last quarter, else so much less."""
    room = len(text.encode()) * 3 // 4
    less = fitting(text, room)
    blank = less.rfind(" ")
    return less[:blank] if blank > 0 else less


def _within(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
