"""A wrapped key on paper: twelve numbered lines of words that each add up, or one QR code; as closed as its file.

```
format 8 | exercise 1 | holder 7 | number 16 | log2 n 8 | r 8 | p 8
         | salt 16 bytes | nonce 12 bytes | sealed 48 bytes | public key 32 bytes | check 16
```

A line is ten bytes as words and an eleventh word, the first byte of SHA-256 over the line's number and its bytes, so a
line that was mistyped, or taken for another, is found before the next. `check` is the same over all that is before it.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from node.keyring.errors import KeyFileError, KeyringError
from node.keyring.keyfile import SEED_BYTES, Holder, KeyFile
from node.keyring.safe_words import byte_of, word_like, words_of
from node.keyring.wrapping import NONCE_BYTES, SALT_BYTES, TAG_BYTES, Cost, Wrapped

FORMAT: Final = 1
LINE_BYTES: Final = 10
CHECK_BYTES: Final = 2
SEALED_BYTES: Final = SEED_BYTES + TAG_BYTES
PAPER_BYTES: Final = 7 + SALT_BYTES + NONCE_BYTES + SEALED_BYTES + SEED_BYTES + CHECK_BYTES
LINES: Final = -(-PAPER_BYTES // LINE_BYTES)
QR_BEGINS: Final = "BAVN1:"
"""All of the code is letters and digits that QR packs densest: its alphanumeric mode, ISO/IEC 18004 section 7.3.4."""
EXERCISE_BIT: Final = 0x80
_HOLDERS: Final = (Holder.ROOT, Holder.AUTHORITY, Holder.OPERATOR)
"""By their number on paper; a station's key lies open and is never written down."""
_LABEL: Final = re.compile(r"^\s*\d+\s*[.:)]?\s+")


class PaperFault(KeyringError):
    """What was typed is not what the sheet says; the text names the line and what to look at."""


def paper_bytes(key: KeyFile) -> bytes:
    """A wrapped key as the bytes that its sheet holds.

    Raises:
        KeyFileError: it is a station's, which lies open: paper that anybody can copy must not hold it.
    """
    wrapped = key.wrapped
    if wrapped is None:
        raise KeyFileError(f"{key.name} lies open and is not for paper: a lost station is replaced, not restored")
    cost = wrapped.cost
    holder = _HOLDERS.index(key.holder) | (EXERCISE_BIT if key.exercise else 0)
    head = bytes([FORMAT, holder, *key.number.to_bytes(2, "big"), cost.n.bit_length() - 1, cost.r, cost.p])
    content = head + wrapped.salt + wrapped.nonce + wrapped.sealed + key.public_key
    return content + _check(b"bavn paper 1", content, CHECK_BYTES)


def key_of_paper(content: bytes) -> KeyFile:
    """The key that a sheet holds; still under its passphrase.

    Raises:
        PaperFault: it is not one of our sheets, or something in it is wrong.
    """
    body, check = content[:-CHECK_BYTES], content[-CHECK_BYTES:]
    if len(content) != PAPER_BYTES or content[0] != FORMAT or check != _check(b"bavn paper 1", body, CHECK_BYTES):
        raise PaperFault("the lines do not make a key together: see that all are of one sheet of this version")
    exercise, holder = bool(content[1] & EXERCISE_BIT), content[1] & ~EXERCISE_BIT
    number, log_n, r, p = int.from_bytes(content[2:4], "big"), content[4], content[5], content[6]
    cost = Cost(1 << min(log_n, 32), r, p)
    if holder >= len(_HOLDERS) or not cost.is_bearable:
        raise PaperFault("this sheet is not of this version: take the version it was printed with")
    rest = content[7:]
    parts: list[bytes] = []
    for size in (SALT_BYTES, NONCE_BYTES, SEALED_BYTES, SEED_BYTES):
        parts.append(rest[:size])
        rest = rest[size:]
    salt, nonce, sealed, public_key = parts
    return KeyFile(_HOLDERS[holder], number, public_key, b"", Wrapped(cost, salt, nonce, sealed), exercise)


def paper_lines(key: KeyFile) -> list[str]:
    """The lines of words, without their numbers.

    Raises:
        KeyFileError: it is a station's.
    """
    content = paper_bytes(key)
    pieces = [content[at : at + LINE_BYTES] for at in range(0, len(content), LINE_BYTES)]
    return [" ".join(words_of(piece + _line_check(number, piece))) for number, piece in enumerate(pieces, start=1)]


def qr_text(key: KeyFile) -> str:
    """What the QR code holds.

    Raises:
        KeyFileError: it is a station's.
    """
    return QR_BEGINS + base64.b32encode(paper_bytes(key)).decode().rstrip("=")


@dataclass(slots=True)
class PaperReader:
    """A sheet as it is typed in, line by line, or scanned at once."""

    _lines: list[bytes] = field(default_factory=list, repr=False)

    @property
    def next_line(self) -> int:
        """Which line is wanted, from 1."""
        return len(self._lines) + 1

    @property
    def is_whole(self) -> bool:
        """Whether every line was read."""
        return len(self._lines) >= LINES

    def read(self, text: str) -> None:
        """Take one line of words, with or without its number in front, or the whole text of the QR code.

        Raises:
            PaperFault: it does not add up; nothing of it was taken.
        """
        scanned = text.strip().upper()
        if scanned.startswith(QR_BEGINS):
            self._lines = _lines_of_qr(scanned.removeprefix(QR_BEGINS))
            return
        line = self.next_line
        words = _LABEL.sub("", text).split()
        found = [(word, byte_of(word)) for word in words]
        for word, byte in found:
            if byte is None:
                like = word_like(word)
                hint = f": is it {like!r}?" if like else ""
                raise PaperFault(f"line {line}: {word!r} is no word of such a sheet{hint}")
        content = bytes(byte for _, byte in found if byte is not None)
        wanted = 1 + min(LINE_BYTES, PAPER_BYTES - LINE_BYTES * (line - 1))
        if len(content) != wanted:
            raise PaperFault(f"line {line}: {wanted} words are wanted, {len(content)} were typed")
        if content[-1:] != _line_check(line, content[:-1]):
            raise PaperFault(f"line {line} does not add up: compare each word with the sheet, and the line's number")
        self._lines.append(content[:-1])

    def key(self) -> KeyFile:
        """The key, still under its passphrase.

        Raises:
            PaperFault: lines are missing, or they are not of one sheet.
        """
        if not self.is_whole:
            raise PaperFault(f"line {self.next_line} and what follows are missing: a sheet has {LINES} lines")
        return key_of_paper(b"".join(self._lines))


def read_lines(text: str) -> KeyFile:
    """The key in a text that holds a sheet: its QR code's text, or its numbered lines; the rest is not looked at.

    Raises:
        PaperFault: there is no whole sheet in it.
    """
    reader = PaperReader()
    for line in text.splitlines():
        if not reader.is_whole and (QR_BEGINS in line.upper() or _LABEL.match(line)):
            reader.read(line)
    return reader.key()


def _lines_of_qr(text: str) -> list[bytes]:
    try:
        content = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise PaperFault("the code was not read whole: scan it again, or type the words") from None
    key_of_paper(content)
    return [content[at : at + LINE_BYTES] for at in range(0, len(content), LINE_BYTES)]


def _line_check(line: int, content: bytes) -> bytes:
    return _check(bytes([line]), content, 1)


def _check(label: bytes, content: bytes, size: int) -> bytes:
    return sha256(label + content).digest()[:size]
