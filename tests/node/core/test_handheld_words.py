"""Short commands in two languages are understood with typing errors; what is no command stays free text as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.handheld_words import Command, Light, Said, is_nearly, read_text, understood


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("KVIT 12", Command(Said.ACKNOWLEDGED, number=12)),
        ("kvit", Command(Said.ACKNOWLEDGED)),
        ("Kvit.", Command(Said.ACKNOWLEDGED)),
        ("KVIT12", Command(Said.ACKNOWLEDGED, number=12)),
        ("KIVT #12", Command(Said.ACKNOWLEDGED, number=12)),
        ("ack 3", Command(Said.ACKNOWLEDGED, number=3)),
        ("modtaget 3", Command(Said.ACKNOWLEDGED, number=3)),
        ("UDFØRT 4 alt er klart", Command(Said.DONE, "alt er klart", 4)),
        ("UDFORT 4", Command(Said.DONE, number=4)),
        ("udført", Command(Said.DONE)),
        ("udfrøt 4", Command(Said.DONE, number=4)),
        ("done 4", Command(Said.DONE, number=4)),
        ("NEJ 4 vejen er spærret", Command(Said.DECLINED, "vejen er spærret", 4)),
        ("no 4 road is blocked", Command(Said.DECLINED, "road is blocked", 4)),
        ("HJÆLP mand faldet", Command(Said.HELP, "mand faldet")),
        ("hjaelp", Command(Said.HELP)),
        ("hjælpp!", Command(Said.HELP)),
        ("SOS", Command(Said.HELP)),
        ("STATUS RØD intet lys", Command(Said.STATUS, "intet lys", light=Light.RED)),
        ("gul", Command(Said.STATUS, light=Light.YELLOW)),
        ("statsu groen", Command(Said.STATUS, light=Light.GREEN)),
        ("status green", Command(Said.STATUS, light=Light.GREEN)),
        ("POS 55.4037 10,38880 ved broen", Command(Said.POSITION, "ved broen", position_e5=(5_540_370, 1_038_880))),
        ("pos -55 -10.5", Command(Said.POSITION, position_e5=(-5_500_000, -1_050_000))),
        ("TIL KRL: mangler diesel", Command(Said.TEXT, "mangler diesel", to="KRL")),
        ("@log hentet kl. 14", Command(Said.TEXT, "hentet kl. 14", to="log")),
        ("?", Command(Said.USAGE)),
        ("", Command(Said.USAGE)),
    ],
)
def test_a_command_is_understood(typed: str, meant: Command) -> None:
    assert understood(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "No fuel left",
        "Nej tak",
        "Til stede ved broen nu",
        "KVIT for alt",
        "Held og lykke",
        "Greta er kommet",
        "Status",
        "POS 95.0 10.0",
        "POS midt i byen",
        "🚒🔥 помощь",
        "KVIT 12345678901234567890",
        "KVIT ٣",
        "Done deal in town",
    ],
)
def test_what_is_no_command_stays_as_typed(typed: str) -> None:
    assert understood(typed) == Command(Said.TEXT, typed)


def test_one_letter_is_forgiven_in_longer_words_and_none_in_short_ones() -> None:
    assert all(is_nearly(typed, "kvit") for typed in ("kvt", "kvitt", "kvot", "kvti", "kvit"))
    assert not any(is_nearly(typed, "kvit") for typed in ("kv", "kvottt", "hvis", ""))
    assert not is_nearly("sis", "sos")


@given(st.binary(max_size=300))
def test_whatever_comes_is_one_line_and_means_something(raw: bytes) -> None:
    text = read_text(raw)
    assert "\n" not in text
    assert len(text) <= 237
    assert understood(text).said in Said
