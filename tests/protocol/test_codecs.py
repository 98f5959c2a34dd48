"""The text codecs: every text comes back, none grows, and no bytes do more than be refused by reason."""

import itertools
import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.daemon.text_codecs import loaded
from protocol.codec import TEXT_BYTES_MAX, Codec, Codecs
from protocol.mixing import coding
from protocol.mixing.arithmetic import BitReader, BitWriter
from protocol.mixing.tables import LANGUAGES, Tables, TablesDamaged, tree
from protocol.mixing.units import with_digraphs, without_digraphs
from protocol.reasons import Dropped, LocalProtocolError, Reason
from tests.corpus.build import SHIPPED, TABLES
from tests.support.codec_cases import codec_vectors
from tests.support.second_reader import SecondReader
from tests.support.wire_vectors import FOLDER

SHIPPED_CODECS = (Codec.RAW, Codec.DEFLATE, Codec.MIXING)


@pytest.fixture(scope="module")
def codecs() -> Codecs:
    return loaded()


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables((SHIPPED / TABLES).read_bytes())


def coded(codecs: Codecs, text: str, codec: Codec) -> bytes:
    return dict(codecs.forms(text))[codec]


texts = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from("aeoAEOæøåÆØÅ abnkl.0123456789\nÉß€ÿŸ"), max_size=40),
    st.sampled_from(["Strømmen er væk", "SAVNET", "kVA", "Aabenraa", "aeldre paa oe", "ÆRØ", "OE"]),
)


@given(text=texts)
@settings(max_examples=60, deadline=None)
def test_every_text_comes_back_from_every_codec_and_grows_by_nothing(codecs: Codecs, text: str) -> None:
    for codec, body in codecs.forms(text):
        assert codecs.decode(codec, body) == text
    _, body = codecs.encode(text)
    assert len(body) <= len(text.encode())


@given(codec=st.sampled_from(SHIPPED_CODECS), body=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_arbitrary_bytes_are_a_text_within_bounds_or_refused_by_reason(codecs: Codecs, codec: int, body: bytes) -> None:
    match codecs.decode(codec, body):
        case Dropped(reason):
            assert reason in {Reason.BAD_TEXT, Reason.TEXT_TOO_LONG}
        case text:
            assert len(text.encode()) <= TEXT_BYTES_MAX


@given(codec=st.sampled_from(SHIPPED_CODECS), text=texts, at=st.integers(0, 1000), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_changed_bit_raises_nothing(codecs: Codecs, codec: Codec, text: str, at: int, bit: int) -> None:
    body = bytearray(coded(codecs, text, codec))
    if body:
        body[at % len(body)] ^= 1 << bit
    assert isinstance(codecs.decode(codec, bytes(body)), str | Dropped)


@given(body=st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_what_mixing_reads_is_what_it_writes(tables: Tables, body: bytes) -> None:
    """One body for one text, language and way of writing: nothing can be hidden in how it is coded."""
    text = coding.decode(tables, body, TEXT_BYTES_MAX)
    if isinstance(text, str):
        ways = itertools.product(range(LANGUAGES), range(2))
        assert body in [coding.encoded(tables, text, language, digraphs) for language, digraphs in ways]


@pytest.mark.parametrize("tail", [b"\0", b"\1", b"\xff", b"\0\0\0\0\0"])
def test_a_body_with_more_behind_its_end_is_no_text(codecs: Codecs, tail: bytes) -> None:
    for codec in (Codec.DEFLATE, Codec.MIXING):
        answer = codecs.decode(codec, coded(codecs, "Vandet stiger.", codec) + tail)
        assert isinstance(answer, Dropped)
        assert answer.reason is Reason.BAD_TEXT


def test_a_bomb_ends_at_the_bound(codecs: Codecs) -> None:
    longest = "a" * TEXT_BYTES_MAX
    assert codecs.decode(*codecs.encode(longest)) == longest
    deflated = coded(codecs, longest, Codec.DEFLATE)
    assert len(deflated) < 40
    bomb = Codecs(b"a" * 300)
    body = coded(bomb, longest, Codec.DEFLATE)
    # A stored block of one byte, not the last, and then the text that fills the bound by itself.
    answer = bomb.decode(Codec.DEFLATE, b"\x00\x01\x00\xfe\xffa" + body)
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.TEXT_TOO_LONG


@pytest.mark.parametrize(("text", "digraphs"), [("vand " * 820, 0), ("a" * 4097, 0), ("aa" * 2049, 1)])
def test_a_bomb_of_mixing_ends_at_the_bound(codecs: Codecs, tables: Tables, text: str, digraphs: int) -> None:
    answer = codecs.decode(Codec.MIXING, coding.encoded(tables, text, 0, digraphs))
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.TEXT_TOO_LONG


def test_a_station_without_tables_says_that_the_codec_is_newer() -> None:
    answer = Codecs().decode(Codec.MIXING, b"a")
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.TYPE_NOT_SUPPORTED


def test_a_text_that_nobody_could_read_is_not_coded(codecs: Codecs) -> None:
    for text in ("\ud800", "å" * TEXT_BYTES_MAX):
        with pytest.raises(LocalProtocolError):
            codecs.encode(text)


@pytest.mark.parametrize("vector", json.loads((FOLDER / "codecs.json").read_text()), ids=lambda one: one["name"])
def test_a_golden_body_is_its_text(codecs: Codecs, vector: dict[str, str]) -> None:
    assert codecs.decode(int(vector["codec"]), bytes.fromhex(vector["body"])) == vector["text"]


def test_mixing_still_makes_its_golden_bodies() -> None:
    golden = json.loads((FOLDER / "codecs.json").read_text())
    assert [one for one in codec_vectors() if one["codec"] == 3] == [one for one in golden if one["codec"] == 3]


def test_another_reader_by_the_specification_alone_reads_the_golden_bodies() -> None:
    golden = [one for one in json.loads((FOLDER / "codecs.json").read_text()) if one["codec"] == 3]
    reader = SecondReader((SHIPPED / TABLES).read_bytes())
    assert [reader.text(bytes.fromhex(one["body"])) for one in golden] == [one["text"] for one in golden]


bits = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 65535)), max_size=200)


@given(bits=bits)
def test_bits_come_back_in_their_only_form(bits: Sequence[tuple[int, int]]) -> None:
    writer = BitWriter()
    for bit, chance in bits:
        writer.put(bit, chance)
    raw = writer.finish()
    reader = BitReader(raw)
    assert [reader.get(chance) for _, chance in bits] == [bit for bit, _ in bits]
    assert reader.is_canonical()
    for other in (raw + b"\0", raw + b"\1", raw[:-1]):
        if other != raw:
            reader = BitReader(other)
            again = [reader.get(chance) for _, chance in bits]
            assert again != [bit for bit, _ in bits] or not reader.is_canonical()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("paa oeen", "på øen"),
        ("AELDRE", "ÆLDRE"),
        ("på oen", None),
        ("intet", None),
        ("Aeldre i Aabenraa", "Ældre i Åbenrå"),
        ("AeLDRE", None),
        ("OE", "Ø"),
    ],
)
def test_pairs_of_letters_stand_for_the_letter_and_come_back(text: str, meant: str | None) -> None:
    assert without_digraphs(text) == meant
    if meant is not None:
        assert with_digraphs(meant) == text


def test_tables_that_are_damaged_are_refused_when_they_are_loaded() -> None:
    raw = (SHIPPED / TABLES).read_bytes()
    for damaged in (b"", raw[:100], b"X" + raw[1:], raw[:-1], raw + b"\0"):
        with pytest.raises(TablesDamaged):
            Tables(damaged)


@pytest.mark.parametrize("lengths", [(1,), (1, 1, 1), (1, 2), (2, 2, 2, 3)])
def test_lengths_of_no_complete_code_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(TablesDamaged):
        tree(lengths)
