"""What stands on the screen, without a screen: rows, figures, alerts, the alarm, and letters that can be drawn."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from node.api.counting import UNCOUNTED, Doubt
from node.api.forms import Both, ShownForm
from node.api.ladder import Ladder, ShownTime, Step
from node.api.messages import AuthorState, Box, Legibility, Precedence
from node.api.methods import Listed, Price
from node.api.status import Contact, PowerState, StoreState, Waiting
from node.words.catalogue import words
from node.words.message_page import message_page
from tests.support.console_font import LAT15_FIXED16
from tests.support.scripted_station import PEOPLE, STATUS_AT_REST, held_by, message, today
from tui.bell import AGAIN_S, SILENCE_S, Bell
from tui.cells import beside, fitted
from tui.glyphs import REPERTOIRE, console_pen, pen_for
from tui.meter import meter_text
from tui.picture import Absence, Look, Picture, Window
from tui.rows import heading, is_loud, row
from tui.status_line import ALERTS_MAX, alerts, status_line
from tui.texts import help_page, recipient_row, short_view
from tui.widgets.fields import typed

LANGUAGES = ("da", "en")
LISTED = Listed((), 1, 0)


def seen(status: object = STATUS_AT_REST, **changes: object) -> Picture:
    shown = replace(STATUS_AT_REST, **changes) if changes else status
    return Picture(Look(shown, LISTED, Window(), LISTED))  # type: ignore[arg-type] - the caller names real fields


@given(st.text(), st.integers(0, 200))
def test_a_fitted_text_takes_exactly_its_cells(text: str, cells: int) -> None:
    assert cell_len(fitted(text.replace("\n", " "), cells)) == cells
    assert cell_len(beside(text.replace("\n", " "), "12 af 40", cells)) == cells


@given(st.text(st.characters()))
def test_the_console_pen_draws_only_what_the_font_has_cell_for_cell(text: str) -> None:
    drawn = console_pen(text)
    assert set(drawn) <= REPERTOIRE | {"\n"}
    assert REPERTOIRE <= LAT15_FIXED16


def test_letters_are_taken_apart_before_they_are_given_up() -> None:
    assert console_pen("blåbærgrød ş a\N{COMBINING RING ABOVE} 漢") == "blåbærgrød s å \N{REPLACEMENT CHARACTER}"
    assert pen_for("linux") is console_pen
    assert pen_for("xterm-256color")("漢 ş") == "漢 ş"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("box", Box)
def test_rows_and_headings_stand_in_the_same_columns(language: str, box: Box) -> None:
    one = message(1, Precedence.IMMEDIATE, "Teksten", box=box, age_s=5)
    line, names = row(words(language), one, 79), heading(words(language), box, 79)
    assert len(line) == len(names) == 79
    assert line.index("PLH-00001") == names.index(words(language)("Number"))


def test_marks_say_what_waits_without_colour() -> None:
    say = words("da")
    assert row(say, message(1, Precedence.FLASH, "x"), 79).startswith("!! LYN")
    assert row(say, message(1, Precedence.ROUTINE, "x"), 79).startswith("!  ALM")
    assert row(say, message(1, Precedence.FLASH, "x", unacknowledged=False), 79).startswith("   LYN")
    sent = Ladder("PLH", "Havblik", Step.SENT, today(14, 0), "", "", 1, ())
    out = message(1, Precedence.ROUTINE, "x", box=Box.OUTBOX, ladders=(sent,), to=PEOPLE["PLH"])
    assert row(say, out, 79).startswith("?  ALM")
    assert "Sendt - intet svar endnu" in row(say, out, 79)
    for step in (Step.DECLINED, Step.EXPIRED):
        assert row(say, replace(out, ladders=(replace(sent, step=step),)), 79).startswith("X ")
    acknowledged = replace(out, ladders=(replace(sent, step=Step.ACKNOWLEDGED, initials="KHJ"),))
    assert row(say, acknowledged, 79).startswith("   ALM")


def test_a_function_is_offered_with_who_holds_it() -> None:
    one = replace(PEOPLE["KRISE"], holding=held_by("MLA"))
    assert recipient_row(words("da"), one) == "KRISE    Kriseleder - MLA siden 14:00, på KRS"
    assert recipient_row(words("da"), PEOPLE["PLH"]) == "PLH      Plejehjemmet Havblik"


def test_the_station_that_is_least_far_along_stands_in_the_outbox() -> None:
    ladders = tuple(
        Ladder(code, code, step, today(14, 0), "KHJ", "", 1, ())
        for code, step in (("AAA", Step.DONE), ("BBB", Step.QUEUED), ("CCC", Step.ACKNOWLEDGED))
    )
    assert "I kø her" in row(words("da"), message(1, Precedence.ROUTINE, "x", box=Box.OUTBOX, ladders=ladders), 79)


def test_an_exercise_says_so_in_its_row_and_what_cannot_be_read_says_why() -> None:
    assert "*ØVELSE* | Brand" in row(words("da"), message(1, Precedence.ROUTINE, "Brand", drill=4), 79)
    sealed = message(1, Precedence.ROUTINE, "", legibility=Legibility.CONFIDENTIAL)
    assert "(fortroligt" in row(words("da"), sealed, 79)
    assert any("ØVELSE" in line for line in short_view(words("da"), replace(sealed, drill=4), 80))


@pytest.mark.parametrize(
    ("state", "in_row", "first"),
    [
        (AuthorState.REVOKED, "NØGLE SPÆRRET | Brand", "Afsenders nøgle er spærret 03:10. Få det bekræftet"),
        (AuthorState.EXPIRED, "NØGLE UDLØBET | Brand", "Afsenders nøgle var udløbet."),
        (AuthorState.UNCHECKED, "NØGLE ? | Brand", "ALM "),
        (AuthorState.GOOD, "MLA | Brand", "ALM "),
    ],
)
def test_a_key_that_is_not_good_is_said_in_words(state: AuthorState, in_row: str, first: str) -> None:
    one = message(1, Precedence.ROUTINE, "Brand", author_state=state)
    dated = replace(one, key_ended=today(3, 10) if state is AuthorState.REVOKED else None)
    assert in_row in row(words("da"), dated, 79)
    for lines in (short_view(words("da"), dated, 80), message_page(words("da"), dated)):
        assert lines[0].startswith(first)


def test_a_key_revoked_in_advance_has_no_time() -> None:
    one = message(1, Precedence.ROUTINE, "Brand", author_state=AuthorState.REVOKED)
    assert short_view(words("da"), one, 80)[0].startswith("Afsenders nøgle er spærret. Få")


def test_a_form_stands_in_its_row_in_the_language_of_the_reader() -> None:
    both = Both("Lys: gul", "Light: yellow")
    form = ShownForm("status", 1, 1, is_newer=False, is_allowed=True, title=both, line=both, rows=())
    one = message(1, Precedence.ROUTINE, "Lys: gul", form=form)
    assert "| Light: yellow" in row(words("en"), one, 79)
    assert "| Lys: gul" in row(words("da"), one, 79)


def test_only_what_is_urgent_and_unacknowledged_is_loud() -> None:
    loud = {one: is_loud(message(1, one, "x")) for one in Precedence}
    assert [one for one, is_it in loud.items() if is_it] == [Precedence.FLASH, Precedence.IMMEDIATE]
    assert not is_loud(message(1, Precedence.FLASH, "x", unacknowledged=False))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_line_fits_when_everything_is_at_its_worst(language: str) -> None:
    worst = replace(
        STATUS_AT_REST,
        unacknowledged=199,
        only_here=88,
        queue=tuple(Waiting(one, 250) for one in Precedence),
        radio=replace(STATUS_AT_REST.radio, is_up=False),
        clock=replace(STATUS_AT_REST.clock, now=replace(STATUS_AT_REST.clock.now, trusted=False)),
        power=PowerState("x", 100, 12_600, -2_000, False, 360_000, 720_000, 3, ""),
    )
    line = status_line(words(language), worst, "ÆØÅZZ", 80)
    assert len(line) == 80
    assert "199" in line
    assert line.startswith(" 14:32?")


def test_alerts_name_the_gravest_first_and_count_the_rest() -> None:
    bad = seen(
        store=StoreState("/x", "/x.bad", "disk full"),
        radio=replace(STATUS_AT_REST.radio, is_up=False, since_s=60, reason="no answer"),
        duty=(),
        clock=replace(STATUS_AT_REST.clock, now=ShownTime(STATUS_AT_REST.clock.now.utc_ms, trusted=False)),
        power=PowerState("x", 9, 6_100, -600, False, 3_000, 5_000, 3, ""),
    )
    said = alerts(words("da"), bad)
    assert len(said) == ALERTS_MAX
    assert said[0] == "INTET KAN GEMMES: disk full"
    assert said[1].startswith("Radioen svarer ikke siden 14:31?. Beskeder gemmes.")
    assert said[1].endswith("(+4: F3)")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"duty": ()}, "Ingen er på vagt"),
        ({"duty": (), "kiosk": True}, "KIOSK: A kvitterer med dine initialer"),
        ({"awaiting": 2}, "2 er IKKE sendt"),
        ({"quarantined": 3}, "3 venter ulæst"),
        ({"counting": replace(UNCOUNTED, doubt=Doubt.RESTORED)}, "KUN MODTAGELSE"),
        ({"airtime": replace(STATUS_AT_REST.airtime, used_bp=890)}, "Sendetid næsten brugt (8,9 af 9,0 %)"),
        ({"power": PowerState("x", 9, 6_100, -600, False, 3_000, 5_000, 3, "")}, "Strøm til ca. 50 min"),
        ({"store": StoreState("/x", "/x.bad", "")}, "lagt til side"),
        ({"radio": replace(STATUS_AT_REST.radio, preset="LONG_FAST")}, "LONG_FAST, nettet MEDIUM_FAST"),
    ],
)
def test_each_trouble_has_its_words(changes: "dict[str, object]", said: str) -> None:
    assert [said in alert for alert in alerts(words("da"), seen(**changes))] == [True]


def test_a_station_in_order_needs_no_words_and_an_absent_one_does() -> None:
    assert alerts(words("da"), seen()) == []
    away = replace(seen(), absence=Absence(0.0, is_sought=False))
    assert alerts(words("da"), away)[0].startswith("INGEN STATION siden")
    assert alerts(words("da"), Picture(absence=Absence(0.0, is_sought=True))) == ["Søger stationen ..."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_meter_fits_a_line_and_names_what_is_too_much(language: str) -> None:
    longest = Price(PEOPLE["PLH"], 155, 155, 1, 231, 14_295, 7, 39, 899, 4_096, 999_900)
    assert len(meter_text(words(language), longest)) <= 100
    usual = Price(PEOPLE["PLH"], 155, 155, 1, 231, 2_130, 3, 39, 310, 12, 14_000)
    assert len(meter_text(words(language), usual)) < 80
    assert "45 B" in meter_text(words(language), replace(usual, packets=0, text_bytes=200))


def test_the_help_has_the_keys_of_the_screen_that_asked_first() -> None:
    from tui.keys import COMPOSE

    lines = help_page(words("da"), COMPOSE, 80)
    assert lines[0] == "Skriv"
    assert max(map(cell_len, lines)) <= 80


def test_the_alarm_sounds_until_somebody_acts_or_silences_it() -> None:
    bell = Bell()
    assert not bell.sounds(0.0)
    bell.heard_of(frozenset({1}), 10.0)
    assert bell.sounds(10.0)
    assert not bell.sounds(10.1)
    assert bell.next_s(10.0) == AGAIN_S
    assert bell.sounds(10.0 + AGAIN_S)
    bell.silence(30.0)
    bell.heard_of(frozenset({1}), 31.0)
    assert not bell.sounds(30.0 + SILENCE_S - 1)
    assert bell.sounds(30.0 + SILENCE_S)
    bell.silence(400.0)
    bell.heard_of(frozenset({1, 2}), 401.0)
    assert bell.sounds(401.0), "what arrives anew ends the silence"
    bell.heard_of(frozenset(), 402.0)
    assert bell.next_s(402.0) is None
    assert not bell.sounds(1_000.0)


@given(st.text(st.characters()), st.integers(0, 400))
def test_what_is_pasted_holds_nothing_harmful_and_stays_inside_its_bound(text: str, bytes_max: int) -> None:
    kept = typed(text, bytes_max)
    assert len(kept.encode()) <= bytes_max
    assert all(letter == "\n" or letter.isprintable() or letter.isspace() for letter in kept)


def test_pasted_lines_stay_lines() -> None:
    assert typed("a\r\nb\rc\td\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}e") == "a\nb\nc d[31me"


def test_contacts_out_of_reach_are_not_counted_as_stations_in_reach() -> None:
    far = Contact("OUH", "OUH", 9_000, 2, in_reach=False, manned=True, clock_trusted=True)
    line = status_line(words("da"), replace(STATUS_AT_REST, contacts=(*STATUS_AT_REST.contacts, far)), "KHJ", 80)
    assert "Radio OK 1 st" in line
