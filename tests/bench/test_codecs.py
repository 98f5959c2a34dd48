"""What the text codecs save and what they cost, on messages in voices that are not in the corpus."""

import sys
import timeit
import tracemalloc
from time import process_time

import pytest

from node.daemon.text_codecs import FOLDER, loaded
from protocol.codec import Codec, Codecs
from protocol.reasons import Dropped
from tests.bench.extent import IS_FULL, PATIENCE
from tests.corpus.texts import LANGUAGES, held_out

RATIO_MAX = {"da": 0.42, "nb": 0.46, "sv": 0.46, "en": 0.50}
"""Coded bytes by UTF-8 bytes that the codecs exist for."""
DECODE_MS_MAX = 100 * PATIENCE
ENCODE_MS_MAX = 200 * PATIENCE
MEMORY_BYTES_MAX = 4 * 1024 * 1024
LONG = (
    "Vi har nu gennemgået alle ejendomme ved åen: 41 huse har vand i stueetagen, og 17 kan ikke bebos. "
    "Beboerne er flyttet til hallen. Der er brug for pumper, elektrikere og folk, der kan rydde op, "
    "fra i morgen tidlig kl. 7. Send svar inden kl. 20, tak."
)
SAMPLE = 25
"""Messages of each language in the short form."""


def ratio(codecs: Codecs, texts: tuple[str, ...], codec: Codec | None = None) -> float:
    coded = [dict(codecs.forms(text))[codec] if codec is not None else codecs.encode(text)[1] for text in texts]
    return sum(map(len, coded)) / sum(len(text.encode()) for text in texts)


def best_ms(statement: object) -> float:
    assert callable(statement)
    return min(timeit.repeat(statement, timer=process_time, number=1, repeat=5)) * 1e3


@pytest.mark.bench
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_takes_no_more_than_its_share_of_airtime(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    codecs = loaded()
    texts = held_out(language)
    texts = texts if IS_FULL else texts[:SAMPLE]
    found = ratio(codecs, texts)
    if IS_FULL:
        each = ", ".join(
            f"{codec.name.lower()} {ratio(codecs, texts, codec):.3f}" for codec, _ in codecs.forms("a") if codec
        )
        with capsys.disabled():
            sys.stdout.write(f"\n{language}: {len(texts)} messages, shortest {found:.3f} of UTF-8; {each}\n")
    assert found <= RATIO_MAX[language]


@pytest.mark.bench
def test_a_message_is_coded_and_read_while_nobody_notices(capsys: pytest.CaptureFixture[str]) -> None:
    codecs = loaded()
    body = dict(codecs.forms(LONG))
    lines = []
    for codec in (Codec.DEFLATE, Codec.MIXING):
        assert not isinstance(codecs.decode(codec, body[codec]), Dropped)
        read_ms = best_ms(lambda codec=codec: codecs._decode(codec, body[codec]))
        lines.append(f"{codec.name.lower()} read in {read_ms:.1f} ms")
        assert read_ms <= DECODE_MS_MAX
    coded_ms = best_ms(lambda: codecs._encode(LONG))
    assert coded_ms <= ENCODE_MS_MAX
    with capsys.disabled():
        sys.stdout.write(f"\n{len(LONG)} characters: {', '.join(lines)}; coded by all in {coded_ms:.1f} ms\n")


@pytest.mark.bench
def test_the_codecs_leave_a_small_computer_its_memory(capsys: pytest.CaptureFixture[str]) -> None:
    tracemalloc.start()
    try:
        codecs = loaded()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert codecs.encode("a")
    held += (FOLDER / "mixing-1.bin").stat().st_size  # mapped: at most all of it is in memory
    with capsys.disabled():
        sys.stdout.write(f"\ncodecs hold {held / 1024 / 1024:.1f} MiB\n")
    assert held <= MEMORY_BYTES_MAX
