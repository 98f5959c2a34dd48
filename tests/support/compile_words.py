"""Compile the catalogues: `python -m tests.support.compile_words`. Writes gettext's .mo (its manual, 10.3)."""

import ast
import struct
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "node" / "words"


def read_po(text: str) -> dict[str, str]:
    """The pairs of a .po file: msgid and msgstr of one or more quoted lines."""
    pairs: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    into = ""
    for line in [*text.splitlines(), 'msgid ""']:
        keyword, _, rest = line.partition(" ")
        if keyword == "msgid" and into:
            pairs[parts["msgid"]] = parts["msgstr"]
        if keyword in parts:
            into = keyword
            parts[keyword] = ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[into] += ast.literal_eval(line)
    return pairs


def compiled(pairs: dict[str, str]) -> bytes:
    """The .mo file: header, two tables of lengths and offsets, the texts."""
    ordered = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    texts = b""
    tables: list[list[tuple[int, int]]] = [[], []]
    start = 28 + 16 * len(ordered)
    for column in (0, 1):
        for pair in ordered:
            tables[column].append((len(pair[column]), start + len(texts)))
            texts += pair[column] + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(ordered), 28, 28 + 8 * len(ordered), 0, start)
    return header + b"".join(struct.pack("<2I", *entry) for table in tables for entry in table) + texts


def main() -> None:
    """Compile every catalogue beside its source."""
    for po in WORDS.glob("*/bavn.po"):
        po.with_suffix(".mo").write_bytes(compiled(read_po(po.read_text())))


if __name__ == "__main__":
    main()
