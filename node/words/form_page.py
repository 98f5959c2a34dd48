"""A form as lines of a page, in the reader's language, from what the station answers."""

from typing import Final

from node.api.forms import ShownForm
from node.api.messages import ShownMessage
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.page import COLUMNS, aligned

_LANGUAGE: Final = "en"
"""Translated as the code of the catalogue's language: the words of forms come with their schemas, not with it."""
TEXTS: Final = (_LANGUAGE,)
FORM_COLUMNS: Final = 76
"""Of a page: with the bar before a text and a margin they fit the smallest console, and a printed slip."""
LABEL_COLUMNS: Final = 26


def language_of(words: Words) -> str:
    """Which of the forms' languages goes with these words."""
    return words(_LANGUAGE)


def form_lines(words: Words, form: ShownForm, columns: int = COLUMNS) -> list[str]:
    """Its title, then a line for each field, folded behind its label."""
    language = language_of(words)
    fields = [(f"{harmless(row.label.said(language))}:", harmless(row.said.said(language))) for row in form.rows]
    width = min(columns, FORM_COLUMNS)
    return [harmless(form.title.said(language)), *aligned(fields, width, min(LABEL_COLUMNS, width // 2))]


def said_in_line(words: Words, message: ShownMessage) -> str:
    """What a message says, for a list: a form in its one line, else the text as it is."""
    return harmless(message.text if message.form is None else message.form.line.said(language_of(words)))
