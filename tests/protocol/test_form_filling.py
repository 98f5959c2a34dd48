"""What people and programs write becomes a form, or they are told which field and what may stand there."""

import pytest

from node.forms.loading import shipped_forms
from protocol.forms.filling import FormMistake, Problem, filled, plain_entries
from protocol.forms.fixed_kinds import Choice, Flags
from protocol.forms.kinds import Repeat
from protocol.forms.packing import Form
from protocol.forms.plain import read_plain
from protocol.forms.schema import named
from protocol.forms.values import CodedText
from tests.support.form_cases import CASES, NAMES, FormCase, case

SCHEMAS = shipped_forms().schemas


def made(schema: str, *entries: str) -> Form:
    return case("", schema, *entries).form(SCHEMAS)


def values(form: Form) -> dict[str, str]:
    return dict(plain_entries(form, NAMES))


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_what_was_written_can_be_written_again(one: FormCase) -> None:
    form = one.form(SCHEMAS)
    assert FormCase("", one.schema, tuple(plain_entries(form, NAMES))).form(SCHEMAS) == form


def test_choices_are_taken_in_danish_and_english_too() -> None:
    danish = made("status", "light=Rød", "needs=strøm, varme", "reporter=stationen selv")
    assert values(danish) == {"light": "red", "needs": "power,heat", "reporter": "machine"}
    assert made("status", "light=red", "needs=heat,power,power", "reporter=machine") == danish


@pytest.mark.parametrize("text", ["ja", "yes", "true", "1", "Ja"])
def test_yes_is_taken_in_several_words(text: str) -> None:
    assert values(made("order", "do=x", f"read_back={text}"))["read_back"] == "yes"


@pytest.mark.parametrize("text", ["7:05", "0705", "07.05", "07:05"])
def test_a_time_of_day_is_taken_as_people_write_it(text: str) -> None:
    assert values(made("order", "do=x", f"by={text}"))["by"] == "07:05"


@pytest.mark.parametrize("text", ["55.4037 10.3888", "55,4037 10,3888", "55.40370,10.38880", "55,4037; 10,3888"])
def test_a_position_is_taken_as_maps_write_it(text: str) -> None:
    position = values(made("order", "do=x", f"position={text}"))["position"]
    latitude, longitude = map(float, position.split())
    assert abs(latitude - 55.4037) < 0.00005
    assert abs(longitude - 10.3888) < 0.00005


def test_more_than_the_greatest_number_is_that_or_more() -> None:
    assert values(made("status", "light=green", "reporter=person", "power_h=200"))["power_h"] == "120"


def test_what_is_not_said_is_not_needed_and_not_so() -> None:
    form = made("rollcall", "part=call")
    assert values(form) == {"part": "call"}
    assert values(made("order", "do=x")) == {"do": "x", "read_back": "no"}


REFUSED: dict[str, tuple[tuple[str, ...], Problem, str, str]] = {
    "a field that there is not": (("light=red", "lights=red"), Problem.FIELD_UNKNOWN, "lights", ""),
    "a field that is missing": (("power_h=3",), Problem.FIELD_MISSING, "light", "green|yellow|red"),
    "a field twice": (("light=red", "light=green"), Problem.FIELD_TWICE, "light", ""),
    "a choice that there is not": (("light=blue",), Problem.VALUE, "light", "green|yellow|red"),
    "a choice by its code": (("light=2",), Problem.VALUE, "light", "green|yellow|red"),
    "a need that there is not": (
        ("light=red", "needs=heat,love"),
        Problem.VALUE,
        "needs",
        "power,heat",
    ),
    "a negative number": (("light=red", "power_h=-1"), Problem.VALUE, "power_h", "0-120"),
    "no number": (("light=red", "power_h=tre"), Problem.VALUE, "power_h", "0-120"),
    "a digit of another script": (("light=red", "power_h=٣"), Problem.VALUE, "power_h", "0-120"),
    "a number of many digits": (
        ("light=red", "power_h=" + "9" * 5000),
        Problem.VALUE,
        "power_h",
        "0-120",
    ),
    "more people than are counted": (
        ("light=red", "people=1168"),
        Problem.VALUE,
        "people",
        "0-1167",
    ),
    "no time of day": (("light=red", "at=25:00"), Problem.VALUE, "at", "00:00-23:59"),
    "a minute that there is not": (("light=red", "at=12:60"), Problem.VALUE, "at", "00:00-23:59"),
    "a unit that nobody knows": (("light=red", "unit=XYZ"), Problem.VALUE, "unit", "ODK"),
    "a unit of another kind": (("light=red", "unit=KHJ"), Problem.VALUE, "unit", "ODK"),
}


@pytest.mark.parametrize(("entries", "problem", "field", "allowed"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_names_field_and_range(entries: tuple[str, ...], problem: Problem, field: str, allowed: str) -> None:
    with pytest.raises(FormMistake) as caught:
        made("status", *entries)
    assert (caught.value.problem, caught.value.field) == (problem, field)
    assert caught.value.allowed.startswith(allowed)


@pytest.mark.parametrize(
    ("entry", "allowed"),
    [("position=91.0 10.0", "55."), ("position=here", "55."), ("replaces=ODK-1", "ODK-"), ("do=", "1-120 bytes")],
)
def test_the_same_of_an_order(entry: str, allowed: str) -> None:
    with pytest.raises(FormMistake) as caught:
        made("order", *([] if entry.startswith("do=") else ["do=x"]), entry)
    assert caught.value.allowed.startswith(allowed)


def test_a_form_longer_than_its_schema_allows_is_told_so() -> None:
    with pytest.raises(FormMistake) as caught:
        made("methane", "type=fire", "place=" + "a" * 40, "access=" + "b" * 40)
    assert caught.value.problem is Problem.TOO_LONG
    assert caught.value.allowed.endswith("/60")


def test_records_are_counted_from_1_without_a_gap() -> None:
    unit = ("light=red", "age_min=0", "people=none", "reporter=person", "unit=PLH")
    two = [f"units.{number}.{entry}" for number in (1, 2) for entry in unit]
    assert values(made("board", *two))["units.2.light"] == "red"
    with pytest.raises(FormMistake, match=r"field_unknown: units\.4"):
        made("board", *two, "units.4.light=red")
    with pytest.raises(FormMistake, match=r"field_missing: units\.1\.unit"):
        made("board")


def test_a_text_that_is_not_readable_here_is_told_as_empty() -> None:
    schema = named(SCHEMAS, "order")
    assert schema is not None
    form = filled(schema, [("do", "x")], NAMES)
    unread = Form(schema, (CodedText(5, b"x"), *form.values[1:]), 1)
    assert values(unread)["do"] == ""


def test_every_name_and_label_of_a_choice_means_that_choice() -> None:
    for schema in SCHEMAS.values():
        inside = [one for field in schema.fields if isinstance(field.kind, Repeat) for one in field.kind.fields]
        for field in (*schema.fields, *inside):
            if isinstance(field.kind, Choice | Flags):
                for code, option in enumerate(field.kind.options):
                    wanted = code if isinstance(field.kind, Choice) else 1 << code
                    for text in (option.name, option.label.da, option.label.en.upper()):
                        assert read_plain(field.kind, text, NAMES) == wanted, (schema.name, field.name, text)
