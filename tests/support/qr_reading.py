"""Reads a QR code from the picture that a console shows: independent of what drew it, without error correction.

Byte or alphanumeric mode, versions 2 to 6 of level L, whose codewords lie in one block (version 6: two, interleaved).
ISO/IEC 18004.
"""

import re
from collections.abc import Iterator

MASKS = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
DATA_CODEWORDS = {2: 34, 3: 55, 4: 80, 5: 108, 6: 136}
FORMAT_MASK = 0b101010000010010
LEVEL_L = 0b01
BYTE_MODE = 0b0100
ALPHANUMERIC_MODE = 0b0010
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def modules(lines: list[str]) -> list[list[bool]]:
    """Return which modules are dark, the quiet zone left out."""
    rows = [[line[at : at + 2] == "  " for at in range(0, len(line), 2)] for line in lines]
    quiet = next(at for at, row in enumerate(rows) if any(row))
    assert quiet >= 1, "no quiet zone"
    assert all(row[:quiet] == [False] * quiet == row[-quiet:] for row in rows), "the quiet zone is not light"
    return [row[quiet:-quiet] for row in rows[quiet:-quiet]]


def read(lines: list[str]) -> str:
    """Read the text in a picture."""
    return read_modules(modules(lines))


def read_modules(dark: list[list[bool]]) -> str:
    """Read the text of a code whose dark modules are known."""
    side = len(dark)
    version = (side - 17) // 4
    mask = MASKS[format_of(dark) & 0b111]
    bits = "".join(str(int(dark[row][column] ^ mask(row, column))) for row, column in data_places(side, version))
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)][: DATA_CODEWORDS[version]]
    if version == 6:
        words = words[::2] + words[1::2]
    stream = "".join(f"{word:08b}" for word in words)
    if int(stream[:4], 2) == ALPHANUMERIC_MODE:
        return "".join(alphanumerics(stream))
    assert int(stream[:4], 2) == BYTE_MODE
    length = int(stream[4:12], 2)
    content = (int(stream[12 + 8 * at : 20 + 8 * at], 2) for at in range(length))
    return bytes(content).decode()


def svg_modules(picture: str) -> list[list[bool]]:
    """Return which modules a picture's one path strokes, row by row, the quiet zone left out."""
    path = re.search(r'd="([^"]+)"', picture)
    assert path is not None
    column, row = 0.0, 0.0
    dark: set[tuple[int, int]] = set()
    for order, numbers in re.findall(r"([Mmh])([-\d. ]+)", path[1]):
        parts = [float(number) for number in numbers.split()]
        if order == "h":
            dark |= {(int(row), int(column) + at) for at in range(int(parts[0]))}
            column += parts[0]
        else:
            moved = parts if order == "M" else [column + parts[0], row + parts[1]]
            column, row = moved
    first, last = min(dark)[0], max(dark)[0]
    size = re.search(r'width="(\d+)"', picture)
    scale = re.search(r"scale\((\d+)\)", picture)
    assert size is not None
    assert scale is not None
    assert int(size[1]) // int(scale[1]) == last + 1 + first, "the quiet zone is the same all around"
    return [[(at, along) in dark for along in range(first, last + 1)] for at in range(first, last + 1)]


def alphanumerics(stream: str) -> Iterator[str]:
    """Two characters in eleven bits, a last single one in six."""
    length = int(stream[4:13], 2)
    for at in range(length // 2):
        yield from (ALPHANUMERIC[part] for part in divmod(int(stream[13 + 11 * at : 24 + 11 * at], 2), 45))
    if length % 2:
        at = 13 + 11 * (length // 2)
        yield ALPHANUMERIC[int(stream[at : at + 6], 2)]


def format_of(dark: list[list[bool]]) -> int:
    places = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    format_bits = int("".join(str(int(dark[row][column])) for row, column in places), 2) ^ FORMAT_MASK
    assert format_bits >> 13 == LEVEL_L
    return format_bits >> 10


def data_places(side: int, version: int) -> Iterator[tuple[int, int]]:
    """Go through the modules that carry data: two columns at a time from the right, up and down in turn."""
    upward = True
    columns = [*range(side - 1, 6, -2), *range(5, 0, -2)]
    for right in columns:
        for row in range(side - 1, -1, -1) if upward else range(side):
            for column in (right, right - 1):
                if not is_fixed(row, column, side, version):
                    yield row, column
        upward = not upward


def is_fixed(row: int, column: int, side: int, version: int) -> bool:
    finder = (row < 9 and column < 9) or (row < 9 and column >= side - 8) or (row >= side - 8 and column < 9)
    middle = 4 * version + 10
    alignment = abs(row - middle) <= 2 and abs(column - middle) <= 2
    return finder or alignment or row == 6 or column == 6
