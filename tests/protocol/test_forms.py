"""Forms pack into the bits of section 5.2, come back as they were, and never harm whoever reads them."""

import json
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from node.forms.loading import shipped_forms
from protocol.codec import Codec
from protocol.decode import decode
from protocol.forms.fixed_kinds import Flags, Label, Number
from protocol.forms.kinds import Field, Repeat
from protocol.forms.packing import Form, UnknownForm, decode_form, encode_form, packed
from protocol.forms.schema import FORM_BYTES_MAX, Schema
from protocol.forms.values import CodedText, Position
from protocol.frames import Message
from protocol.numbers import Address, Kind, Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason
from tests.support.form_cases import CASES
from tests.support.form_strategies import forms_of
from tests.support.form_vectors import FOLDER, by_name, files, released, versions
from tests.support.wire_cases import text_message

SCHEMAS = shipped_forms().schemas
STATUS, BOARD, SHELTER, METHANE = (SCHEMAS[number] for number in (1, 2, 7, 13))
GOLDEN = {case.name: encode_form(case.form(SCHEMAS)) for case in CASES}
MEMORY_BYTES_MAX = 64 * 1024


def bits(*fields: tuple[int, int]) -> bytes:
    """Lay values side by side as text, apart from the code under test; the last byte filled with 0."""
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


def reason(body: bytes) -> Reason | None:
    answer = decode_form(body, SCHEMAS)
    return answer.reason if isinstance(answer, Dropped) else None


@pytest.mark.parametrize("name", ["forms.json", "released.json"])
def test_the_code_still_makes_the_golden_bytes(name: str) -> None:
    assert files()[name] == (FOLDER / name).read_text()


@pytest.mark.parametrize("vector", json.loads((FOLDER / "forms.json").read_text()), ids=lambda one: str(one["name"]))
def test_golden_bytes_are_read_and_written_again(vector: dict[str, str]) -> None:
    form = decode_form(bytes.fromhex(vector["hex"]), SCHEMAS)
    assert isinstance(form, Form)
    assert (form.schema.name, form.version) == (vector["form"], vector["version"])
    assert encode_form(form).hex() == vector["hex"]


def test_every_schema_has_a_golden_form() -> None:
    assert {case.schema for case in CASES} == {schema.name for schema in SCHEMAS.values()}


def test_a_status_has_the_bits_of_its_schema() -> None:
    needs = 0b11
    assert GOLDEN["status"] == bits(
        *((1, 10), (1, 6), (2, 2), (needs, 14), (0, 1)),
        *((1, 1), (1, 2), (48 - 16, 7), (1, 1), (0, 2), (3, 4)),
        *((1, 1), (3, 7), (0, 1), (0, 1), (1, 1), (14 * 60 + 30, 11), (1, 1), (0, 2)),
    )


def test_a_text_a_position_and_a_reference_have_the_bits_of_section_5_2() -> None:
    raw = b"Luk vej 9 ved broen for al trafik"
    text = int.from_bytes(raw, "big")
    assert GOLDEN["order"] == bits(
        *((10, 10), (1, 6), (0, 3), (1, 2), (len(raw) - 16, 7), (text, 8 * len(raw)), (1, 1)),
        *((1, 1), (15 * 60, 11), (0, 1), (0, 1), (1, 1), (9, 10), (1, 2), (41, 14)),
    )
    row, column = int((55.4037 + 90) / 180 * 2**21), int((10.3888 + 180) / 360 * 2**22)
    assert GOLDEN["METHANE"][:8] == bits((13, 10), (1, 6), (1, 1), (1, 1), (row, 21), (column, 22), (1, 1), (0, 2))


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda one: one.name)
@given(data=st.data())
def test_a_form_comes_back_as_it_was(schema: Schema, data: st.DataObject) -> None:
    form = data.draw(forms_of(schema))
    if len(packed(form)) > schema.bytes_max:
        with pytest.raises(LocalProtocolError):
            encode_form(form)
        return
    assert decode_form(encode_form(form), SCHEMAS) == form


@given(st.binary(max_size=FORM_BYTES_MAX + 2))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    decode_form(body, SCHEMAS)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda one: one.name)
@given(rest=st.binary(max_size=FORM_BYTES_MAX))
def test_what_is_read_has_no_other_encoding(schema: Schema, rest: bytes) -> None:
    body = bits((schema.number, 10), (schema.version, 6)) + rest
    form = decode_form(body, SCHEMAS)
    if isinstance(form, Form):
        assert encode_form(form) == body


@given(st.sampled_from(sorted(GOLDEN.values())), st.data())
def test_a_changed_bit_is_refused_or_another_form(body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 8 * len(body) - 1))
    changed = (int.from_bytes(body, "big") ^ 1 << at).to_bytes(len(body), "big")
    assert decode_form(changed, SCHEMAS) != decode_form(body, SCHEMAS)


STATUS_HEAD = ((1, 10), (1, 6))
METHANE_HEAD = ((13, 10), (1, 6), (0, 1))
REFUSED: dict[str, tuple[bytes, Reason]] = {
    "nothing": (b"", Reason.TRUNCATED),
    "half a header": (b"\x00", Reason.TRUNCATED),
    "schema 0": (bits((0, 10), (1, 6)), Reason.BAD_NUMBER),
    "schema 1023": (bits((1023, 10), (1, 6)), Reason.BAD_NUMBER),
    "version 0": (bits((1, 10), (0, 6)), Reason.BAD_NUMBER),
    "a header alone": (bits(*STATUS_HEAD), Reason.TRUNCATED),
    "a form cut off": (GOLDEN["status"][:-1], Reason.TRUNCATED),
    "a byte more": (GOLDEN["status"] + b"\x00", Reason.TRAILING_BYTES),
    "a bit after the last field": (GOLDEN["radio check"][:-1] + b"\x01", Reason.RESERVED_BITS),
    "longer than its schema allows": (GOLDEN["status"] + bytes(8), Reason.TOO_LARGE),
    "longer than a frame": (bits((900, 10), (1, 6)) + bytes(154), Reason.TOO_LARGE),
    "a light that there is not": (bits(*STATUS_HEAD, (3, 2), (0, 14), (0, 8)), Reason.FORM_MALFORMED),
    "a need that there is not": (bits(*STATUS_HEAD, (0, 2), (1 << 13, 14), (0, 8)), Reason.FORM_MALFORMED),
    "power for 121 hours": (
        bits(*STATUS_HEAD, (0, 16), (0, 3), (1, 1), (121, 7), (0, 5)),
        Reason.FORM_MALFORMED,
    ),
    "more people than the field counts": (
        bits(*STATUS_HEAD, (0, 16), (0, 1), (1, 1), (3, 2), (0, 17), (0, 8)),
        Reason.FORM_MALFORMED,
    ),
    "a minute after the day": (bits(*STATUS_HEAD, (0, 16), (0, 6), (1, 1), (1440, 11), (0, 2)), Reason.FORM_MALFORMED),
    "a unit that is several": (bits(*STATUS_HEAD, (0, 16), (1, 1), (6, 3), (2, 11), (0, 8)), Reason.FORM_MALFORMED),
    "a unit that is an operator": (bits(*STATUS_HEAD, (0, 16), (1, 1), (3, 3), (2, 11), (0, 8)), Reason.FORM_MALFORMED),
    "a unit with an escape": (bits(*STATUS_HEAD, (0, 16), (1, 1), (2, 3), (2047, 11), (0, 8)), Reason.FORM_MALFORMED),
    "an empty text": (bits(*METHANE_HEAD, (0, 1), (1, 1), (0, 3), (0, 6), (0, 60)), Reason.FORM_MALFORMED),
    "a text longer than its field": (
        bits(*METHANE_HEAD, (0, 1), (1, 1), (0, 3), (1, 2), (41 - 16, 7), (0, 41 * 8)),
        Reason.FORM_MALFORMED,
    ),
    "a form inside a text": (
        bits(*METHANE_HEAD, (0, 1), (1, 1), (Codec.FORM, 3), (0, 2), (1, 4), (65, 8), (0, 60)),
        Reason.FORM_MALFORMED,
    ),
    "a reference to nothing": (
        bits((10, 10), (1, 6), (0, 3), (0, 2), (1, 4), (65, 8), (0, 4), (1, 1), (0, 26)),
        Reason.FORM_MALFORMED,
    ),
    "no time where one is": (
        bits((9, 10), (1, 6), (3, 3), (1, 11), ((1 << 20) - 1, 20), (0, 9), (65, 8)),
        Reason.FORM_MALFORMED,
    ),
}


@pytest.mark.parametrize(("body", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_breaks_its_schema_is_refused_by_reason(body: bytes, expected: Reason) -> None:
    assert reason(body) is expected


@pytest.mark.parametrize("body", [GOLDEN[name] for name in GOLDEN if name != "status, all is well"])
def test_a_form_cut_off_anywhere_is_refused(body: bytes) -> None:
    assert all(reason(body[:size]) is not None for size in range(len(body)))


def grown(schema: Schema) -> Schema:
    """The schema as its next version might be: one more field, the list of needs one longer."""
    more = Field(
        "depth_cm", Label("dybde", "depth"), None, schema.version + 1, False, Number(0, 200, 1, Label("", ""), False)
    )
    return replace(schema, version=schema.version + 1, fields=(*schema.fields, more), bytes_max=FORM_BYTES_MAX)


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.name)
def test_an_old_station_reads_the_beginning_of_a_newer_form(case: object) -> None:
    form = next(one for one in CASES if one is case).form(SCHEMAS)
    newer = grown(form.schema)
    body = packed(Form(newer, (*form.values, 90), newer.version))
    if len(body) > FORM_BYTES_MAX:
        pytest.fail("choose a shorter case")
    read = decode_form(body, SCHEMAS)
    assert isinstance(read, Form)
    assert (read.values, read.version, read.is_newer) == (form.values, newer.version, True)


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.name)
def test_a_new_station_reads_an_older_form(case: object) -> None:
    form = next(one for one in CASES if one is case).form(SCHEMAS)
    newer = grown(form.schema)
    read = decode_form(encode_form(form), {**SCHEMAS, newer.number: newer})
    assert read == Form(newer, (*form.values, None), form.version)


def test_a_choice_of_a_newer_form_is_kept_by_its_code() -> None:
    body = bits((1, 10), (2, 6), (3, 2), (1 << 13, 14), (0, 8), (0, 3))
    read = decode_form(body, SCHEMAS)
    assert isinstance(read, Form)
    assert read.values[:2] == (3, 1 << 13)


def test_a_newer_form_is_not_made() -> None:
    form = CASES[0].form(SCHEMAS)
    with pytest.raises(LocalProtocolError):
        encode_form(replace(form, version=2))


def test_an_unknown_schema_is_its_number_and_its_bytes() -> None:
    assert decode_form(bits((900, 10), (5, 6)) + b"\x01\x02", SCHEMAS) == UnknownForm(900, 5, b"\x01\x02")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("light", 3),
        ("light", None),
        ("light", CodedText(0, b"red")),
        ("needs", 1 << 13),
        ("needs", -1),
        ("unit", Address(Kind.OPERATOR, 11)),
        ("unit", Address(Kind.FUNCTION, 5000)),
        ("people", 1168),
        ("people", -1),
        ("power_h", 121),
        ("at", 1440),
        ("at", Position(0, 0)),
        ("reporter", Reference(1, 1, 1)),
    ],
)
def test_our_own_mistakes_raise(name: str, value: int | CodedText | Address | None) -> None:
    form = CASES[1].form(SCHEMAS)
    at = [field.name for field in STATUS.fields].index(name)
    with pytest.raises(LocalProtocolError, match=name):
        encode_form(replace(form, values=(*form.values[:at], value, *form.values[at + 1 :])))


def test_a_position_is_right_to_ten_metres() -> None:
    for latitude, longitude in ((5_540_370, 1_038_880), (-9_000_000, -18_000_000), (9_000_000, 17_999_999), (0, 0)):
        middle = Position.at(latitude, longitude).middle_e5
        assert abs(middle[0] - latitude) <= 5
        assert abs(middle[1] - longitude) <= 5
        assert Position.at(*middle) == Position.at(latitude, longitude)


@given(st.integers(0, (1 << 21) - 1), st.integers(0, (1 << 22) - 1))
def test_the_middle_of_a_cell_lies_in_it(row: int, column: int) -> None:
    assert Position.at(*Position(row, column).middle_e5) == Position(row, column)


# Sizes.


def test_a_status_is_at_most_16_bytes() -> None:
    assert STATUS.bits_without_texts_max <= 16 * 8
    assert len(GOLDEN["status, filled in"]) <= 16


def test_a_record_of_the_board_is_at_most_9_bytes_and_sixteen_are_one_frame() -> None:
    one, sixteen = (len(GOLDEN[name]) for name in ("status board", "status board of sixteen"))
    per_record_bits = (BOARD.bits_without_texts_max - 16 - 4) / 16
    assert per_record_bits <= 9 * 8
    assert one <= 2 + 1 + 2 * 9
    message = text_message("", signature=bytes(64), codec=Codec.FORM, body=GOLDEN["status board of sixteen"])
    assert sixteen == 119
    assert len(message.encode()) == 12 + 119 + 64


def test_methane_is_at_most_60_bytes() -> None:
    assert METHANE.bytes_max == 60
    assert len(GOLDEN["METHANE"]) < len(GOLDEN["METHANE, filled in"]) <= 60


SIZES = re.findall(
    r"^\| (\d+) `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|$",
    Path(protocol.__file__).with_name("SPEC.md").read_text(),
    re.MULTILINE,
)


def test_the_page_tells_the_sizes_of_these_forms() -> None:
    typical = {case.schema: len(GOLDEN[case.name]) for case in reversed(CASES) if "filled in" not in case.name}
    typical["status"] = len(GOLDEN["status"])
    assert [tuple(map(str, row)) for row in SIZES] == [
        tuple(
            map(
                str,
                (
                    schema.number,
                    schema.name,
                    typical[schema.name],
                    -(-schema.bits_without_texts_max // 8),
                    schema.bytes_max,
                ),
            )
        )
        for schema in SCHEMAS.values()
    ]


# Memory.


@pytest.mark.parametrize("name", GOLDEN)
def test_header_and_form_are_decoded_within_64_kib(name: str) -> None:
    raw = text_message("", signature=bytes(64), codec=Codec.FORM, body=GOLDEN[name]).encode()
    decode(raw)
    tracemalloc.start()
    try:
        frame = decode(raw)
        assert isinstance(frame, Message)
        form = decode_form(frame.body, SCHEMAS)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(form, Form)
    assert peak_bytes < MEMORY_BYTES_MAX


# Growth.


@pytest.mark.parametrize("name", by_name(SCHEMAS))
def test_a_released_version_never_changes(name: str) -> None:
    now = versions(by_name(SCHEMAS)[name])
    assert released()[name] == now, "append fields and choices with a new version, and change nothing else"


def test_a_released_schema_is_never_lost() -> None:
    assert set(released()) == set(by_name(SCHEMAS))


def test_needs_have_the_same_codes_in_every_form() -> None:
    lists = [
        [option.name for option in field.kind.options]
        for schema in SCHEMAS.values()
        for field in all_fields(schema)
        if field.name == "needs" and isinstance(field.kind, Flags)
    ]
    assert len(lists) == 5
    assert all(one == lists[0] for one in lists)


def all_fields(schema: Schema) -> list[Field]:
    inside = [one for field in schema.fields if isinstance(field.kind, Repeat) for one in field.kind.fields]
    return [*schema.fields, *inside]
