"""Make the tables of codec 3 and the prime of codecs 1 and 2 from the corpus: `make corpus`."""

import argparse
import sys
from array import array
from bisect import bisect_left
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import Final

from protocol.mixing.tables import MAGIC, TABLES_BYTES_MAX, Tables, tree
from protocol.mixing.units import Alphabet
from tests.corpus.alphabet import codes
from tests.corpus.counting import FOLDS, Counting, Counts
from tests.corpus.priming import prime
from tests.corpus.specified import specify
from tests.corpus.texts import LANGUAGES, voices, words
from tests.corpus.training import LEVEL_BY_COUNT, SQUASHED, Trained, Training

SHIPPED: Final = Path(__file__).resolve().parents[2] / "protocol" / "tables"
TABLES: Final = "mixing-1.bin"
PRIME: Final = "prime-1.txt"
BUCKET_BITS: Final = 16
COUNT_VALUES: Final = (*range(128), *((16 + step % 16) << 3 + step // 16 for step in range(128)))
"""What a count byte stands for: every count below 128, then sixteen steps an octave."""


def tables(without: str | None = None) -> bytes:
    """The file, from every voice but one."""
    corpus = voices(without)
    characters, lengths = codes(text for voice in corpus for text in voice.messages)
    counting = Counting(Alphabet.of(characters))
    for number, voice in enumerate(corpus):
        for text in voice.messages:
            counting.add_message(text, voice.language, number % FOLDS)
    for language in range(len(LANGUAGES)):
        for word in words(language):
            counting.add_word(word, language)
    trained = Training(counting, tree(lengths), corpus).learn()
    for name, share in zip(LANGUAGES, trained.left_out, strict=True):
        print(f"{name}: {share:.3f} of UTF-8 where the voice was left out")  # noqa: T201
    return _file(characters, lengths, trained, counting.totals)


def _file(characters: list[int], lengths: list[int], trained: Trained, totals: Counts) -> bytes:
    buckets: list[list[bytes]] = [[] for _ in range(1 << BUCKET_BITS)]
    for code, seen in sorted(totals.items()):
        buckets[code & (1 << BUCKET_BITS) - 1].append(_record(code, seen))
    starts = array("I", [0])
    for bucket in buckets:
        starts.append(starts[-1] + sum(map(len, bucket)))
    if sys.byteorder == "big":
        starts.byteswap()
    return b"".join((
        pack("<8sBBBB", MAGIC, len(characters), BUCKET_BITS, 0, 0),
        pack(f"<{len(characters)}I", *characters),
        bytes(lengths),
        pack("<256I", *COUNT_VALUES),
        bytes(LEVEL_BY_COUNT),
        pack(f"<{len(SQUASHED)}H", *SQUASHED),
        pack(f"<{len(trained.maps)}h", *trained.maps),
        *(pack(f"<{len(row)}i", *row) for row in (trained.by_found, trained.by_node, trained.by_depth, trained.case)),
        starts.tobytes(),
        *(record for bucket in buckets for record in bucket),
    ))  # fmt: skip


def _record(code: int, seen: dict[int, int]) -> bytes:
    units = sorted(seen)
    counts = bytes(min(255, bisect_left(COUNT_VALUES, seen[unit])) for unit in units)
    return bytes((code >> 16 & 0xFF, code >> 24, len(units), *units)) + counts


def main() -> int:
    """Write the file; 1 when it would not fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", help="leave out this voice, to measure on it")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="the folder")
    asked = parser.parse_args()
    raw = tables(asked.without)
    print(f"{len(raw)} bytes, SHA-256 {sha256(raw).hexdigest()}")  # noqa: T201
    if len(raw) > TABLES_BYTES_MAX:
        return 1
    Tables(raw)
    primed = prime(voices(asked.without))
    print(f"prime of {len(primed)} bytes, SHA-256 {sha256(primed).hexdigest()}")  # noqa: T201
    (asked.to / TABLES).write_bytes(raw)
    (asked.to / PRIME).write_bytes(primed)
    if asked.to == SHIPPED:
        specify(SHIPPED, (TABLES, PRIME))
    return 0


if __name__ == "__main__":
    sys.exit(main())
