"""The console in a real terminal of 80x24, driven by keys, on the Linux console's font and without colours."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from node.api.alarms import Alarm, AlarmKind, Silence
from node.api.answers import AnswerBy, AnswerState
from node.api.faults import FaultCode
from node.api.functions import HeldFunction
from node.api.handover import AcceptShift, HandOver
from node.api.ladder import Step
from node.api.log import Channel, LogDetail, WriteNote
from node.api.messages import AuthorState, Box, Precedence
from node.api.methods import API_VERSION, Perform
from node.api.releases import Release
from tests.support.console_font import LAT15_FIXED16
from tests.support.daemons import BAVN
from tests.support.goldens import assert_golden
from tests.support.scripted_station import (
    KHJ,
    PASSPHRASE,
    PEOPLE,
    PNI,
    STATUS_AT_REST,
    ScriptedStation,
    entry,
    held_by,
    message,
    serving,
    today,
)
from tests.support.terminal import Terminal, terminal

TERMINALS = {
    "console": {"TERM": "linux"},
    "no-color": {"TERM": "xterm-256color", "NO_COLOR": "1"},
}
FLASH = message(2, Precedence.FLASH, "Generator stoppet, brændstof til 2 timer. Behov: 400 l diesel til indgang B.")
LOG_CHANGED = Alarm(4, AlarmKind.LOG_CHANGED, "BRS", "41/40", today(14, 20), today(14, 31), 1, "")
HELD = [HeldFunction(1, "KRISE", "Kriseleder", held_by("MLA")), HeldFunction(2, "LOG", "Logfører", held_by(""))]
ROUTINE = message(1, Precedence.ROUTINE, "Sitrep kl. 14: alt roligt, 42 beboere, varme til kl. 22.")


@pytest.fixture
def station(tmp_path: Path) -> Iterator[ScriptedStation]:
    with serving(ScriptedStation(messages=[ROUTINE, FLASH]), tmp_path / "sock") as running:
        yield running


@pytest.fixture
def console(tmp_path: Path, station: ScriptedStation) -> Iterator[Terminal]:
    """The console at the scripted station, in Danish, on the Linux console."""
    with console_at(tmp_path) as opened:
        opened.shows("INDBAKKE")
        yield opened


@pytest.fixture(params=TERMINALS)
def any_console(request: pytest.FixtureRequest, tmp_path: Path, station: ScriptedStation) -> Iterator[Terminal]:
    """The same on each kind of terminal: for what must look alike on all."""
    with console_at(tmp_path, **TERMINALS[request.param]) as opened:
        opened.shows("INDBAKKE")
        yield opened


def console_at(folder: Path, **environment: str) -> AbstractContextManager[Terminal]:
    settings = {"LANG": "C.UTF-8", "BAVN_LANG": "da", "TERM": "linux", **environment}
    return terminal(folder, BAVN, "tui", "--socket", folder / "sock", **settings)


def assert_drawable(screen: str) -> None:
    """Nothing but what the console's font has."""
    assert {letter for letter in screen if letter != "\n"} <= LAT15_FIXED16


def test_reading_acknowledging_and_replying_by_keys(any_console: Terminal, station: ScriptedStation) -> None:
    screen = any_console.shows("!! LYN    PLH-00002")
    assert_golden("inbox", any_console)
    assert_drawable(screen)
    any_console.press("Down")
    any_console.shows("Sitrep kl. 14: alt roligt, 42 beboere, varme til kl. 22.")
    any_console.press("Up", "a")
    screen = any_console.shows("PLH-00002 kvitteret som KHJ")
    any_console.shows("KRS     Kvitteret af KHJ 14:33")
    assert [(act.number, act.act, act.author) for act in station.acts] == [("PLH-00002", Step.ACKNOWLEDGED, "KHJ")]
    any_console.press("r")
    screen = any_console.shows("Svar på PLH-00002")
    any_console.type("Tankbil er på vej, hos jer kl. 15.20.")
    any_console.shows("kladde gemt 14:33")
    screen = any_console.shows("B = 1 pakke")
    assert_golden("reply", any_console)
    assert_drawable(screen)
    any_console.press("F9")
    screen = any_console.shows("KRS-00001 er gemt her og lagt i kø")
    (sent,) = station.sent
    assert (sent.to, sent.reply_to, sent.precedence) == ("station:1", "PLH-00002", Precedence.IMMEDIATE)
    assert sent.text == "Tankbil er på vej, hos jer kl. 15.20."
    assert station.drafts == {}
    any_console.press("Tab")
    screen = any_console.shows("UDBAKKE")
    screen = any_console.shows("I kø her - ikke sendt")
    assert_golden("outbox", any_console)
    assert_drawable(screen)


def test_a_new_message_finds_its_recipient_by_three_letters(console: Terminal, station: ScriptedStation) -> None:
    console.press("n")
    console.shows("Ny besked")
    console.type("bra")
    console.shows("BRS      Brandstation Nord")
    console.press("Enter")
    console.shows("Til   : Brandstation Nord (BRS)")
    console.type("Send to pumper til Strandvej 4.")
    console.press("F5", "F6")
    console.shows(">SNART<")
    assert_drawable(console.shows("[ ] Ingen kvittering"))
    console.press("F9")
    console.shows("KRS-00001 er gemt her")
    (sent,) = station.sent
    assert (sent.to, sent.precedence, sent.ack_wanted) == ("station:2", Precedence.PRIORITY, False)


def test_what_is_typed_in_one_burst_goes_where_it_belongs(console: Terminal, station: ScriptedStation) -> None:
    console.press("n")
    console.shows("Ny besked")
    console.tmux("send-keys", "-l", "bra", ";", "send-keys", "Enter", ";", "send-keys", "-l", "Send to pumper nu.")
    console.shows("Til   : Brandstation Nord (BRS)")
    console.shows("Send to pumper nu.")
    console.tmux("send-keys", "-l", " Tak.", ";", "send-keys", "F9")
    console.shows("KRS-00001 er gemt her")
    assert [(one.to, one.text) for one in station.sent] == [("station:2", "Send to pumper nu. Tak.")]


def test_the_whole_message_is_shown_and_opening_acknowledges_nothing(
    any_console: Terminal, station: ScriptedStation
) -> None:
    any_console.press("Enter")
    screen = any_console.shows("Udløber")
    assert_golden("message", any_console)
    assert_drawable(screen)
    assert station.acts == []
    any_console.press("x")
    any_console.shows("Grunden:")
    any_console.press("Enter")
    any_console.shows("Skriv dem.")
    any_console.type("Ingen diesel her")
    any_console.press("Enter")
    any_console.shows("afvist som KHJ")
    assert [(act.act, act.comment) for act in station.acts] == [(Step.DECLINED, "Ingen diesel her")]


def test_help_station_and_duty_pages_are_drawable(any_console: Terminal, station: ScriptedStation) -> None:
    for key, seen, golden in (
        ("?", "Beskedlisten", "help"),
        ("F3", "Kørt i", "station"),
        ("F2", "Adgangskode", "duty"),
    ):
        any_console.press(key)
        screen = any_console.shows(seen)
        assert_golden(golden, any_console)
        assert_drawable(screen)
        any_console.press("Escape")
        any_console.shows("INDBAKKE")


def test_a_key_that_is_revoked_is_said_where_its_message_is_read(
    any_console: Terminal, station: ScriptedStation
) -> None:
    any_console.press("Enter")
    any_console.shows("signatur OK")
    revoked = {"author_state": AuthorState.REVOKED, "key_ended": today(3, 10)}
    station.messages[1] = replace(FLASH, **revoked)
    station.stirred()  # no message changed
    screen = any_console.shows("Afsenders nøgle er spærret 03:10.")
    assert_golden("revoked", any_console)
    assert_drawable(screen)
    any_console.press("Escape")
    any_console.shows("NØGLE SPÆRRET | Generator")


def test_a_login_is_asked_for_where_nobody_is_on_duty(tmp_path: Path) -> None:
    nobody = ScriptedStation(messages=[FLASH], status=replace(STATUS_AT_REST, duty=()))
    with serving(nobody, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("Ingen er på vagt")
        console.press("a")
        console.shows("Initialer")
        console.type("khj")
        console.press("Enter")
        console.type("forkert")
        console.press("Enter")
        console.shows("Forkert adgangssætning")
        assert nobody.acts == []
        console.type(PASSPHRASE)
        assert PASSPHRASE not in console.screen()
        console.press("Enter")
        console.shows("PLH-00002 kvitteret som KHJ")


def test_nothing_from_outside_moves_the_cursor_or_turns_the_line(tmp_path: Path) -> None:
    hostile = "før\x1b[2J\x1b]0;titel\x07\N{RIGHT-TO-LEFT OVERRIDE}efter\r\n\t[bold]slut[/bold] 😀 ş"
    station = ScriptedStation(messages=[message(1, Precedence.ROUTINE, hostile, station_name="Havblik\x1b[1mX")])
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        mark = "\N{REPLACEMENT CHARACTER}"
        screen = console.shows(f"før{mark}[2J{mark}]0;titel{mark}{mark}efter")
        assert "[bold]slut[/bold]" in screen
        assert f"Havblik{mark}[1mX" in screen
        assert_drawable(screen)
        assert screen.splitlines()[1].startswith(" KRS INDBAKKE")


def test_ten_kilobytes_pasted_are_kept_and_named_too_long(console: Terminal, station: ScriptedStation) -> None:
    pasted = "".join(f"Linje {number:04} om diesel og varme på øen.\n" for number in range(260))
    assert len(pasted.encode()) > 10_000
    console.press("n")
    console.shows("Ny besked")
    console.type("plh")
    console.shows("Plejehjemmet")
    console.press("Enter")
    console.shows("(PLH)")
    console.paste(pasted)
    console.shows("FOR LANG")
    console.shows("kladde gemt")
    assert station.kept[-1].text.strip() == pasted.strip()
    console.press("F9")
    console.shows("Teksten er for lang")
    console.press("Escape")
    console.shows("Kladden er gemt")
    assert list(station.drafts.values())[-1].text.strip() == pasted.strip()
    console.press("k")
    console.shows("Linje 0000")
    console.press("Enter")
    console.shows("FOR LANG")


def test_any_size_of_terminal_is_survived(any_console: Terminal) -> None:
    for columns, rows in ((20, 5), (3, 2), (200, 60), (80, 24)):
        any_console.resize(columns, rows)
        if columns < 80:
            any_console.until(lambda screen, rows=rows: len(screen.splitlines()) <= rows, "a smaller screen")
    any_console.shows("!! LYN    PLH-00002")
    assert_golden("inbox", any_console)
    any_console.resize(60, 20)
    any_console.shows("Skærmen er for lille: 60x20")
    any_console.press("Down", "a")
    any_console.shows("PLH-00001 kvitteret som KHJ")


def test_a_long_box_is_paged_and_the_mark_stays_on_its_message(tmp_path: Path) -> None:
    many = [message(row, Precedence.ROUTINE, f"Melding {row}", unacknowledged=False) for row in range(1, 121)]
    station = ScriptedStation(messages=many)
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("↓41 1-50 af 120")
        console.press("End", "Down")
        console.shows("51-100 af 120")
        console.press("End", "Down")
        console.shows("101-120 af 120")
        console.press("End", "Down")
        console.shows("Melding 1\n")
        console.press("Home", "Up")
        console.shows("51-100 af 120")
        console.press("Home", "Up")
        console.shows("1-50 af 120")
        console.press("Home", "Down", "Down")
        console.shows(">   ALM    PLH-00118")
        station.add(message(200, Precedence.FLASH, "Røg i kælderen"))
        screen = console.shows("!! LYN    PLH-00200")
        assert ">   ALM    PLH-00118" in screen
        assert "1-50 af 121" in screen
        assert "Melding 118\n" in screen
        console.press("Space")
        console.shows(">!! LYN    PLH-00200")


def test_who_writes_is_chosen_where_several_are_on_duty(tmp_path: Path) -> None:
    station = ScriptedStation(messages=[FLASH], status=replace(STATUS_AT_REST, duty=(KHJ, PNI)))
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("14:32 VÆLG:F2 |")
        console.press("a")
        console.shows(">KHJ      Karl Hjort")
        console.press("Down")
        console.shows(">PNI      Pia Nielsen")
        console.press("Enter")
        console.shows("PLH-00002 kvitteret som PNI")
        console.shows("14:32 PNI |")
        console.press("F2")
        console.shows("Adgangskode")
        console.press("F10")
        console.shows("PNI er logget ud")
        console.press("Escape")
        console.shows("14:32 VÆLG:F2 |")  # nobody is made to follow who has gone


def test_an_act_is_in_the_name_that_was_on_the_screen(tmp_path: Path) -> None:
    station = ScriptedStation(messages=[FLASH], status=replace(STATUS_AT_REST, duty=(KHJ, PNI)))
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("14:32 VÆLG:F2 |")
        console.press("d")
        console.shows(">KHJ      Karl Hjort")
        console.press("Enter")
        console.shows("Meld PLH-00002 udført som KHJ.")
        station.status = replace(STATUS_AT_REST, duty=(PNI,))
        station.changed()
        console.shows("14:32 VÆLG:F2 |")
        console.type("Tankbil er fremme")
        console.press("Enter")
        console.shows("meldt udført som KHJ")
        assert [(act.author, act.comment) for act in station.acts] == [("KHJ", "Tankbil er fremme")]


def test_keys_of_one_burst_act_in_their_order(console: Terminal, station: ScriptedStation) -> None:
    console.press("n")
    console.shows("Ny besked")
    burst = ("send-keys", "-l", "KR", ";", "send-keys", "BSpace", "BSpace", ";", "send-keys", "-l", "bra")
    console.tmux(*burst, ";", "send-keys", "Tab", ";", "send-keys", "-l", "405", ";", "send-keys", "BSpace", "BSpace")
    console.tmux("send-keys", "-l", "5 l", ";", "send-keys", "Home", ";", "send-keys", "-l", "Send ")
    console.shows("Send 45 l")
    console.shows("Til   : Brandstation Nord (BRS)")


def test_what_is_typed_while_a_screen_opens_is_not_lost(console: Terminal, station: ScriptedStation) -> None:
    console.tmux("send-keys", "-l", "nbra")
    console.shows("Til   : bra")
    console.shows("BRS      Brandstation Nord")
    console.press("Escape")
    console.shows("INDBAKKE")
    console.tmux("send-keys", "-l", "dTankbil er fremme")
    console.shows("Tankbil er fremme")
    console.press("Enter")
    console.shows("meldt udført som KHJ")
    assert [act.comment for act in station.acts] == ["Tankbil er fremme"]


def test_a_second_key_in_the_same_burst_ends_nothing_else(console: Terminal, station: ScriptedStation) -> None:
    console.press("d")
    console.shows("Meld PLH-00002 udført")
    console.tmux("send-keys", "-l", "Gjort", ";", "send-keys", "Enter", "Enter")
    console.until(lambda screen: "INDBAKKE" in screen or "Udløber" in screen, "the list, or the message")
    assert [act.comment for act in station.acts] == ["Gjort"]


def test_an_answer_ends_its_own_screen_though_another_is_in_front(tmp_path: Path) -> None:
    station = ScriptedStation(messages=[FLASH], pause_s=1.0)
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("!! LYN    PLH-00002")
        console.press("r")
        console.shows("Svar på")
        console.shows("Til   : Plejehjemmet Havblik (PLH)")
        console.type("Kort svar")
        console.press("F9", "F1")
        console.shows("Beskedlisten")
        console.until(lambda _: bool(station.sent), "the message at the station")
        console.press("Escape")
        console.shows("KRS-00001 er gemt her")
        console.press("q")
        console.shows("Forlad konsollen?")


def test_a_text_that_looks_like_a_receipt_is_seen_to_be_a_text(tmp_path: Path) -> None:
    forged = "*ØVELSE* Evakuer nu\nØVELSE, INGEN VIRKELIG HÆNDELSE\nKRS     Kvitteret af KHJ 14:33"
    station = ScriptedStation(messages=[message(1, Precedence.ROUTINE, forged)])
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        screen = console.shows("| KRS     Kvitteret af KHJ 14:33")
        assert "MLA | *ØVELSE* Evakuer nu" in screen
        assert "\nKRS     Fremme på KRS - ikke kvitteret" in screen


def test_a_draft_is_gone_on_with_or_thrown_away(console: Terminal, station: ScriptedStation) -> None:
    console.press("n")
    console.shows("Ny besked")
    console.type("plh")
    console.shows("Plejehjemmet")
    console.press("Enter")
    console.type("Halvt skrevet")
    console.press("Escape")
    console.shows("Kladden er gemt")
    console.press("k")
    console.shows("Halvt skrevet")
    console.press("Enter")
    console.shows("Til   : Plejehjemmet Havblik (PLH)")
    console.type(" og helt.")
    console.press("Escape")
    console.shows("Kladden er gemt")
    assert [draft.text for draft in station.drafts.values()] == ["Halvt skrevet og helt."]
    console.press("k")
    console.shows("Halvt skrevet")
    console.press("F8")
    console.shows("Slet kladden?")
    console.press("Enter")
    console.shows("Ingen kladder.")
    assert station.drafts == {}


def test_leaving_asks_first(console: Terminal) -> None:
    console.press("q")
    console.shows("Forlad konsollen?")
    console.press("Escape")
    console.shows("INDBAKKE")
    console.press("C-q")
    console.shows("Forlad konsollen?")
    console.press("Enter")
    console.shows("ended 0")


def test_no_station_and_a_station_of_another_version_are_said(tmp_path: Path) -> None:
    with console_at(tmp_path) as console:
        console.shows("INGEN STATION siden")
        with serving(ScriptedStation(api=999), tmp_path / "sock"):
            console.shows(f"forskellig version (999/{API_VERSION})")
        with serving(ScriptedStation(messages=[FLASH]), tmp_path / "sock"):
            console.shows("!! LYN    PLH-00002")


def test_words_typed_outlive_the_station(tmp_path: Path) -> None:
    with console_at(tmp_path) as console:
        with serving(ScriptedStation(messages=[FLASH]), tmp_path / "sock"):
            console.shows("!! LYN    PLH-00002")
            console.press("r")
            console.shows("Svar på")
            console.shows("Til   : Plejehjemmet Havblik (PLH)")
        console.shows("INGEN STATION siden")
        console.type("Tankbil på vej.")
        console.shows("kladde IKKE gemt: ingen station")
        console.press("F9")
        station = ScriptedStation(messages=[FLASH])
        with serving(station, tmp_path / "sock"):
            console.shows("KRS-00001 er gemt her")
            assert [one.text for one in station.sent] == ["Tankbil på vej."]


def test_english_speaks_english(tmp_path: Path) -> None:
    with (
        serving(ScriptedStation(messages=[ROUTINE, FLASH]), tmp_path / "sock"),
        console_at(tmp_path, BAVN_LANG="en") as console,
    ):
        console.shows("!! FLASH     PLH-00002")
        assert_golden("inbox-en", console)
        console.press("?")
        console.shows("The list of messages")
        assert_golden("help-en", console)


def test_an_alarm_is_said_and_rings_until_somebody_looks_into_it(console: Terminal, station: ScriptedStation) -> None:
    station.status = replace(station.status, alarms=(LOG_CHANGED,))
    station.changed()
    console.shows("ALARM 4: Loggen på BRS")
    console.press("l")
    screen = console.shows("Alarmer: hvad nogen skal se på")
    assert_drawable(screen)
    console.press("Enter")
    console.shows("KHJ ser på det")
    assert station.silenced == [Silence(4, "KHJ")]
    console.press("Escape")
    assert "ALARM" not in console.shows("INDBAKKE")


def test_who_can_read_a_message_is_said_and_changed_by_one_key(any_console: Terminal, station: ScriptedStation) -> None:
    any_console.press("n")
    any_console.type("plh")
    any_console.shows("PLH      Plejehjemmet Havblik")
    any_console.press("Enter")
    any_console.shows("Til   : Plejehjemmet Havblik (PLH)")
    any_console.type("Beboer 010203-1234 savnes")
    any_console.shows("[x] fortrolig: kun Plejehjemmet Havblik kan læse den")
    screen = any_console.shows("kladde gemt 14:33")
    assert_golden("writing", any_console)
    assert_drawable(screen)
    any_console.press("F7")
    any_console.shows("ÅBEN: alle, der hører den, kan læse den")
    any_console.shows("Ligner et CPR-nummer")
    any_console.press("F7")
    any_console.shows("[x] fortrolig")
    any_console.press("F9")
    any_console.shows("KRS-00001 er gemt her")
    assert [one.confidential for one in station.sent] == [True]


def test_where_nothing_can_be_confidential_the_reason_is_said(console: Terminal, station: ScriptedStation) -> None:
    station.open_because = FaultCode.ALWAYS_OPEN
    console.press("n")
    console.type("plh")
    console.shows("PLH      Plejehjemmet Havblik")
    console.press("Enter")
    console.type("Alt vel")
    console.shows("ÅBEN for alle, der hører den: Plejehjemmet Havblik har ingen nøgle")
    console.press("F7")
    console.shows("Plejehjemmet Havblik har ingen nøgle at læse med.")
    console.press("F9")
    console.shows("KRS-00001 er gemt her")
    assert [one.confidential for one in station.sent] == [None]


def test_keys_are_locked_and_opened_again(console: Terminal, station: ScriptedStation) -> None:
    console.press("F2")
    console.shows("På vagt på denne station")
    console.press("F9")
    console.shows("Låst: KHJ. F2 åbner nøglen igen.")
    console.press("Escape")
    console.shows("INDBAKKE")
    console.press("F2")
    console.shows("nøglen er låst: Enter, så adgangssætningen")
    console.press("Enter")
    console.type(PASSPHRASE)
    console.press("Enter")
    console.shows("INDBAKKE")
    console.shows(" KHJ ")
    assert station.status.locked == ()


def test_the_emergency_key_opens_after_a_question_and_asks_for_no_initials(
    any_console: Terminal, station: ScriptedStation
) -> None:
    any_console.press("F2")
    any_console.shows("På vagt på denne station")
    any_console.press("F8")
    any_console.shows("NØDLOGIN med nøglen i den forseglede kuvert")
    any_console.press("Escape")
    assert station.emergencies == []
    any_console.press("F8")
    any_console.shows("NØDLOGIN med nøglen i den forseglede kuvert")
    any_console.press("Enter")
    any_console.shows("Skriv ordene fra den forseglede kuvert")
    screen = any_console.shows("[F8]Nødlogin")
    assert_golden("emergency", any_console)
    assert_drawable(screen)
    any_console.type(PASSPHRASE)
    any_console.press("Enter")
    any_console.shows(" NØD1 ")
    assert station.emergencies == [PASSPHRASE]


def test_a_pressed_key_tells_the_station_that_somebody_is_there(console: Terminal, station: ScriptedStation) -> None:
    console.press("Down", "Up", "Down")
    console.press("n")
    console.shows("Ny besked")
    assert station.presences == 1


def test_the_log_is_read_page_by_page_and_a_note_is_written_into_it(
    any_console: Terminal, station: ScriptedStation
) -> None:
    station.log += [entry(number, "composed", f"Melding {number}", message="KRS-00001") for number in range(1, 61)]
    called = (LogDetail("channel", "phone"), LogDetail("from", "Vandværket"))
    station.log.append(entry(61, "note", "Pumpen kører", who="PNI", details=called, written=today(13, 10)))
    any_console.press("F4")
    screen = any_console.shows("Log, det nyeste først: alt")
    screen = any_console.shows("| Pumpen kører")
    assert_golden("log", any_console)
    assert_drawable(screen)
    any_console.press("End", "Down")
    any_console.shows(">    11 14:00")
    any_console.press("Tab")
    any_console.shows("Log, det nyeste først: notater")
    any_console.shows_no_more("Melding")
    any_console.press("n")
    any_console.shows("Notat til loggen, som KHJ")
    any_console.type("Skolen er åben for 40")
    any_console.press("F5", "F5", "Tab")
    any_console.type("Skoleleder")
    any_console.press("Enter", "Enter")
    any_console.type("25.99")
    any_console.shows("Skrevet kl.: 25.99")
    any_console.press("F9")
    any_console.shows("'25.99' er ikke et klokkeslæt")
    any_console.press("BSpace", "BSpace", "BSpace", "BSpace", "BSpace")
    any_console.shows("Skrevet kl.:\n")
    screen = any_console.shows(">SINE<")
    assert_golden("note", any_console)
    assert_drawable(screen)
    any_console.press("F9")
    any_console.shows("Noteret som post 62.")
    any_console.shows(">    62 14:00        KHJ")
    assert station.notes == [WriteNote("Skolen er åben for 40", Channel.SINE, "Skoleleder", "", None, "KHJ")]


def test_a_note_is_not_left_unasked(console: Terminal, station: ScriptedStation) -> None:
    console.press("F4")
    console.shows("Log, det nyeste")
    console.tmux("send-keys", "-l", "nRing til borgmesteren")
    console.shows("Ring til borgmesteren")
    console.press("Escape")
    console.shows("Det er ikke i loggen.")
    console.press("Escape")
    console.shows("Ring til borgmesteren")
    console.press("F9")
    console.shows("Noteret som post 1.")
    assert [note.text for note in station.notes] == ["Ring til borgmesteren"]


def test_a_login_typed_in_one_burst_puts_no_passphrase_where_it_is_read(tmp_path: Path) -> None:
    locked = ScriptedStation(status=replace(STATUS_AT_REST, duty=(), locked=(KHJ,)))
    with serving(locked, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("Låst: KHJ.")
        console.press("F2")
        console.shows("Adgangskode")
        console.tmux("send-keys", "-l", "khj", ";", "send-keys", "Enter", ";", "send-keys", "-l", PASSPHRASE)
        assert PASSPHRASE not in console.shows("Adgangskode: ••••")
        console.press("Enter")
        console.shows("14:32 KHJ |")
        assert locked.logins == ["khj"]


def test_functions_are_taken_and_given_up_from_the_duty_screen(console: Terminal, station: ScriptedStation) -> None:
    station.functions = list(HELD)
    console.press("F2")
    console.shows("På vagt på denne station")
    console.press("F5")
    screen = console.shows("LOG    Logfører: ingen")
    assert_golden("functions", console)
    assert_drawable(screen)
    console.press("Enter")
    console.shows("KRISE holdes af MLA. Overtag den som KHJ?")
    console.press("Enter")
    console.shows("KHJ har KRISE.")
    console.press("Down", "Enter")
    console.shows("KHJ har LOG.")
    console.press("F8")
    console.shows("KHJ har opgivet LOG.")
    console.press("Escape")
    console.shows("KHJ      Karl Hjort  [KRISE]")


def test_a_shift_is_handed_over_in_both_names(console: Terminal, station: ScriptedStation) -> None:
    station.functions = list(HELD)
    station.status = replace(STATUS_AT_REST, duty=(KHJ, PNI))
    console.press("F6")
    screen = console.shows("Vagtskifte på KRS Krisestaben")
    assert_golden("handover", console)
    assert_drawable(screen)
    console.press("o")
    console.shows("KHJ overdrager. Initialer på afløseren")
    console.type("PNI")
    console.press("Enter")
    console.shows("Tilbudt PNI")
    console.press("a")
    console.shows("PNI overtager efter KHJ")
    console.press("Enter")
    console.shows("PNI har overtaget efter KHJ.")
    console.shows("14:32 PNI |")
    console.press("x")
    console.shows("Afløseren er ikke mødt")
    console.press("Enter")
    console.shows("PNI har overdraget til ingen.")
    assert station.handed == [HandOver("PNI", "KHJ"), AcceptShift("PNI"), HandOver("", "PNI")]


def test_a_flash_that_needs_two_is_released_by_the_second_after_reading(tmp_path: Path) -> None:
    station = ScriptedStation(needs_releaser=True, status=replace(STATUS_AT_REST, duty=(KHJ, PNI)))
    with serving(station, tmp_path / "sock"), console_at(tmp_path) as console:
        console.shows("VÆLG:F2")
        console.press("n")
        console.shows(">KHJ      Karl Hjort")
        console.press("Enter")
        console.shows("Ny besked")
        console.type("plh")
        console.shows("PLH      Plejehjemmet Havblik")
        console.press("Enter")
        console.type("Evakuér østfløjen nu.")
        console.press("F5", "F5", "F5")
        console.shows(">LYN<")
        console.press("F9")
        console.shows("IKKE sendt: en anden person skal frigive")
        console.shows("1 er IKKE sendt")
        console.press("f")
        screen = console.shows("| Evakuér østfløjen nu.")
        assert_golden("releases", console)
        assert_drawable(screen)
        console.press("Enter")
        console.shows("Frigiv den som KHJ?")
        console.press("Enter")
        console.shows("En anden skal, som må frigive")
        console.press("F2")
        console.shows(">KHJ      Karl Hjort")
        console.type("pni")
        console.press("Enter", "Enter")
        console.shows("14:32 PNI |")
        console.press("Enter")
        console.shows("Frigiv den som PNI?")
        console.press("Enter")
        console.shows("KRS-00001 er frigivet af PNI")
        console.shows("Intet venter på en anden person.")
        assert station.released == [Release(1, "PNI")]


def test_at_a_kiosk_nobody_logs_in_and_initials_are_typed(tmp_path: Path) -> None:
    kiosk = ScriptedStation(messages=[FLASH], status=replace(STATUS_AT_REST, duty=(), kiosk=True))
    with serving(kiosk, tmp_path / "sock"), console_at(tmp_path) as console:
        screen = console.shows("KIOSK: A kvitterer med dine initialer")
        screen = console.shows("!! LYN    PLH-00002")
        assert " 14:32 KIOSK |" in screen
        console.press("a")
        console.shows("Dine initialer:")
        console.type("M L")
        console.press("Enter")
        console.shows("1 til 10 bogstaver eller cifre")
        console.press("BSpace", "BSpace")
        console.type("LA")
        screen = console.shows("\nMLA\n")
        assert_golden("kiosk", console)
        assert_drawable(screen)
        console.press("Enter")
        console.shows('PLH-00002 kvitteret af "MLA", ikke logget ind')
        assert kiosk.acts == [Perform("PLH-00002", initials="MLA")]
        console.press("r")
        console.shows("Svar på")
        console.shows("Til   : Plejehjemmet Havblik (PLH)")
        console.type("Forstået")
        console.press("F9")
        console.shows("KRS-00001 er gemt her")
        assert [one.author for one in kiosk.sent] == ["-"]
        console.press("d")
        console.shows("Adgangskode")


def test_what_was_written_here_is_cancelled_after_a_question(console: Terminal, station: ScriptedStation) -> None:
    written = {"box": Box.OUTBOX, "number": "KRS-00041", "unacknowledged": False}
    station.add(message(41, Precedence.IMMEDIATE, "Evakuér afdeling 2.", **written))
    console.press("Tab")
    console.shows("KRS-00041")
    console.press("c")
    console.shows("Annullér KRS-00041?")
    console.press("Enter")
    console.shows("KRS-00099 annullerer KRS-00041")
    screen = console.shows("ANNULLERET af KRS, KHJ")
    assert_golden("cancelled", console)
    assert_drawable(screen)
    (cancelled,) = station.cancelled
    assert (cancelled.number, cancelled.text, cancelled.author) == ("KRS-00041", "Annulleret: KRS-00041.", "KHJ")
    console.press("c")
    console.shows("KRS-00041 er annulleret eller rettet: se KRS-00099.")
    assert len(station.cancelled) == 1


def test_a_correction_begins_with_the_words_that_it_takes_the_place_of(
    console: Terminal, station: ScriptedStation
) -> None:
    written = {"box": Box.OUTBOX, "number": "KRS-00041", "unacknowledged": False}
    station.add(message(41, Precedence.IMMEDIATE, "Evakuér afdeling 2.", to=PEOPLE["PLH"], **written))
    console.press("e")
    console.shows("Kun det, der er skrevet her, annulleres og rettes her")
    console.press("Tab")
    console.shows("KRS-00041")
    console.press("e")
    console.shows("Træder i stedet for KRS-00041 | ingen svarfrist (F4)")
    console.shows("Evakuér afdeling 2.")
    console.press("F4", "F4")
    console.shows("| svar inden 30 min (F4)")
    console.press("F9")
    console.shows("er gemt her og lagt i kø")
    (sent,) = station.sent
    assert (sent.corrects, sent.answer_by_min, sent.text) == ("KRS-00041", 30, "Evakuér afdeling 2.")


def test_what_was_not_answered_in_time_stands_out_in_both_boxes(console: Terminal, station: ScriptedStation) -> None:
    late = AnswerBy(AnswerState.COURIER_OFFERED, 30, today(14, 0), 1920, False, ("STF",))
    station.add(
        message(41, Precedence.PRIORITY, "Send en bus.", number="KRS-00041", box=Box.OUTBOX, answer=late),
        message(5, Precedence.PRIORITY, "Hvem kører?", answer=replace(late, state=AnswerState.OVERDUE, deputies=())),
    )
    console.shows("INTET SVAR | Hvem kører?")
    waiting = replace(late, state=AnswerState.WAITING, by=today(15, 0), late_s=0, deputies=())
    station.add(message(6, Precedence.FLASH, "Hvor mange er I?", answer=waiting))
    console.shows("| Hvor mange er I?")
    console.press("Home")
    console.shows("svar senest 15:00 (30 min)")
    console.press("Tab")
    console.shows("INTET SVAR I TIDE: senest 14:00, for 32 min siden.")
    screen = console.shows("Send et bud:")
    assert_golden("overdue", console)
    assert_drawable(screen)
