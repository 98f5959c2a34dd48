"""Sheets for the safe: a wrapped key in words, as text or as a page with its code; a station's name and fingerprint."""

from hashlib import sha256
from html import escape
from typing import Final

from hardware.qr_picture import svg
from node.keyring.keyfile import Holder, KeyFile
from node.keyring.paper import paper_lines, qr_text
from node.words.catalogue import Words
from node.words.page import Row, aligned, folded

COLUMNS: Final = 100
"""An upright A4 page in the type that printers give plain text."""
FINGERPRINT_DIGITS: Final = 32
"""128 bits: what is compared by reading it aloud."""

_HOLDERS: Final = {
    Holder.ROOT: "the network's root",
    Holder.AUTHORITY: "authority {number}",
    Holder.STATION: "station {number}",
    Holder.OPERATOR: "operator {number}",
}
_FOR_EXERCISES: Final = "{holder}, for exercises"
_KEY_TITLE: Final = "BAVN: A KEY FOR THE SAFE"
_STATION_TITLE: Final = "BAVN: A STATION"
_CLOSED: Final = (
    "The key stands here closed under its passphrase. Without the passphrase nobody can use this sheet, and without it"
    " nobody can help. Keep the passphrase in another place than the sheet."
)
_TYPE_IT: Final = (
    "To bring the key back: bavn key restore DIR and type the lines, or scan the code. The first three letters of a"
    " word are enough. Each line is checked when it is typed."
)
_NOT_HERE: Final = (
    "A station's key is not on paper, since it lies open. A station that is lost or dead is replaced, not restored:"
    " bavn roster replace-station DIR {number}"
)
_COMPARE: Final = "Compare the fingerprint with what  bavn key show  says on the station."
_HOLDER, _FINGERPRINT = "holder", "fingerprint"

TEXTS: Final = (
    *_HOLDERS.values(),
    _FOR_EXERCISES,
    _KEY_TITLE,
    _STATION_TITLE,
    _CLOSED,
    _TYPE_IT,
    _NOT_HERE,
    _COMPARE,
    _HOLDER,
    _FINGERPRINT,
)


def fingerprint(public_key: bytes) -> str:
    """Of a public key, in groups of four to read aloud."""
    digits = sha256(public_key).hexdigest()[:FINGERPRINT_DIGITS]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def holder_text(words: Words, key: KeyFile) -> str:
    """Whose key it is."""
    holder = words(_HOLDERS[key.holder]).format(number=key.number)
    return words(_FOR_EXERCISES).format(holder=holder) if key.exercise else holder


def sheet_page(words: Words, key: KeyFile, named: str) -> list[str]:
    """The sheet as lines of text.

    Args:
        words: the language.
        key: a person's under its passphrase, or a station's, of which only the fingerprint is shown.
        named: how the roster calls the holder; empty when that is not known.
    """
    holder = f"{holder_text(words, key)}   {named}".rstrip()
    rows: list[Row] = [(words(_HOLDER), holder), (words(_FINGERPRINT), fingerprint(key.public_key))]
    if key.wrapped is None:
        advice = [words(_NOT_HERE).format(number=key.number), words(_COMPARE)]
        return [words(_STATION_TITLE), "", *aligned(rows, COLUMNS), "", *_paragraphs(advice)]
    lines = [f"{number:3}  {line}" for number, line in enumerate(paper_lines(key), start=1)]
    advice = [words(_CLOSED), words(_TYPE_IT)]
    return [words(_KEY_TITLE), "", *aligned(rows, COLUMNS), "", *lines, "", *_paragraphs(advice)]


def sheet_html(words: Words, key: KeyFile, named: str) -> str:
    """The same as a page for a browser to print, with the code beside the words."""
    title, *lines = sheet_page(words, key, named)
    code = "" if key.wrapped is None else f"<p>{svg(qr_text(key))}</p>\n"
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n</head>\n<body>\n'
        f"<h1>{escape(title)}</h1>\n<pre>{escape(chr(10).join(lines))}</pre>\n{code}</body>\n</html>\n"
    )


def _paragraphs(texts: list[str]) -> list[str]:
    return [line for text in texts for line in folded(text, COLUMNS)]
