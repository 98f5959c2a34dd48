"""A form reads in both languages, in rows and in one line, and says nothing that is not certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.forms.loading import shipped_forms
from protocol.forms.fixed_kinds import Label
from protocol.forms.packing import Form, UnknownForm
from protocol.forms.rendering import LINE_BYTES_MAX, line, rows, title
from protocol.forms.schema import Schema
from protocol.forms.values import CodedText
from tests.support.form_cases import CASES, NAMES, FormCase, case
from tests.support.form_strategies import forms_of

BOOK = shipped_forms()


def made(schema: str, *entries: str) -> Form:
    return case("", schema, *entries).form(BOOK.schemas)


def said(form: Form | UnknownForm, language: str = "da") -> list[tuple[str, str]]:
    return [(row.label.said(language), row.said.said(language)) for row in rows(form, BOOK, NAMES)]


def test_a_status_reads_in_both_languages() -> None:
    form = made("status", "light=red", "needs=power,heat", "people=48", "power_h=3", "at=14:30")
    assert title(form, BOOK) == Label("Statusmelding", "Status report")
    assert said(form) == [
        ("Lys", "rød"),
        ("Behov", "strøm, varme"),
        ("Personer i alt", "48"),
        ("Strøm til", "3 t"),
        ("Set kl.", "14:30"),
    ]
    assert said(form, "en")[:2] == [("Light", "red"), ("Needs", "power, heat")]
    assert line(form, BOOK, NAMES, "da") == "Statusmelding: rød; behov strøm, varme; pers. 48; strøm 3 t; kl. 14:30"
    assert line(form, BOOK, NAMES, "en") == "Status report: red; needs power, heat; people 48; power 3 h; at 14:30"


def test_what_is_left_out_is_not_said_and_none_is_called_none() -> None:
    assert said(made("status", "light=green")) == [("Lys", "grøn"), ("Behov", "ingen")]
    assert line(made("status", "light=green"), BOOK, NAMES, "da") == "Statusmelding: grøn"


def test_the_greatest_number_may_be_more() -> None:
    assert ("Strøm til", "120 t eller mere") in said(made("status", "light=green", "power_h=120"))
    assert ("Power for", "119 h") in said(made("status", "light=green", "power_h=119"), "en")


def test_an_order_says_what_is_to_be_read_back() -> None:
    form = made(
        "order", "do=Luk vej 9", "read_back=yes", "by=15:00", "position=55.40370 10.38880", "replaces=ODK-00041"
    )
    assert said(form) == [
        ("Opgave", "Luk vej 9"),
        ("Læs tilbage", "ja"),
        ("Færdig senest kl.", "15:00"),
        ("Position", "55.40366 10.38881"),
        ("I stedet for", "ODK-00041"),
    ]
    short = "Ordre: Luk vej 9; læs tilbage; senest 15:00; 55.40366 10.38881; erstatter ODK-00041"
    assert line(form, BOOK, NAMES, "da") == short
    assert "læs tilbage" not in line(made("order", "do=Luk vej 9"), BOOK, NAMES, "da")


def test_names_are_said_in_rows_and_codes_in_the_line() -> None:
    form = made("public", "cleared_by=KHJ", "valid_until=2026-03-16T18:00", "text=Kog vandet.")
    assert said(form) == [("Godkendt af", "<KHJ>"), ("Gælder til", "16/3 18:00"), ("Ordret", "Kog vandet.")]
    assert line(form, BOOK, NAMES, "da") == "Godkendt borgerbesked: godk. KHJ; til 16/3 18:00; Kog vandet."


def test_a_board_has_a_row_for_each_unit() -> None:
    (form,) = (one.form(BOOK.schemas) for one in CASES if one.name == "status board")
    first, second = said(form)
    assert first == ("Enhed 1", "<PLH>; rød; strøm; for 15 min siden; strøm 3 t; 26-50 personer; en person på stedet")
    assert second == ("Enhed 2", "<FELT1>; ingen melding; for 600 min siden; ukendt antal; en håndradio")


def test_a_newer_form_says_that_it_says_more() -> None:
    form = made("status", "light=green")
    newer = Form(form.schema, (3, 1 << 13, *form.values[2:]), 4)
    assert said(newer) == [
        ("Lys", "#3"),
        ("Behov", "#13"),
        ("Nyere udgave 4", "der står mere, end her kan læses"),
    ]
    assert line(newer, BOOK, NAMES, "en").endswith("it says more than can be read here")


def test_an_unknown_form_is_labelled_fields_all_the_same() -> None:
    form = UnknownForm(900, 5, b"\x01\xff")
    assert title(form, BOOK).da == "Formular 900"
    assert said(form) == [("Formular", "900"), ("Udgave", "5"), ("Indhold", "01ff")]
    assert line(form, BOOK, NAMES, "da") == "Formular 900: kan ikke læses her"


@pytest.mark.parametrize("text", [CodedText(5, b"x"), CodedText(0, b"\xff")])
def test_a_text_that_does_not_decode_leaves_the_rest_readable(text: CodedText) -> None:
    form = made("order", "do=x", "by=15:00")
    damaged = Form(form.schema, (text, *form.values[1:]), 1)
    assert said(damaged)[0] == ("Opgave", "(kan ikke læses her)")
    assert said(damaged)[2] == ("Færdig senest kl.", "15:00")


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_form_fits_one_text_to_a_handheld(one: FormCase, language: str) -> None:
    form = one.form(BOOK.schemas)
    text = line(form, BOOK, NAMES, language)
    assert len(text.encode()) <= LINE_BYTES_MAX
    assert "\n" not in text
    assert text.startswith(form.schema.title.said(language))


def test_a_line_that_is_cut_says_so_and_ends_in_a_whole_letter() -> None:
    texts = [CodedText(0, (letter * 60).encode()) for letter in "øå"]
    cut = line(Form(BOOK.schemas[6], (2, *texts, None, 0b111, None, None, None), 1), BOOK, NAMES, "da")
    assert cut.endswith("...")
    assert len(cut.encode()) <= LINE_BYTES_MAX
    assert "\ufffd" not in cut


@pytest.mark.parametrize("schema", BOOK.schemas.values(), ids=lambda one: one.name)
@given(data=st.data())
def test_every_form_can_be_read_aloud(schema: Schema, data: st.DataObject) -> None:
    form = data.draw(forms_of(schema))
    for language in ("da", "en"):
        assert len(line(form, BOOK, NAMES, language).encode()) <= LINE_BYTES_MAX
    assert all(row.label.da and row.label.en for row in rows(form, BOOK, NAMES))
