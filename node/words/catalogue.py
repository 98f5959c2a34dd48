"""The translation in use: chosen once by option, environment or locale, handed on as a function.

The Danish texts stand in `da/bavn.po`; `bavn.mo` beside it is compiled from it by `tests/support/compile_words.py`.
"""

import gettext
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("da", "en")
LANGUAGE_VARIABLE: Final = "BAVN_LANG"

Words = Callable[[str], str]
"""From the English text to the one in use; braces in it are for `str.format`."""


def chosen_language(option: str | None) -> str:
    """The language of an option, else of BAVN_LANG, else of the locale; Danish when none of them is known."""
    for wish in (option, os.environ.get(LANGUAGE_VARIABLE), os.environ.get("LC_ALL"), os.environ.get("LANG")):
        if wish and wish[:2].casefold() in LANGUAGES:
            return wish[:2].casefold()
    return LANGUAGES[0]


def words(language: str) -> Words:
    """The texts of a language."""
    if language == "en":
        return lambda text: text
    with (Path(__file__).parent / language / "bavn.mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext
