"""Codec 3 read a second time, from the words of SPEC.md, section 5, alone: slow, plain, nothing taken from `protocol`.

It refuses nothing; it shows that the document says all that a reader of golden bodies must know.
"""

import struct
from zlib import crc32

END, ESCAPE, SHIFT = 0x110000, 0x110001, 0x110002
SOURCES, CASE_SOURCES = 12, 8


class Numbers:
    """Numbers from a file, one kind after the other."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0

    def take(self, kind: str, count: int = 1) -> tuple[int, ...]:
        layout = f"<{count}{kind}"
        found = struct.unpack_from(layout, self.raw, self.at)
        self.at += struct.calcsize(layout)
        return found

    def rows(self, count: int, width: int, kind: str) -> list[tuple[int, ...]]:
        return [self.take(kind, width) for _ in range(count)]


class Arithmetic:
    """Bits by their chances."""

    def __init__(self, body: bytes) -> None:
        self.body = body + bytes(4096)
        self.low, self.high = 0, 0xFFFFFFFF
        self.at = 4
        self.code = int.from_bytes(self.body[:4], "big")

    def bit(self, chance: int) -> int:
        middle = self.low + ((self.high - self.low) * chance >> 16)
        bit = int(self.code <= middle)
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while self.low >> 24 == self.high >> 24:
            self.low = self.low % 2**24 * 256
            self.high = self.high % 2**24 * 256 + 255
            self.code = self.code % 2**24 * 256 + self.body[self.at]
            self.at += 1
        return bit


class SecondReader:
    """The tables, as the document lays them out."""

    def __init__(self, raw: bytes) -> None:
        numbers = Numbers(raw)
        assert bytes(numbers.take("B", 8)) == b"BavnMix1"
        size, self.bucket_bits, _, _ = numbers.take("B", 4)
        self.characters = numbers.take("I", size)
        lengths = numbers.take("B", size)
        self.counts = numbers.take("I", 256)
        self.levels = numbers.take("B", 256)
        self.squash = numbers.take("H", 4096)
        self.opinions = numbers.rows(20, 144, "h")
        self.found = numbers.rows(24, 13, "i")
        self.node = numbers.rows(512, 13, "i")
        self.depth = numbers.rows(64, 13, "i")
        self.case = numbers.rows(8, 9, "i")
        self.buckets = numbers.take("I", 2**self.bucket_bits + 1)
        self.records = raw[numbers.at :]
        self.codes: list[str] = []
        code = 0
        for rank, length in enumerate(lengths):
            if rank:
                code = (code + 1) << (length - lengths[rank - 1])
            self.codes.append(f"{code:0{length}b}")
        prefixes = {code[:end] for code in self.codes for end in range(len(code))}
        # In order: a fork, then all below it, then all above it. That is how strings of 0 and 1 are ordered.
        self.forks = {prefix: number for number, prefix in enumerate(sorted(prefixes))}

    def record(self, key: bytes) -> dict[int, int]:
        c = crc32(key)
        bucket = c % 2**self.bucket_bits
        at, end = self.buckets[bucket], self.buckets[bucket + 1]
        while at < end:
            check, n = struct.unpack_from("<HB", self.records, at)
            if check == c >> 16:
                units = self.records[at + 3 : at + 3 + n]
                return {u: self.counts[b] for u, b in zip(units, self.records[at + 3 + n :], strict=False)}
            at += 3 + 2 * n
        return {}

    def chance(self, total: int) -> int:
        return min(65512, max(24, self.squash[min(4095, max(0, (total >> 16) + 2048))]))

    def level(self, count: int) -> int:
        return self.levels[count] if count < 256 else 11

    def text(self, body: bytes) -> str:
        bits = Arithmetic(body)
        language = 0
        if bits.bit(16384):
            language = 1
            if bits.bit(43691):
                language = 3 if bits.bit(32768) else 2
        digraphs = bits.bit(1024)
        text = "".join(self._characters(bits, language))
        if digraphs:
            for letter, pair in ("æ", "ae"), ("ø", "oe"), ("å", "aa"):
                small = set("abcdefghijklmnopqrstuvwxyzæøå")
                text = "".join(
                    pair.capitalize() if one == letter.upper() and after in small else one
                    for one, after in zip(text, [*text[1:], ""], strict=True)
                )
                text = text.replace(letter, pair).replace(letter.upper(), pair.upper())
        return text

    def _characters(self, bits: Arithmetic, language: int) -> list[str]:
        h = [0x7F] * 8
        capitals = [False] * 8
        w, v, u = b"", b"", b""
        answers: list[int] = []
        m = n = 0
        out: list[str] = []
        while True:
            letter = [self._is_letter(one) for one in h]
            d = [0x7E if self._is_digit(one) else one for one in h]
            s = [0x7B if is_letter else one for is_letter, one in zip(letter, d, strict=True)]
            x = int(capitals[-1])
            a, capital = 0, False
            if h[-1] < len(self.characters) and self.characters[h[-1]] == SHIFT:
                a, capital = 2, True
            elif not w or x:
                latest = [0, 0, 0, *answers][-3:]
                r = 9 * latest[2] + 3 * latest[1] + latest[0]
                keys = [
                    [0x20, x, d[-1]],
                    [0x21, x, r, *d[-2:]],
                    [0x22, x, *d[-3:]],
                    [0x23, x, *d[-5:]],
                    [0x24, x, r, s[-1]],
                    [0x25, x, h[-1], *(b"" if w else v)],
                    [0x26, x, s[-1], min(m, 7), min(n, 7)],
                    [0x27, x, int(bool(w)), min(n, 3), min(m, 3), *h[-2:]],
                ]
                capital = self._case(bits, keys)
                answers.append(2 if capital else 1)
                a = 2 if capital else 1
            p = [0x7D, 0] if w else [h[-1], d[-2]]
            keys = [
                [0, a],
                [1, a, h[-1]],
                [2, a, *h[-2:]],
                [3, *h[-3:]],
                [4, *h[-4:]],
                [5, *d[-5:-1], h[-1]],
                [6, *p, *w],
                [7, p[0], *w, 0x7C, *v],
                [8, p[0], *w, 0x7C, *u],
                [9, a, *s[-7:]],
                [10, a, *d[-4:]],
                [11, language, p[0], *w],
            ]
            unit = self._unit(bits, [self.record(bytes(key)) for key in keys], language)
            character = self.characters[unit]
            if character == END:
                return out
            if character == ESCAPE:
                out.append(self._escaped(bits))
            elif character != SHIFT:
                out.append(chr(character - 32 if capital else character))
            if self._is_letter(unit):
                if not w:
                    m, n = m + (not capital), n + capital
                w += bytes([unit])
            else:
                if w:
                    w, v, u = b"", w, v
                if self._is_digit(unit) and d[-1] != 0x7E:
                    v, u = b"\x7e", v
            h.append(unit)
            capitals.append(capital and self._is_letter(unit))

    def _case(self, bits: Arithmetic, keys: list[list[int]]) -> bool:
        seen = [self.record(bytes(key)) for key in keys]
        row = self.case[bool(seen[3]) + 2 * bool(seen[2]) + 4 * bool(seen[5])]
        total = row[8] * 77
        for source, one in enumerate(seen):
            if one:
                at = self.level(one.get(0, 0)) * 12 + self.level(one.get(1, 0))
                total += row[source] * self.opinions[12 + source][at]
        return bool(bits.bit(self.chance(total)))

    def _escaped(self, bits: Arithmetic) -> str:
        code = 0
        for _ in range(21 if bits.bit(32768) else 11):
            code = 2 * code + bits.bit(32768)
        return chr(code)

    def _unit(self, bits: Arithmetic, seen: list[dict[int, int]], language: int) -> int:
        code = ""
        while code not in self.codes:
            possible = [rank for rank, one in enumerate(self.codes) if one.startswith(code)]
            below = {rank for rank in possible if self.codes[rank].startswith(code + "0")}
            sums = []
            for one in seen:
                at_all = [(rank in below, count) for rank, count in one.items() if rank in possible]
                low = sum(count for is_below, count in at_all if is_below)
                sums.append((low, sum(count for is_below, count in at_all if not is_below)) if at_all else None)
            highest = max((source for source in range(1, 6) if sums[source]), default=0)
            word, pair = sums[6], sums[7]
            both = bool(word and word[0] and word[1])
            rows = (
                self.found[4 * highest + 2 * bool(pair) + bool(word)],
                self.node[128 * language + self.forks[code]],
                self.depth[8 * min(len(code), 7) + 4 * bool(word) + 2 * both + bool(pair)],
            )
            total = sum(row[12] for row in rows) * 77
            for source, counts in enumerate(sums):
                if counts:
                    opinion = self.opinions[source][self.level(counts[0]) * 12 + self.level(counts[1])]
                    total += sum(row[source] for row in rows) * opinion
            code += str(bits.bit(self.chance(total)))
        return self.codes.index(code)

    def _is_letter(self, unit: int) -> bool:
        code = self.characters[unit] if unit < len(self.characters) else 0
        return 0x61 <= code <= 0x7A or (0xDF <= code <= 0xFF and code != 0xF7)

    def _is_digit(self, unit: int) -> bool:
        return unit < len(self.characters) and 0x30 <= self.characters[unit] <= 0x39
