"""`bavn wire measure`: what it counts is what the wire's own frames and Meshtastic's own packets are."""

import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms, direct_frame_airtime_ms
from node.cli.exits import DONE, REFUSED
from node.cli.main import main
from node.cli.wire_counting import (
    DIGEST_BYTES,
    MAC_RECEIPT_BYTES,
    SIGNED_BYTES,
    Carriage,
    bavn_cost,
    frame_sizes,
    map_cost,
    text_cost,
    text_sizes,
)
from node.words.page import COLUMNS
from protocol.codec import TEXT_BYTES_MAX, encode_text
from protocol.frames import Digest, Receipt
from protocol.long_messages import fragment_of, long_of, split
from protocol.numbers import DIRECT_FRAME_BYTES_MAX, FRAME_BYTES_MAX
from tests.support.wire_cases import all_cases, text_message

Captured = pytest.CaptureFixture[str]
FIGURE = re.compile(r"\d+\.?\d*")
ROOT = Path(__file__).resolve().parents[3]

LF = PRESETS["LONG_FAST"]
CHANNEL = Carriage(LF, signs_broadcasts=False, direct=False)
TO_KEY = Carriage(LF, signs_broadcasts=False, direct=True)
THREE = "Modtaget, tak.\n\nPlejehjemmet Havblik har nødstrøm til kl. 19.\nSend 200 l diesel.\n"


def measured(tmp_path: Path, text: str, *options: str) -> int:
    path = tmp_path / "messages.txt"
    path.write_text(text)
    return main(["wire", "measure", str(path), *options])


def answer(tmp_path: Path, capsys: Captured, *options: str) -> dict[str, object]:
    assert measured(tmp_path, THREE, "--json", *options) == DONE
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def test_every_line_is_a_message_and_an_empty_one_is_none(tmp_path: Path, capsys: Captured) -> None:
    told = answer(tmp_path, capsys)
    assert told["messages"] == len(told["each"]) == 3
    assert [one["text_bytes"] for one in told["each"]] == [14, 47, 18]


def test_the_frame_is_as_long_as_the_message_that_would_go() -> None:
    text = "Plejehjemmet Havblik har nødstrøm til kl. 19."
    frame = text_message(text, signature=bytes(64)).encode()
    cost = bavn_cost(len(encode_text(text)[1]), CHANNEL, "digest")
    assert cost is not None
    assert (cost.frame_bytes, cost.packets) == (len(frame), 1)
    assert cost.airtime_ms == broadcast_frame_airtime_ms(LF, len(frame))


def test_receipts_are_as_long_as_the_frames_they_are() -> None:
    frames = [case.frame for cases in all_cases().values() for case in cases]
    assert min(len(one.encode()) for one in frames if isinstance(one, Digest)) == DIGEST_BYTES
    assert {MAC_RECEIPT_BYTES} == {len(one.encode()) for one in frames if isinstance(one, Receipt)}


@pytest.mark.parametrize(("receipt", "receipt_ms"), [("digest", 969), ("mac", 477), ("rider", 37)])
def test_a_receipt_costs_what_the_page_says(receipt: str, receipt_ms: int) -> None:
    cost = bavn_cost(80, CHANNEL, receipt)
    assert cost is not None
    assert (cost.airtime_ms, cost.receipt_ms, cost.with_receipt_ms) == (1583, receipt_ms, 1583 + receipt_ms)


def test_firmware_2_8_signs_what_goes_to_the_channel_only(tmp_path: Path, capsys: Captured) -> None:
    plain = answer(tmp_path, capsys, "--sum")["sum"]
    signed = answer(tmp_path, capsys, "--sum", "--firmware", "2.8")["sum"]
    to_key = [answer(tmp_path, capsys, "--sum", "--direct", "--firmware", fw)["sum"] for fw in ("2.7", "2.8")]
    assert all(signed[way]["airtime_ms"] > plain[way]["airtime_ms"] for way in ("bavn", "text"))
    assert to_key[0] == to_key[1]


def test_confidential_adds_eight_bytes_to_ours_alone(tmp_path: Path, capsys: Captured) -> None:
    sums = [answer(tmp_path, capsys, "--sum", *more)["sum"] for more in ((), ("--confidential",))]
    assert sums[1]["bavn"]["frame_bytes"] - sums[0]["bavn"]["frame_bytes"] == 3 * 8
    assert (sums[1]["text"], sums[1]["map"]) == (sums[0]["text"], sums[0]["map"])


def test_a_text_on_the_channel_has_no_receipt_and_to_a_key_two_acks() -> None:
    assert text_cost("a", CHANNEL).with_receipt_ms is None
    assert text_cost("a", TO_KEY).receipt_ms == 2 * 477


@given(st.text(max_size=700))
def test_texts_are_cut_between_letters_and_never_too_long(text: str) -> None:
    sizes = text_sizes(text)
    assert sum(sizes) == len(text.encode())
    assert all(197 <= size <= 200 for size in sizes[:-1])


def test_the_map_is_what_the_help_says() -> None:
    fields = {"type": "message", "from": "ODK", "to": "PLH", "id": 41, "time": 1_773_662_400, "precedence": 2}
    whole = len(msgpack.packb({**fields, "text": "a" * 80, "sig": bytes(64)}))
    cost = map_cost("a" * 80, CHANNEL)
    assert (cost.frame_bytes, cost.packets) == (whole, 1)
    assert map_cost("a" * 400, CHANNEL).packets == 3


@given(body_bytes=st.integers(0, TEXT_BYTES_MAX), most=st.sampled_from([FRAME_BYTES_MAX, DIRECT_FRAME_BYTES_MAX]))
@example(body_bytes=TEXT_BYTES_MAX, most=FRAME_BYTES_MAX)
def test_a_long_message_is_cut_as_its_station_cuts_it(body_bytes: int, most: int) -> None:
    sizes = frame_sizes(body_bytes, most)
    room = most - SIGNED_BYTES
    if body_bytes <= room:
        assert sizes == (SIGNED_BYTES + body_bytes,)
    elif sizes is None:
        assert most == DIRECT_FRAME_BYTES_MAX, "the channel holds every text there can be"
    else:
        whole = long_of(text_message("", body=bytes(body_bytes)))
        first, datas = split(whole, room, bytes(32), 1, most)
        frames = [replace(first, signature=bytes(64)), *(fragment_of(first, at, data) for at, data in enumerate(datas))]
        assert sizes == tuple(len(frame.encode()) for frame in frames)


def test_rows_stand_under_their_headings_and_fit_the_smallest_console(tmp_path: Path, capsys: Captured) -> None:
    for language in ("da", "en"):
        assert measured(tmp_path, THREE, "--lang", language) == DONE
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= COLUMNS
        assert len({len(line) for line in lines[1:5]}) == 1


def test_direct_packets_are_priced_as_such() -> None:
    cost = bavn_cost(80, TO_KEY, "mac")
    assert cost is not None
    assert cost.airtime_ms == direct_frame_airtime_ms(LF, 156)


def test_messages_come_from_standard_input_too(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Modtaget\r\n"), "utf-8"))
    assert main(["wire", "measure", "-", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["text_bytes"] == 8


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no message"),
        (b"good\nbad \xff\n", "line 2"),
        (b"a" * 4097, "at most 4096"),
        (b"a\n" * 10_001, "at most 10000"),
        (b"a" * ((4 << 20) + 1), "measure a part"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_place(
    raw: bytes, said: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "messages.txt"
    path.write_bytes(raw)
    assert main(["wire", "measure", str(path)]) == REFUSED
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: Captured) -> None:
    assert main(["wire", "measure", str(tmp_path / "none")]) == REFUSED
    assert "No such file" in capsys.readouterr().err


def test_the_readme_quotes_what_the_command_says(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(ROOT)
    _, typed, rest = (ROOT / "README.md").read_text().partition("    bavn wire measure ")
    command, _, quoted = rest.partition("\n\n")
    assert typed
    assert main(["wire", "measure", *command.split()]) == DONE
    told = capsys.readouterr().out.splitlines()
    # Tables get a little better as long as none was released; the figures then need not be quoted anew each time.
    for line, said in zip(quoted.splitlines(), told, strict=False):
        assert FIGURE.sub("", line).split() == FIGURE.sub("", said).split()
        figures = [float(figure) for figure in FIGURE.findall(said)]
        assert [float(figure) for figure in FIGURE.findall(line)] == pytest.approx(figures, rel=0.05)
