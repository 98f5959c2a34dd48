"""Every text has its Danish, says what it must, and nothing from outside does harm in it."""

import pkgutil
import string
import unicodedata
from collections.abc import Mapping
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

import node.cli
import node.demo
import node.words
import tui
from node.api.faults import Fault, FaultCode
from node.api.ladder import Holder, Ladder, ShownTime, Step
from node.api.messages import Precedence, Recipient
from node.words.catalogue import chosen_language, words
from node.words.harmless import harmless
from node.words.phrases import clock_text, fault_text, precedence_text, step_text
from tests.support.compile_words import WORDS, compiled, read_po

DANISH = read_po((WORDS / "da" / "bavn.po").read_text())
NOON = ShownTime(1_790_000_000_000, trusted=True)


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


@given(st.text(st.characters()))
def test_nothing_harmful_is_left_in_any_text(text: str) -> None:
    categories = {unicodedata.category(letter) for letter in harmless(text)}
    assert categories.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert len(harmless(text)) == len(text)
    assert set(harmless(text, keep_lines=True).split("\n")) <= {harmless(line) for line in text.split("\n")}
