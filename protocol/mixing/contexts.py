"""What came before, as the keys under which the tables say what usually follows (SPEC.md, section 5).

A key is a tag and some of the units before; the tables know it by its CRC-32. Digits count as one digit where only
the shape of a number matters.
"""

from typing import Final

from protocol.mixing.units import Alphabet

ORDERS: Final = 6
"""Sources 0 to 5 know as many units before."""
WORD: Final = 6
"""The letters of the word so far."""
PAIR: Final = 7
"""The word so far and the word before it."""
GAP: Final = 8
"""The word so far and the last word but one."""
SHAPE: Final = 9
"""Letter, digit or which other unit, seven times."""
NUMERIC: Final = 10
"""Four units, with digits as one."""
LANGUAGE: Final = 11
"""The word so far in the language that the message names."""
SOURCES: Final = 12
CASE_SOURCES: Final = 8
CASE_TAG: Final = 32
"""Tag of the first source that says whether a capital follows."""

_BEFORE: Final = 0x7F
"""Stands where nothing was yet."""
_DIGIT: Final = 0x7E
_INSIDE: Final = 0x7D
"""In place of the unit before a word: the word has begun."""
_BREAK: Final = 0x7C
_LETTER: Final = 0x7B
_REACH: Final = 8
_COUNT_MAX: Final = 7


class History:
    """The units so far, kept as the sources want them."""

    __slots__ = (
        "_alphabet", "_before_last", "_cases", "_digits", "_last_word", "_lower", "_shapes", "_units", "_upper",
        "_was_upper", "_word",
    )  # fmt: skip

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._units = bytearray([_BEFORE] * _REACH)
        self._digits = bytearray(self._units)
        self._shapes = bytearray(self._units)
        self._word = b""
        self._last_word = b""
        self._before_last = b""
        self._cases = (0, 0, 0)
        self._was_upper = 0
        self._lower = 0
        self._upper = 0

    @property
    def asks_case(self) -> bool:
        """Whether a capital may follow without a shift: at the start of a word, and after a capital."""
        return not self._word or self._was_upper == 1

    @property
    def shifted(self) -> bool:
        """Whether a capital must follow."""
        return self._units[-1] == self._alphabet.shift

    def case_keys(self) -> tuple[bytes, ...]:
        """Keys of the sources that say whether a capital follows."""
        units, digits = self._units, self._digits
        was, shape = self._was_upper, self._shapes[-1]
        third, second, first = self._cases
        recent = first * 9 + second * 3 + third
        word = b"" if self._word else self._last_word
        lower, upper = min(self._lower, _COUNT_MAX), min(self._upper, _COUNT_MAX)
        inside = 1 if self._word else 0
        return (
            bytes((CASE_TAG, was)) + digits[-1:],
            bytes((CASE_TAG + 1, was, recent)) + digits[-2:],
            bytes((CASE_TAG + 2, was)) + digits[-3:],
            bytes((CASE_TAG + 3, was)) + digits[-5:],
            bytes((CASE_TAG + 4, was, recent, shape)),
            bytes((CASE_TAG + 5, was, units[-1])) + word,
            bytes((CASE_TAG + 6, was, shape, lower, upper)),
            bytes((CASE_TAG + 7, was, inside, min(upper, 3), min(lower, 3))) + units[-2:],
        )

    def unit_keys(self, case: int, language: int) -> tuple[bytes, ...]:
        """Keys of the sources that say which unit follows; `case` 0 not asked, 1 no capital follows, 2 one does."""
        units, digits, word = self._units, self._digits, self._word
        before = bytes((_INSIDE, 0)) if word else bytes((units[-1], digits[-2]))
        return (
            bytes((0, case)),
            bytes((1, case)) + units[-1:],
            bytes((2, case)) + units[-2:],
            b"\3" + units[-3:],
            b"\4" + units[-4:],
            b"\5" + digits[-5:-1] + units[-1:],
            b"\6" + before + word,
            b"\7" + before[:1] + word + bytes((_BREAK,)) + self._last_word,
            b"\10" + before[:1] + word + bytes((_BREAK,)) + self._before_last,
            bytes((SHAPE, case)) + self._shapes[-7:],
            bytes((NUMERIC, case)) + digits[-4:],
            bytes((LANGUAGE, language)) + before[:1] + word,
        )

    def case_told(self, is_upper: int) -> None:
        """Whether a capital follows was asked and answered."""
        self._cases = (self._cases[1], self._cases[2], is_upper + 1)

    def push(self, unit: int, is_upper: int) -> None:
        """One unit more."""
        alphabet = self._alphabet
        is_digit = unit in alphabet.digits
        if unit in alphabet.letters:
            if not self._word:
                self._upper += is_upper
                self._lower += 1 - is_upper
            self._word += bytes((unit,))
            self._was_upper = is_upper
            self._shapes.append(_LETTER)
        else:
            if self._word:
                self._before_last, self._last_word, self._word = self._last_word, self._word, b""
            if is_digit and self._digits[-1] != _DIGIT:
                self._before_last, self._last_word = self._last_word, bytes((_DIGIT,))
            self._was_upper = 0
            self._shapes.append(_DIGIT if is_digit else unit)
        self._units.append(unit)
        self._digits.append(_DIGIT if is_digit else unit)
