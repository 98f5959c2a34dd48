"""`bavn wire explain`: every bit of every frame is told once, and whatever the bytes are, something is."""

import base64
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from node.cli.exits import DONE, REFUSED
from node.cli.main import main
from node.cli.wire_cutting import fields_of
from node.cli.wire_explaining import judge_of, page, table
from node.cli.wire_fields import CUT_OFF, LEFT_OVER
from node.cli.wire_judging import Judge
from node.forms.loading import shipped_forms
from node.keyring.roster_file import RosterFile
from node.words.catalogue import LANGUAGES, words
from protocol.codec import Codec
from protocol.forms.packing import encode_form
from protocol.frames import Frame, Message, StatementFrame
from tests.support import wire_strategies as wire
from tests.support.form_cases import CASES as CASES_OF_FORMS
from tests.support.identities import operator, signed
from tests.support.wire_cases import Case, all_cases, case_roster, text_message

Captured = pytest.CaptureFixture[str]
CASES = [case for cases in all_cases().values() for case in cases]
SIGNED = [
    one.name for one in CASES if one.to_sign and isinstance(one.frame, Message) and one.frame.options.releaser is None
]
"""A golden second releaser's signature is no real one."""
SHARED_MACHINE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("roster") / "roster.bavn"
    RosterFile("Fyn", case_roster()).write(path)
    return str(path)


def case(name: str) -> Case:
    return next(one for one in CASES if one.name == name)


def explained(capsys: Captured, raw: bytes, *options: str) -> dict[str, object]:
    main(["wire", "explain", raw.hex(), "--json", *options])
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def every_bit_once(raw: bytes) -> None:
    at = 0
    for one in fields_of(raw):
        assert one.at == at, one
        at += one.bits
    assert at == len(raw) * 8


@pytest.mark.parametrize("name", [one.name for one in CASES])
def test_every_bit_of_a_frame_belongs_to_one_field_of_a_name(name: str) -> None:
    raw = case(name).frame.encode()
    every_bit_once(raw)
    assert {CUT_OFF, LEFT_OVER}.isdisjoint(one.name for one in fields_of(raw))


@settings(max_examples=300, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(raw=st.builds(lambda first, rest: bytes([first]) + rest, st.integers(0, 255), st.binary(max_size=240)))
@example(raw=bytes([14 << 2, 14 << 2]) + bytes(9))
def test_every_bit_of_any_bytes_is_told_once(raw: bytes) -> None:
    every_bit_once(raw)


@pytest.fixture(scope="module")
def judges() -> list[Judge]:
    """With everything loaded once: in both languages, and as one to whom nobody is known."""
    known = RosterFile("Fyn", case_roster())
    return [judge_of(words(language), known) for language in LANGUAGES] + [judge_of(words("en"), None)]


@settings(max_examples=150, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(frame=wire.frames, at=st.integers(0, 40), turned=st.integers(0, 255), cut=st.integers(-30, 3))
def test_damaged_frames_are_explained(frame: Frame, at: int, turned: int, cut: int, judges: list[Judge]) -> None:
    raw = bytearray(frame.encode())
    raw[at % len(raw)] ^= turned
    damaged = bytes(raw[:cut]) if cut < 0 else bytes(raw) + bytes(cut)
    every_bit_once(damaged)
    is_answered(damaged, judges)


@settings(max_examples=150, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(raw=st.builds(lambda first, rest: bytes([first]) + rest, st.integers(0, 255), st.binary(max_size=240)))
def test_any_bytes_are_explained(raw: bytes, judges: list[Judge]) -> None:
    is_answered(raw, judges)


def is_answered(raw: bytes, judges: list[Judge]) -> None:
    fields = fields_of(raw)
    for judge in judges:
        judgement = judge.judged(raw)
        assert all(map(str.isprintable, page(judge.words, judge.meanings, raw, fields, judgement)))
        assert json.dumps(table(judge.meanings, raw, fields, judgement))


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(typed=st.text(max_size=300))
def test_whatever_is_typed_is_answered(typed: str, capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "typed"
    path.write_text(typed)
    assert main(["wire", "explain", str(path)]) in (DONE, REFUSED)
    capsys.readouterr()


def test_a_message_is_told_with_who_it_is_from_and_what_it_says(capsys: Captured, roster: str) -> None:
    raw = case("text").frame.encode()
    assert main(["wire", "explain", raw.hex(), "--roster", roster]) == DONE
    page = capsys.readouterr().out
    assert "the signature is that of Karen Holm Jensen (KHJ)" in page
    assert "| Plejehjemmet Havblik har nødstrøm til kl. 19. Send 200 l diesel." in page
    assert "ODK-00041" in page


def test_fields_have_their_places_and_meanings(capsys: Captured, roster: str) -> None:
    told = explained(capsys, case("text").frame.encode(), "--roster", roster)["fields"]
    places = {one["name"]: (one["at"], one["bits"], one["value"]) for one in told}
    meanings = {one["name"]: one["meaning"] for one in told}
    assert places["station"] == (8, 10, 5)
    assert places["sequence"] == (20, 14, 41)
    assert places["age"] == (88, 8, 0)
    assert meanings["number"] == "Kriseleder (KRL)"
    assert meanings["lifetime"] == "24 h"


@pytest.mark.parametrize("name", SIGNED)
def test_a_signature_that_holds_is_told_and_one_that_does_not(name: str, capsys: Captured, roster: str) -> None:
    raw = case(name).frame.encode()
    assert explained(capsys, raw, "--roster", roster)["verified"] is True
    forged = raw[:-1] + bytes([raw[-1] ^ 1])
    told = explained(capsys, forged, "--roster", roster)
    assert told["verified"] is False
    assert "bad_signature" in str(told["worth"])
    assert main(["wire", "explain", forged.hex(), "--roster", roster]) == REFUSED
    capsys.readouterr()


def test_without_a_roster_nothing_is_said_to_be_verified(capsys: Captured) -> None:
    assert explained(capsys, case("text").frame.encode())["verified"] is None


def test_a_certificate_is_believed_or_not(capsys: Captured, roster: str) -> None:
    known = case("operator 11, real").frame
    stranger = StatementFrame.encode(known)[:-64] + bytes(64)
    assert explained(capsys, known.encode(), "--roster", roster)["verified"] is True
    assert explained(capsys, stranger, "--roster", roster)["verified"] is False
    new = signed(operator(77, "NY", "Ny Mand", "NY", 5))
    assert explained(capsys, new, "--roster", roster)["verified"] is True


def test_a_form_is_read_in_words(capsys: Captured) -> None:
    form = next(one for one in CASES_OF_FORMS if one.schema == "status").form(shipped_forms().schemas)
    raw = text_message("", codec=Codec.FORM, body=encode_form(form), signature=bytes(64)).encode()
    told = explained(capsys, raw)
    assert told["says"][0] == "Status report"
    assert "Light: green" in " ".join(told["says"])
    assert {one["name"]: one["value"] for one in told["fields"]}["schema"] == 1


def test_what_is_dropped_is_told_with_the_reason_and_the_place(capsys: Captured) -> None:
    raw = case("beacon").frame.encode()
    told = explained(capsys, raw + b"\xff")
    assert told["dropped"] == {"reason": "trailing_bytes", "detail": "beacon"}
    assert (told["fields"][-1]["name"], told["fields"][-1]["at"]) == (LEFT_OVER, 80)
    told = explained(capsys, raw[:5])
    assert told["dropped"] == {"reason": "truncated", "detail": "beacon"}
    assert told["fields"][-1]["name"] == CUT_OFF


def test_confidential_bytes_are_counted_and_not_read(capsys: Captured) -> None:
    told = explained(capsys, case("no clock, flash, ack wanted, confidential").frame.encode())
    assert told["says"] == ["confidential: 24 bytes that only the recipient's stations read"]


@pytest.mark.parametrize("form", ["hex", "colons", "base64", "bytes", "hex in a file", "base64 in a file"])
def test_bytes_come_as_hex_base64_or_a_file(form: str, tmp_path: Path, capsys: Captured) -> None:
    raw = case("text").frame.encode()
    path = tmp_path / "frame"
    contents = {"bytes": raw, "hex in a file": raw.hex(" ").encode(), "base64 in a file": base64.encodebytes(raw)}
    path.write_bytes(contents.get(form, b""))
    typed = {"hex": raw.hex(), "colons": raw.hex(":"), "base64": base64.b64encode(raw).decode()}.get(form, str(path))
    assert main(["wire", "explain", typed]) == DONE
    assert "Plejehjemmet" in capsys.readouterr().out


def test_bytes_come_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"2affbafffe821234abcd\n")))
    assert main(["wire", "explain", "-"]) == DONE
    assert "roster digest" in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["", "zz", "not hex!", "a" * 5000 + "!"])
def test_what_are_no_bytes_is_refused_with_the_remedy(typed: str, capsys: Captured) -> None:
    assert main(["wire", "explain", typed]) == REFUSED
    assert "as hex" in capsys.readouterr().err


def test_a_file_that_is_no_frame_is_not_read_whole(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "capture"
    path.write_bytes(bytes(70_000))
    assert main(["wire", "explain", str(path)]) == REFUSED
    assert "are no frame" in capsys.readouterr().err


def test_text_from_outside_moves_no_cursor(capsys: Captured) -> None:
    raw = case("text").frame.encode()
    assert main(["wire", "explain", (raw[:12] + b"\x1b[2J\x07" + raw[-64:]).hex()]) == DONE
    assert "\x1b" not in capsys.readouterr().out
