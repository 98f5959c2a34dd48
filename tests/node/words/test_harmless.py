"""No text from outside can do anything to a terminal or look like another text."""

import unicodedata

import pytest

from node.words.harmless import harmless


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J\x1b]0;titel\x07",
        "\x9b31m",
        "\x08\x7f\r",
        "\N{RIGHT-TO-LEFT OVERRIDE}lenet\N{POP DIRECTIONAL FORMATTING}",
        "\N{RIGHT-TO-LEFT ISOLATE}abc\N{POP DIRECTIONAL ISOLATE}",
        "KHJ\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}\N{ZERO WIDTH NO-BREAK SPACE}",
        "en\N{LINE SEPARATOR}to\N{PARAGRAPH SEPARATOR}tre",
        "\ud800\ue000\U0010ffff",
    ],
)
def test_control_and_direction_characters_are_shown_as_a_mark(text: str) -> None:
    shown = harmless(text)
    assert len(shown) == len(text)
    assert "\N{REPLACEMENT CHARACTER}" in shown
    assert all(unicodedata.category(letter)[0] not in "C" for letter in shown)


def test_danish_text_is_left_as_it_is() -> None:
    text = "Plejehjemmet »Havblik« på Ærø: 200 l diesel – nu!"
    assert harmless(text) == text


def test_lines_are_kept_only_where_they_are_wanted() -> None:
    assert harmless("en\nto\ttre") == "en to tre"
    assert harmless("en\nto", keep_lines=True) == "en\nto"
