"""Codes and names of the holders of numbers: what people read, so nothing that looks like something else.

A code is 1 to 5 letters of A-Z, 0-9, Æ, Ø, Å; a name 1 to 40 bytes of UTF-8 (SPEC.md, section 10).
"""

import re
from typing import Final

from protocol.reasons import Dropped, Reason

NAME_BYTES_MAX: Final = 40
CODE: Final = re.compile(r"[A-Z0-9ÆØÅ]{1,5}")
NAME_REFUSED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|^ | $|^$")
"""Control characters, and the invisible ones that make a name look like another; blanks at an end."""


def encode_names(code: str, name: str) -> bytes:
    """`length u8 | code | name`."""
    letters = code.encode()
    return bytes([len(letters)]) + letters + name.encode()


def decode_names(raw: bytes) -> tuple[str, str] | Dropped:
    """Read a code and a name that fill the rest of a body."""
    length = raw[0] if raw else 0
    if len(raw) < 1 + length:
        return Dropped(Reason.STATEMENT_MALFORMED, "code")
    try:
        return raw[1 : 1 + length].decode(), raw[1 + length :].decode()
    except UnicodeDecodeError:
        return Dropped(Reason.STATEMENT_MALFORMED, "code or name is not UTF-8")


def names_fault(code: str, name: str) -> Dropped | None:
    """What no receiver would accept of a code and a name."""
    if not CODE.fullmatch(code):
        return Dropped(Reason.STATEMENT_MALFORMED, "code")
    # Half a surrogate pair has no form in UTF-8; it counts as bytes here and is refused like a control character.
    is_long = len(name.encode(errors="surrogatepass")) > NAME_BYTES_MAX
    if is_long or NAME_REFUSED.search(name) or any("\ud800" <= letter <= "\udfff" for letter in name):
        return Dropped(Reason.STATEMENT_MALFORMED, "name")
    return None
