"""What a handheld texted is nowhere said to be signed, and what it is texted tells how far it got."""

from dataclasses import replace

import pytest

from node.api.forms import Both, ShownForm
from node.api.handhelds import (
    ShownHandheld,
    ShownStray,
    ShownText,
    StrayReason,
    TextKey,
    TextStep,
    TextTrouble,
)
from node.api.ladder import ShownTime
from node.api.messages import AuthorState, Precedence, ShownMessage
from node.words.catalogue import words
from node.words.form_page import said_in_line
from node.words.handheld_page import handheld_lines, text_step, tray_lines
from node.words.message_page import message_page, sender_text
from node.words.paper_slip import paper_slip
from tests.support.scripted_station import message

NOON = ShownTime(1_790_000_000_000, trusted=True)
TEXT = ShownText(4, "PLH-00041", TextStep.WAITING, NOON, TextTrouble.NONE, 0, 1)
TITLE = Both("Bevidnet, ikke underskrevet", "Witnessed, not signed")
FORM = ShownForm("witness", 14, 1, is_newer=False, is_allowed=True, title=TITLE, line=TITLE, rows=())


def witnessed() -> ShownMessage:
    return replace(message(41, Precedence.IMMEDIATE, "HJÆLP"), author="", author_name="", form=FORM)


def test_no_page_says_that_a_handhelds_words_are_signed() -> None:
    shown = witnessed()
    pages = [
        "\n".join(message_page(words("en"), shown)),
        "\n".join(paper_slip(words("en"), shown, "KRS")),
        sender_text(words("en"), shown),
    ]
    for page in pages:
        assert "witnessed by PLH, not signed" in page
        assert "signature OK" not in page
    assert said_in_line(words("da"), shown) == "Bevidnet, ikke underskrevet"
    assert "bevidnet af PLH, ikke underskrevet" in sender_text(words("da"), shown)


def test_a_revoked_station_key_is_told_of_a_witnessed_message_too() -> None:
    revoked = replace(witnessed(), author_state=AuthorState.REVOKED)
    assert any("revoked" in line for line in message_page(words("en"), revoked))


def test_a_message_in_that_form_by_a_person_is_the_persons() -> None:
    assert "not signed" not in sender_text(words("en"), replace(message(41, Precedence.ROUTINE, "x"), form=FORM))


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_step_of_a_text_has_its_own_words(language: str) -> None:
    said = {text_step(words(language), replace(TEXT, step=step)) for step in TextStep}
    assert len(said) == len(TextStep)
    troubled = {text_step(words(language), replace(TEXT, trouble=trouble)) for trouble in TextTrouble}
    assert len(troubled) == len(TextTrouble)


def test_a_page_tells_how_far_a_text_to_a_handheld_got() -> None:
    shown = replace(message(41, Precedence.ROUTINE, "Kom hjem"), texted=replace(TEXT, parts=3, parts_sent=1))
    assert "#4  waits to be texted; 1 of 3 parts" in message_page(words("en"), shown)


def test_lists_are_harmless_whatever_was_typed() -> None:
    one = ShownHandheld(
        *(1, "FE01", "Felt 1", "KRS", True, "!00001001", NOON, 1, 5, -99, TextKey.CHANNEL, (TEXT,)),
    )
    elsewhere = replace(one, is_ours=False, home="PLH")
    lines = handheld_lines(words("da"), (one, elsewhere))
    assert "hørt" in lines[0]
    assert "kanalens nøgle" in lines[1]
    assert lines[-1].endswith("skriver med PLH")
    stray = ShownStray("!00000009", StrayReason.OTHER_KEY, "\x1b[2Jhej", NOON, None, 5, -99)
    assert "\x1b" not in "\n".join(tray_lines(words("da"), (stray,)))
    assert handheld_lines(words("da"), ()) == ["Ingen håndradio er registreret."]
    assert tray_lines(words("da"), ()) == ["Bakken er tom."]
