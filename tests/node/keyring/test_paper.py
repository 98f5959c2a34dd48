"""A key on paper comes back whole by words or by code, and what is mistyped is found in its line."""

import random
from collections.abc import Callable

import pytest

from node.keyring.errors import KeyFileError, WrongPassphrase
from node.keyring.keyfile import Holder, KeyFile, make_key_file
from node.keyring.paper import (
    LINES,
    PaperFault,
    PaperReader,
    key_of_paper,
    paper_bytes,
    paper_lines,
    qr_text,
    read_lines,
)
from node.keyring.safe_words import WORDS, byte_of, draw_passphrase, words_of
from tests.support.station_files import CHEAP

PASSPHRASE = "rødgrød med fløde"


@pytest.fixture(scope="module")
def key() -> KeyFile:
    return make_key_file(Holder.AUTHORITY, 513, random.Random(7).randbytes, PASSPHRASE, cost=CHEAP)


def typed(reader: PaperReader, lines: list[str]) -> KeyFile:
    for line in lines:
        reader.read(line)
    return reader.key()


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        fresh = [at]
        for along, against in enumerate(other, start=1):
            fresh.append(min(row[along] + 1, fresh[-1] + 1, row[along - 1] + (letter != against)))
        row = fresh
    return row[-1]


def test_three_letters_tell_every_word_and_one_slip_makes_no_other() -> None:
    assert len(WORDS) == 256
    assert len({word[:3] for word in WORDS}) == 256
    assert all(word.isascii() and word.islower() for word in WORDS)
    assert [byte_of(word[:3].upper()) for word in WORDS] == list(range(256))
    assert all(distance(one, other) > 1 for at, one in enumerate(WORDS) for other in WORDS[:at])


def test_drawn_passphrase_is_six_words() -> None:
    assert draw_passphrase(lambda count: bytes(range(count))).split() == words_of(bytes(range(6)))


def test_key_comes_back_from_its_words(key: KeyFile) -> None:
    lines = paper_lines(key)
    assert len(lines) == LINES == 12
    back = typed(PaperReader(), lines)
    assert back == key
    assert back.open(PASSPHRASE).public_keys() == (key.public_key, b"")
    with pytest.raises(WrongPassphrase):
        back.open("forkert ord")


def test_three_letters_of_each_word_are_enough(key: KeyFile) -> None:
    assert (
        typed(PaperReader(), [" ".join(word[:3].upper() for word in line.split()) for line in paper_lines(key)]) == key
    )


def test_key_comes_back_from_its_code(key: KeyFile) -> None:
    reader = PaperReader()
    reader.read(f"  {qr_text(key).lower()}\n")
    assert reader.is_whole
    assert reader.key() == key
    assert set(qr_text(key)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")


@pytest.mark.parametrize("exercise", [False, True])
def test_an_exercise_key_stays_one(exercise: bool) -> None:
    key = make_key_file(Holder.OPERATOR, 65535, random.Random(8).randbytes, PASSPHRASE, exercise=exercise)
    assert key_of_paper(paper_bytes(key)).exercise is exercise
    assert key_of_paper(paper_bytes(key)) == key


def test_any_changed_bit_is_noticed(key: KeyFile) -> None:
    content = paper_bytes(key)
    for bit in range(len(content) * 8):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(PaperFault):
            key_of_paper(bytes(changed))


Spoiling = Callable[[list[str]], list[str]]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda words: [words[2], words[1], words[0], *words[3:]], "line 1 does not add up"),
        (lambda words: words[:-1], "11 words are wanted, 10"),
        (lambda words: ["bllon", *words[1:]], "'bllon' is no word of such a sheet: is it 'ballon'?"),
    ],
)
def test_a_mistyped_line_is_told_and_can_be_typed_again(key: KeyFile, spoil: Spoiling, told: str) -> None:
    lines = paper_lines(key)
    reader = PaperReader()
    with pytest.raises(PaperFault, match=told.replace("?", r"\?")):
        reader.read(" ".join(spoil(lines[0].split())))
    assert reader.next_line == 1
    assert typed(reader, lines) == key


def test_a_line_in_another_ones_place_is_noticed(key: KeyFile) -> None:
    reader = PaperReader()
    with pytest.raises(PaperFault, match="line's number"):
        reader.read(paper_lines(key)[1])


def test_lines_of_two_sheets_make_no_key(key: KeyFile) -> None:
    other = make_key_file(Holder.AUTHORITY, 513, random.Random(9).randbytes, PASSPHRASE)
    with pytest.raises(PaperFault, match="one sheet"):
        typed(PaperReader(), [*paper_lines(key)[:6], *paper_lines(other)[6:]])


def test_a_sheet_is_read_from_a_page_with_other_lines_about_it(key: KeyFile) -> None:
    numbered = [f"{number:2}  {line}" for number, line in enumerate(paper_lines(key), start=1)]
    assert read_lines("\n".join(["a heading", "", *numbered, "", "some advice"])) == key
    with pytest.raises(PaperFault, match="line 12"):
        read_lines("\n".join(numbered[:-1]))


def test_an_open_key_is_not_for_paper() -> None:
    with pytest.raises(KeyFileError, match="not for paper"):
        paper_lines(make_key_file(Holder.STATION, 1, random.Random(1).randbytes))
