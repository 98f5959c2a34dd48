"""`bavn wire cost` without a station; what a station answers is in `test_commands`."""

import io
import json
import sys

import pytest

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms
from node.cli.exits import DONE, NO_STATION, REFUSED, USAGE
from node.cli.main import main
from tests.support.dense_texts import dense_text

Captured = pytest.CaptureFixture[str]


def counted(capsys: Captured, *words: str) -> dict[str, int]:
    assert main(["wire", "cost", "--json", *words]) == DONE
    told: dict[str, int] = json.loads(capsys.readouterr().out)
    return told


def test_a_draft_is_counted_for_a_preset(capsys: Captured) -> None:
    told = counted(capsys, "--preset", "MEDIUM_FAST", "--text", dense_text(80))
    assert (told["text_bytes"], told["text_bytes_max"], told["packets"]) == (80, 155, 1)
    assert told["airtime_ms"] == broadcast_frame_airtime_ms(PRESETS["MEDIUM_FAST"], 156)


def test_what_is_confidential_leaves_less_room(capsys: Captured) -> None:
    told = counted(capsys, "--preset", "MEDIUM_FAST", "--confidential", "--text", dense_text(80))
    assert (told["text_bytes_max"], told["frame_bytes"]) == (147, 164)


def test_a_text_comes_from_standard_input_too(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(dense_text(80).encode())))
    assert counted(capsys, "--preset", "LONG_FAST")["text_bytes"] == 80


def test_people_are_told_that_nobody_was_asked(capsys: Captured) -> None:
    assert main(["wire", "cost", "--preset", "LONG_FAST", "--text", dense_text(80), "--lang", "en"]) == DONE
    out = capsys.readouterr().out
    assert out.startswith("80 of 155 bytes in a packet, 1 packets, 1.6 s on the air for each hop (LONG_FAST)\n")
    assert "No station was asked" in out


def test_without_a_station_or_a_preset_the_remedy_is_told(tmp_path: object, capsys: Captured) -> None:
    assert main(["wire", "cost", "--text", "x"]) == USAGE
    assert "--preset" in capsys.readouterr().err
    assert main(["wire", "cost", "--text", "x", "--to", "PLH", "--socket", f"{tmp_path}/none"]) == NO_STATION


def test_what_no_message_holds_is_refused(capsys: Captured) -> None:
    assert main(["wire", "cost", "--preset", "LONG_FAST", "--text", "a" * 5000]) == REFUSED
    assert "at most 4096" in capsys.readouterr().err
