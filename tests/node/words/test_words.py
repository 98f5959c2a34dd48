"""Every text has its Danish, says what it must, and nothing from outside does harm in it."""

import pkgutil
import string
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

import node.cli
import node.demo
import node.words
import tui
from node.api.alarms import Alarm, AlarmKind
from node.api.counting import Doubt
from node.api.faults import Fault, FaultCode
from node.api.ladder import Holder, Ladder, ShownTime, Step
from node.api.messages import Precedence, Recipient
from node.api.status import PowerState
from node.core import alarm_records, continuity
from node.words.alarm_phrases import alarm_text
from node.words.catalogue import chosen_language, words
from node.words.counting_phrases import doubt_text
from node.words.harmless import harmless
from node.words.phrases import (
    clock_text,
    fault_text,
    precedence_text,
    step_text,
)
from node.words.power_phrases import POWER_BRIEF_COLUMNS, power_brief, power_text
from tests.support.compile_words import WORDS, compiled, read_po

DANISH = read_po((WORDS / "da" / "bavn.po").read_text())
NOON = ShownTime(1_790_000_000_000, trusted=True)
DRAWN = PowerState(
    source="INA219 at i2c-1 0x42",
    charge_percent=78,
    voltage_mv=7_420,
    current_ma=-610,
    on_mains=False,
    left_min_s=11 * 3600 + 47 * 60,
    left_max_s=13 * 3600 + 53 * 60,
    age_s=12,
    fault="",
)
UNREAD = PowerState("INA219 at i2c-1 0x42", None, None, None, None, None, None, None, "nobody answers")
NO_TIME = replace(DRAWN, left_min_s=None, left_max_s=None)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def texts() -> list[str]:
    """Everything that a module of commands or words says it may print."""
    found: list[str] = []
    for package in (node.cli, node.demo, node.words, tui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            said: Mapping[str, str] | tuple[str, ...] = getattr(import_module(module.name), "TEXTS", ())
            found += said.values() if isinstance(said, Mapping) else said
    return [text for text in found if any(literal for literal, *_ in string.Formatter().parse(text))]


def test_no_text_has_two_danish_ones() -> None:
    said = [
        line
        for line in (WORDS / "da" / "bavn.po").read_text().splitlines()
        if line.startswith("msgid ") and line != 'msgid ""'
    ]
    assert [text for text, times in Counter(said).items() if times > 1] == []


def test_every_text_has_its_danish() -> None:
    assert texts()
    assert [text for text in texts() if text not in DANISH] == []


def test_every_translation_fills_in_the_same() -> None:
    unlike = {text: danish for text, danish in DANISH.items() if text and placeholders(text) != placeholders(danish)}
    assert unlike == {}


def test_the_compiled_catalogue_is_that_of_its_source() -> None:
    assert (WORDS / "da" / "bavn.mo").read_bytes() == compiled(DANISH)
    assert words("da")("In queue here - not sent") == "I kø her - ikke sendt"
    assert words("en")("In queue here - not sent") == "In queue here - not sent"


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("step", Step)
def test_every_step_has_its_own_words(step: Step, language: str) -> None:
    def said(of: Step) -> str:
        return step_text(words(language), Ladder("OUH", "OUH", of, NOON, "KHJ", "MLA", 1, (Holder("REG", NOON),)))

    assert "{" not in said(step)
    assert said(step) not in {said(other) for other in Step if other is not step}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("code", FaultCode)
def test_every_fault_has_words(code: FaultCode, language: str) -> None:
    fault = Fault(code, "what", (Recipient("station", 1, "A", "Name"),))
    said = fault_text(words(language), fault)
    assert said
    assert "{" not in said


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", AlarmKind)
def test_every_alarm_has_words(kind: AlarmKind, language: str) -> None:
    alarm = Alarm(7, kind, "ODK-00041", "12", NOON, NOON, 1, "KHJ")
    said = alarm_text(words(language), alarm)
    assert "{" not in said
    assert said.startswith("7: ")
    assert "KHJ" in said
    assert "KHJ" not in alarm_text(words(language), replace(alarm, silenced_by=""))


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_says_why_and_what_to_do(doubt: Doubt, language: str) -> None:
    said = doubt_text(words(language), doubt)
    assert said
    assert "{" not in said
    assert said not in {doubt_text(words(language), other) for other in Doubt if other is not doubt}
    assert said in fault_text(words(language), Fault(FaultCode.RECEIVE_ONLY, doubt))


def test_a_doubt_of_a_newer_station_is_no_mistake() -> None:
    assert doubt_text(words("en"), "fallen_asleep") == ""


def test_every_doubt_of_the_core_is_one_of_the_api() -> None:
    assert [doubt.value for doubt in continuity.Doubt] == [doubt.value for doubt in Doubt]


def test_every_alarm_of_the_core_is_one_of_the_api() -> None:
    assert [kind.value for kind in alarm_records.AlarmKind] == [kind.value for kind in AlarmKind]


def test_a_draft_that_is_gone_is_said_to_be_sent_only_when_it_was() -> None:
    assert fault_text(words("da"), Fault(FaultCode.DRAFT_UNKNOWN, "PLH-00041")).endswith("sendt som PLH-00041.")
    assert "sendt" not in fault_text(words("da"), Fault(FaultCode.DRAFT_UNKNOWN))


def test_every_precedence_has_its_label() -> None:
    assert [precedence_text(words("da"), one) for one in Precedence] == ["LYN", "HASTER", "SNART", "ALM"]


def test_a_doubtful_time_is_marked() -> None:
    assert clock_text(ShownTime(NOON.utc_ms, trusted=False)) == f"{clock_text(NOON)}?"
    assert clock_text(None) == "?"


def test_words_of_others_cannot_fill_in_anything() -> None:
    assert "{detail}" in fault_text(words("en"), Fault(FaultCode.UNKNOWN_RECIPIENT, "{detail}"))


@pytest.mark.parametrize(
    ("option", "environment", "expected"),
    [
        ("en", {"BAVN_LANG": "da"}, "en"),
        (None, {"BAVN_LANG": "en", "LANG": "da_DK.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "da"),
        (None, {"BAVN_LANG": "tlh", "LANG": "sv_SE.UTF-8"}, "da"),
        (None, {}, "da"),
    ],
)
def test_the_language_is_chosen_by_option_environment_locale(
    option: str | None, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BAVN_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert chosen_language(option) == expected


@pytest.mark.parametrize(
    ("power", "english", "danish"),
    [
        (
            DRAWN,
            "78 %, 7.42 V, -0.61 A, 11 h 40 - 14 h left (estimate), no mains",
            "78 %, 7,42 V, -0,61 A, 11 t 40 - 14 t tilbage (skøn), ingen netstrøm",
        ),
        (NO_TIME, "78 %, 7.42 V, -0.61 A, time left unknown, no mains", "tid tilbage ukendt"),
        (replace(NO_TIME, on_mains=True, current_ma=400), "78 %, 7.42 V, +0.40 A, on mains", "på netstrøm"),
        (replace(NO_TIME, current_ma=None, on_mains=None), "78 %, 7.42 V, time left unknown, mains unknown", "ukendt"),
        (replace(NO_TIME, charge_percent=None), "charge unknown, 7.42 V, -0.61 A, no mains", "ladning ukendt, 7,42 V"),
        (
            replace(NO_TIME, fault="nobody answers", age_s=240),
            "78 %, 7.42 V, -0.61 A, time left unknown, no mains, read 4 min ago, since then: nobody answers",
            "aflæst for 4 min siden, siden da: nobody answers",
        ),
        (UNREAD, "unknown: nobody answers", "ukendt: nobody answers"),
        (replace(UNREAD, fault=""), "unknown", "ukendt"),
        (replace(UNREAD, source="", fault=""), "unknown: no board is configured and no battery found", "ukendt: intet"),
    ],
)
def test_power_is_told_with_all_that_is_unknown(power: PowerState, english: str, danish: str) -> None:
    assert power_text(words("en"), power) == english
    assert danish in power_text(words("da"), power)


@pytest.mark.parametrize(
    ("power", "english", "danish"),
    [
        (DRAWN, "Bat 78% 11h40 NO MAINS", "Bat 78% 11t40 NET NEJ"),
        (replace(DRAWN, left_min_s=127 * 3600 + 1800), "Bat 78% 127h NO MAINS", "Bat 78% 127t NET NEJ"),
        (replace(DRAWN, left_min_s=0), "Bat 78% 0h00 NO MAINS", "Bat 78% 0t00 NET NEJ"),
        (NO_TIME, "Bat 78% ?h NO MAINS", "Bat 78% ukendt NET NEJ"),
        (replace(NO_TIME, on_mains=True), "Bat 78% MAINS", "Bat 78% NET"),
        (replace(NO_TIME, on_mains=None), "Bat 78% ?h", "Bat 78% ukendt"),
        (replace(NO_TIME, fault="nobody answers"), "Bat 78%? ?h NO MAINS", "Bat 78%? ukendt NET NEJ"),
        (replace(NO_TIME, charge_percent=None), "Bat 7.42V NO MAINS", "Bat 7,42V NET NEJ"),
        (UNREAD, "Bat unknown", "Bat ukendt"),
        (replace(UNREAD, source="", fault=""), "Bat unknown", "Bat ukendt"),
    ],
)
def test_power_in_brief(power: PowerState, english: str, danish: str) -> None:
    assert power_brief(words("en"), power) == english
    assert power_brief(words("da"), power) == danish


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("fault", ["", "nobody answers"])
@pytest.mark.parametrize("on_mains", [None, True, False])
@pytest.mark.parametrize("left_s", [None, 0, 39 * 3600, 60 * 86_400])
@pytest.mark.parametrize("charge_percent", [None, 0, 100])
def test_power_in_brief_fits_its_columns(
    language: str, fault: str, on_mains: bool | None, left_s: int | None, charge_percent: int | None
) -> None:
    power = replace(
        DRAWN, charge_percent=charge_percent, voltage_mv=26_000, on_mains=on_mains, left_min_s=left_s, fault=fault
    )
    assert len(power_brief(words(language), power)) <= POWER_BRIEF_COLUMNS


@given(st.integers(0, 60 * 86_400), st.integers(0, 60 * 86_400))
def test_a_range_is_rounded_outwards_and_never_below_nothing(one_s: int, other_s: int) -> None:
    least_s, most_s = sorted((one_s, other_s))
    said = power_text(words("en"), replace(DRAWN, left_min_s=least_s, left_max_s=most_s))
    least, most = said.split(", ")[3].removesuffix(" left (estimate)").split(" - ")
    assert 0 <= seconds_of(least) <= least_s
    assert most_s <= seconds_of(most) <= most_s + 3600


def seconds_of(text: str) -> int:
    """Read `45 min`, `2 h` or `11 h 40` back."""
    numbers = [int(part) for part in text.split() if part.isdecimal()]
    if text.endswith("min"):
        return numbers[0] * 60
    return numbers[0] * 3600 + (numbers[1] * 60 if len(numbers) > 1 else 0)


@given(st.text(st.characters()))
def test_nothing_harmful_is_left_in_any_text(text: str) -> None:
    categories = {unicodedata.category(letter) for letter in harmless(text)}
    assert categories.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert len(harmless(text)) == len(text)
    assert set(harmless(text, keep_lines=True).split("\n")) <= {harmless(line) for line in text.split("\n")}
