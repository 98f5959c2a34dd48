"""What people read of the radio: every reason the link can give has words, and nothing unknown looks like a figure."""

from dataclasses import replace

import pytest

from hardware.from_radio import DropReason
from hardware.radio import Refusal
from node.api.ladder import ShownTime
from node.api.status import RadioCount, RadioState
from node.words import radio_phrases
from node.words.catalogue import words
from node.words.radio_phrases import radio_rows

NOW = ShownTime(1_780_000_000_000, trusted=True)
UP = RadioState(
    address="tcp://radio:4403",
    is_up=True,
    since_s=3600,
    reason="",
    firmware="2.7.26",
    region="EU_868",
    preset="LONG_FAST",
    configured_preset="LONG_FAST",
    frames_inside=0,
    silent_s=12,
    queue_free=14,
    sent_bp=310,
    restarts=0,
    reconnections=0,
    refusals=(),
    drops=(),
)
AWAY = replace(
    UP, is_up=False, reason="no serial port /dev/x; check the USB cable", silent_s=None, queue_free=None, sent_bp=None
)


def told(radio: RadioState, language: str) -> list[tuple[str, str]]:
    return list(radio_rows(words(language), radio, NOW))


@pytest.mark.parametrize("reason", [*Refusal, *(reason.value for reason in DropReason)])
def test_every_reason_of_the_link_has_words(reason: str) -> None:
    assert str(reason) in radio_phrases.TEXTS


@pytest.mark.parametrize(
    ("radio", "english", "danish"),
    [
        (
            UP,
            [("", "last heard 12 s ago, 14 places free in its queue, 3.10 % of its hour sent")],
            [("", "sidst hørt for 12 s siden, 14 pladser fri i dens kø, har sendt 3,10 % af sin time")],
        ),
        (AWAY, [("", "nothing heard from it yet")], [("", "intet hørt fra den endnu")]),
        (
            replace(AWAY, silent_s=300, restarts=2, reconnections=3),
            [("", "last heard 5 min ago"), ("", "started anew 2 times, connected again 3 times")],
            [("", "sidst hørt for 5 min siden"), ("", "genstartet 2 gange, forbundet igen 3 gange")],
        ),
        (
            replace(
                AWAY,
                refusals=(RadioCount("duty cycle", 4), RadioCount("radio absent", 1)),
                drops=(RadioCount("a frame cut off on the way", 7),),
            ),
            [
                ("", "nothing heard from it yet"),
                ("refused frames", "duty cycle 4, radio absent 1"),
                ("unusable from the radio", "a frame cut off on the way 7"),
            ],
            [
                ("", "intet hørt fra den endnu"),
                ("refused frames", "sendetid brugt op 4, radio væk 1"),
                ("unusable from the radio", "afkortet undervejs 7"),
            ],
        ),
    ],
)
def test_health_of_the_radio_is_told(
    radio: RadioState, english: list[tuple[str, str]], danish: list[tuple[str, str]]
) -> None:
    assert told(radio, "en")[1:] == english
    assert told(radio, "da")[1:] == danish


def test_reason_of_an_absence_names_the_port_and_the_remedy() -> None:
    (name, said), *_ = told(AWAY, "en")
    assert name == "radio"
    assert "no serial port /dev/x; check the USB cable" in said
