"""A form as operators see it: its rows and its one line in both languages, from the bits of a message's body."""

from node.api.forms import Both, ShownForm, ShownRow
from node.core.forms import may_send
from node.core.surroundings import Surroundings
from protocol.forms.fixed_kinds import Label
from protocol.forms.packing import Form, decode_form
from protocol.forms.plain import Names
from protocol.forms.rendering import LANGUAGES, line, rows, title
from protocol.reasons import Dropped


def shown_form(body: bytes, here: Surroundings, names: Names, author: int) -> ShownForm | Dropped:
    """Read and render; why not, when it breaks its schema: then nothing of it is shown."""
    book = here.forms
    form = decode_form(body, book.schemas)
    if isinstance(form, Dropped):
        return form
    name, number = (form.schema.name, form.schema.number) if isinstance(form, Form) else ("", form.number)
    is_allowed = not isinstance(form, Form) or may_send(here.roster, author, form.schema)
    shown_rows = rows(form, book, names, is_allowed=is_allowed)
    return ShownForm(
        name=name,
        schema=number,
        version=form.version,
        is_newer=isinstance(form, Form) and form.is_newer,
        is_allowed=is_allowed,
        title=_both(title(form, book)),
        line=Both(*(line(form, book, names, language, is_allowed=is_allowed) for language in LANGUAGES)),
        rows=tuple(ShownRow(row.name, row.value, _both(row.label), _both(row.said)) for row in shown_rows),
    )


def text_of(form: ShownForm, language: str) -> str:
    """The form as a text, for whoever reads nothing but texts: its title, then a line for each field."""
    lines = (f"{row.label.said(language)}: {_one_line(row.said.said(language))}" for row in form.rows)
    return "\n".join((form.title.said(language), *lines))


def _one_line(text: str) -> str:
    """A text inside a form begins no line of its own: it could be taken for another field."""
    return " ".join(text.split())


def _both(label: Label) -> Both:
    return Both(label.da, label.en)
