"""A form on a page: aligned, within its columns, in the reader's language, harmless."""

import pytest

from node.api.forms import Both, ShownForm, ShownRow
from node.api.messages import Precedence
from node.words.catalogue import words
from node.words.form_page import FORM_COLUMNS, form_lines, language_of, said_in_line
from tests.support.scripted_station import message


def shown(*rows: tuple[str, str, str, str]) -> ShownForm:
    """A form with these rows: label and text in Danish, then in English."""
    made = tuple(ShownRow("x", "", Both(rows_[0], rows_[2]), Both(rows_[1], rows_[3])) for rows_ in rows)
    title, line = Both("Statusmelding", "Status report"), Both("Statusmelding: rød", "Status report: red")
    return ShownForm("status", 1, 1, False, True, title, line, made)


RED = ("Lys", "rød", "Light", "red")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("da", ["Statusmelding", "Lys:                       rød"]),
        ("en", ["Status report", "Light:                     red"]),
    ],
)
def test_a_page_is_in_the_readers_language(language: str, expected: list[str]) -> None:
    assert form_lines(words(language), shown(RED)) == expected
    assert language_of(words(language)) == language


def test_a_long_text_is_folded_behind_its_label() -> None:
    lines = form_lines(words("da"), shown(("Opgave", "luk vejen " * 20, "Task", "close " * 20), RED))
    assert max(map(len, lines)) <= FORM_COLUMNS
    assert lines[1].startswith("Opgave:")
    assert all(line.startswith(" " * 27) for line in lines[2:-1])


def test_a_narrow_screen_gets_narrow_lines() -> None:
    lines = form_lines(words("da"), shown(("Afhængige af ilt eller strøm", "2", "Depend on oxygen", "2")), 40)
    assert max(map(len, lines)) <= 60
    assert lines[1].endswith(" 2")


def test_what_comes_from_outside_is_harmless() -> None:
    lines = form_lines(words("da"), shown(("Opgave", "a\x1b[2Jb\u202e", "Task", "a")))
    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)


def test_a_list_has_the_form_in_its_one_line() -> None:
    form = shown(RED)
    status = message(1, Precedence.ROUTINE, "Statusmelding\nLys: rød", form=form)
    assert said_in_line(words("da"), status) == "Statusmelding: rød"
    assert said_in_line(words("en"), status) == "Status report: red"
    assert said_in_line(words("en"), message(1, Precedence.ROUTINE, "Send vand")) == "Send vand"
