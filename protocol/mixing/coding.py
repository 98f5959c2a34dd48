"""A text as the body of codec 3, and back: the language, then unit after unit until the end (SPEC.md, section 5)."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from protocol.mixing import mixer
from protocol.mixing.arithmetic import BitReader, BitWriter
from protocol.mixing.contexts import LANGUAGE, History
from protocol.mixing.tables import LANGUAGES, Tables
from protocol.mixing.units import END, lowered, with_digraphs, without_digraphs
from protocol.reasons import Dropped, Reason

DANISH: Final = 0
"""The languages are Danish, Norwegian, Swedish and English; they say what is likely, and hinder nothing."""
OTHER_CHANCE: Final = 16384
"""Of 65536: that a message is not in Danish."""
WHICH_CHANCES: Final = (21845, 32768)
"""That it is not in Norwegian but... each of the three is equally likely."""
DIGRAPHS_CHANCE: Final = 1024
"""That it was written without the letters of its language."""
EVEN: Final = 32768
_SHORT_BITS: Final = 11
_LONG_BITS: Final = 21
_SURROGATES: Final = range(0xD800, 0xE000)
_GUESSED_FROM: Final = 120
"""Characters from which the language is guessed: more than any needs, and a bound for the time it takes."""


class _Unreadable(Exception):
    """What was read is no text that a writer would have coded."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.dropped = Dropped(reason, detail)


def encode(tables: Tables, text: str) -> bytes:
    """The shortest body found for a text."""
    language = likely_language(tables, text)
    bodies = [encoded(tables, text, language)]
    if without_digraphs(text) is not None:
        bodies.append(encoded(tables, text, language, digraphs=1))
    return min(bodies, key=len)


def decode(tables: Tables, body: bytes, text_bytes_max: int) -> str | Dropped:
    """The text of a body, or why there is none: `text_too_long`, `bad_text`."""
    try:
        return _Reading(tables, body, text_bytes_max).text()
    except _Unreadable as fault:
        return fault.dropped


def encoded(tables: Tables, text: str, language: int, digraphs: int = 0) -> bytes:
    """The only body that says this text in this way."""
    writing = _Writing(tables, language, digraphs)
    for character in (without_digraphs(text) or text) if digraphs else text:
        writing.character(ord(character))
    return writing.finish()


def likely_language(tables: Tables, text: str) -> int:
    """The language in which the words of a text are best known."""
    alphabet = tables.alphabet
    known = [0] * LANGUAGES
    history = History(alphabet)
    for character in islice(text, _GUESSED_FROM):
        rank = alphabet.ranks.get(lowered(ord(character)), alphabet.escape)
        for language in range(LANGUAGES):
            units, upto = tables.find(history.unit_keys(0, language)[LANGUAGE])
            at = units.find(rank)
            seen = upto[at + 1] - upto[at] if at >= 0 else 0
            # About 16 times the bits that this source alone would pay.
            known[language] += (16 * seen + 1).bit_length() - (16 * upto[-1] + 128).bit_length()
        history.push(rank, 0)
    return max(range(LANGUAGES), key=lambda language: (known[language], -language))


class _Writing:
    def __init__(self, tables: Tables, language: int, digraphs: int) -> None:
        self._tables = tables
        self._language = language
        self._history = History(tables.alphabet)
        self._writer = BitWriter()
        self._writer.put(int(language != DANISH), OTHER_CHANCE)
        if language != DANISH:
            self._writer.put(int(language > 1), 65536 - WHICH_CHANCES[0])
            if language > 1:
                self._writer.put(language - 2, WHICH_CHANCES[1])
        self._writer.put(digraphs, DIGRAPHS_CHANCE)

    def character(self, character: int) -> None:
        alphabet = self._tables.alphabet
        small = lowered(character)
        rank = alphabet.ranks.get(small)
        if rank is None:
            self._unit(alphabet.escape, 0)
            is_long = character >= 1 << _SHORT_BITS
            self._writer.put(int(is_long), EVEN)
            for place in reversed(range(_LONG_BITS if is_long else _SHORT_BITS)):
                self._writer.put(character >> place & 1, EVEN)
            return
        is_upper = int(small != character)
        if is_upper and not self._history.asks_case:
            self._unit(alphabet.shift, 0)
        self._unit(rank, is_upper)

    def finish(self) -> bytes:
        self._unit(self._tables.alphabet.end, 0)
        return self._writer.finish()

    def _unit(self, rank: int, is_upper: int) -> None:
        tables, history = self._tables, self._history
        asked = 0
        if history.shifted:
            asked = 2
        elif history.asks_case:
            founds = [tables.find(key) for key in history.case_keys()]
            mixer.case(tables, founds, self._putting([is_upper]))
            history.case_told(is_upper)
            asked = is_upper + 1
        founds = [tables.find(key) for key in history.unit_keys(asked, self._language)]
        mixer.unit(tables, founds, self._language, self._putting(mixer.way(tables, rank)))
        history.push(rank, is_upper)

    def _putting(self, bits: Sequence[int]) -> mixer.Channel:
        left = iter(bits)

        def put(chance: int) -> int:
            bit = next(left)
            self._writer.put(bit, chance)
            return bit

        return put


class _Reading:
    def __init__(self, tables: Tables, body: bytes, text_bytes_max: int) -> None:
        self._tables = tables
        self._text_bytes_max = text_bytes_max
        self._history = History(tables.alphabet)
        self._reader = BitReader(body)
        language = self._reader.get(OTHER_CHANCE)
        if language and self._reader.get(65536 - WHICH_CHANCES[0]):
            language = 2 + self._reader.get(WHICH_CHANCES[1])
        self._language = language
        self._digraphs = self._reader.get(DIGRAPHS_CHANCE)

    def text(self) -> str:
        alphabet = self._tables.alphabet
        characters: list[str] = []
        length = 0
        while True:
            rank, is_upper = self._unit()
            if rank == alphabet.end:
                break
            if rank == alphabet.shift:
                continue
            code = self._escaped() if rank == alphabet.escape else alphabet.characters[rank]
            character = chr(code - 0x20 if is_upper else code)
            characters.append(character)
            length += len(character.encode())
            if length > self._text_bytes_max:
                raise _Unreadable(Reason.TEXT_TOO_LONG, f"more than {self._text_bytes_max} bytes")
        return self._checked("".join(characters))

    def _unit(self) -> tuple[int, int]:
        tables, history = self._tables, self._history
        asked, is_upper = 0, 0
        shifted = history.shifted
        if shifted:
            asked, is_upper = 2, 1
        elif history.asks_case:
            is_upper = mixer.case(tables, [tables.find(key) for key in history.case_keys()], self._reader.get)
            history.case_told(is_upper)
            asked = is_upper + 1
        founds = [tables.find(key) for key in history.unit_keys(asked, self._language)]
        rank = mixer.unit(tables, founds, self._language, self._reader.get)
        alphabet = tables.alphabet
        if is_upper and lowered(alphabet.characters[rank] - 0x20) != alphabet.characters[rank]:
            raise _Unreadable(Reason.BAD_TEXT, "a capital of what has none")
        if rank == alphabet.shift and history.asks_case:
            raise _Unreadable(Reason.BAD_TEXT, "a shift where none is needed")
        history.push(rank, is_upper)
        return rank, is_upper

    def _escaped(self) -> int:
        is_long = self._reader.get(EVEN)
        code = 0
        for _ in range(_LONG_BITS if is_long else _SHORT_BITS):
            code = code << 1 | self._reader.get(EVEN)
        is_minimal = code >= 1 << _SHORT_BITS if is_long else True
        if not is_minimal or code >= END or code in _SURROGATES or lowered(code) in self._tables.alphabet.ranks:
            raise _Unreadable(Reason.BAD_TEXT, "an escape of no character that needs one")
        return code

    def _checked(self, text: str) -> str:
        if not self._reader.is_canonical():
            raise _Unreadable(Reason.BAD_TEXT, "not as a writer ends it")
        if not self._digraphs:
            return text
        meant, text = text, with_digraphs(text)
        if len(text.encode()) > self._text_bytes_max:
            raise _Unreadable(Reason.TEXT_TOO_LONG, f"more than {self._text_bytes_max} bytes")
        if without_digraphs(text) != meant:
            raise _Unreadable(Reason.BAD_TEXT, "letters that no pair stands for")
        return text
