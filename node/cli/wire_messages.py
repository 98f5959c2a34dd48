"""The messages of a file, one a line: read within bounds, and refused with the number of the line that is not right."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from protocol.codec import TEXT_BYTES_MAX

FILE_BYTES_MAX: Final = 4 << 20
"""Ten thousand messages of 400 bytes."""
LINES_MAX: Final = 10_000
"""A month of a busy staff; coding them takes minutes."""
STANDARD_INPUT: Final = Path("-")


class MessagesUnusable(Exception):
    """The file cannot be measured; the text says where and the remedy."""


def read_messages(file: Path) -> list[str]:
    """Every line that is not empty, without blanks at its ends.

    Raises:
        MessagesUnusable: it cannot be read, is too large, or a line of it is no message.
    """
    messages = list(_messages(_content(file), file))
    if len(messages) > LINES_MAX:
        raise MessagesUnusable(f"{file}: {len(messages)} messages, at most {LINES_MAX}: measure a part of them")
    if not messages:
        raise MessagesUnusable(f"{file}: no message in it: write one a line")
    return messages


def _content(file: Path) -> bytes:
    try:
        if file == STANDARD_INPUT:
            raw = sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
        else:
            with file.open("rb") as opened:
                raw = opened.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise MessagesUnusable(f"{file}: {error.strerror or error}") from error
    if len(raw) > FILE_BYTES_MAX:
        raise MessagesUnusable(f"{file}: more than {FILE_BYTES_MAX} bytes: measure a part of it")
    return raw


def _messages(raw: bytes, file: Path) -> Iterator[str]:
    for number, line in enumerate(raw.split(b"\n"), 1):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            raise MessagesUnusable(
                f"{file}, line {number}: byte {error.start} is no UTF-8: save it as UTF-8"
            ) from error
        size = len(text.encode())
        if size > TEXT_BYTES_MAX:
            raise MessagesUnusable(f"{file}, line {number}: {size} bytes, at most {TEXT_BYTES_MAX}: make two of it")
        if text:
            yield text
