"""Schemas and filled forms as `bavn form` prints them, for people and for programs."""

from typing import Final

from node.words.catalogue import Words
from node.words.form_page import FORM_COLUMNS, LABEL_COLUMNS, language_of
from node.words.harmless import harmless
from node.words.page import aligned
from protocol.forms.book import FormBook
from protocol.forms.fixed_kinds import Choice, Flags, Holder, Label
from protocol.forms.kinds import Field, FieldKind, Repeat
from protocol.forms.packing import Form, encode_form
from protocol.forms.plain import Names, allowed_text
from protocol.forms.rendering import rows, title
from protocol.forms.schema import Schema

_SIZE: Final = "{bytes} of {room} bytes; codes and numbers of messages were not looked up"
_AT_MOST: Final = "at most {bytes} bytes"
_OPTIONAL: Final = "may be left out"
_NEEDS_RIGHT: Final = "only for who may: {right}"
TEXTS: Final = (_SIZE, _AT_MOST, _OPTIONAL, _NEEDS_RIGHT)


def schema_lines(words: Words, schema: Schema) -> list[str]:
    """What a form asks for, field by field."""
    size = words(_AT_MOST).format(bytes=schema.bytes_max)
    right = [words(_NEEDS_RIGHT).format(right=_right(schema))] if schema.right else []
    fields = [line for one in schema.fields for line in _field_lines(words, one, one.name)]
    return [f"{schema.name}  {schema.title.said(language_of(words))}  {size}", *right, *fields]


def checked_lines(words: Words, form: Form, book: FormBook, names: Names) -> list[str]:
    """A filled form as it reads, and what it weighs."""
    language = language_of(words)
    fields = [(f"{row.label.said(language)}:", harmless(row.said.said(language))) for row in rows(form, book, names)]
    size = words(_SIZE).format(bytes=len(encode_form(form)), room=form.schema.bytes_max)
    return [title(form, book).said(language), *aligned(fields, FORM_COLUMNS, LABEL_COLUMNS), "", size]


def schema_table(schema: Schema) -> dict[str, object]:
    """A schema for programs."""
    return {
        "name": schema.name,
        "schema": schema.number,
        "version": schema.version,
        "title": _both(schema.title),
        "bytes_max": schema.bytes_max,
        "right": _right(schema),
        "fields": list(map(_field_table, schema.fields)),
    }


def _field_table(one: Field) -> dict[str, object]:
    told: dict[str, object] = {
        "name": one.name,
        "label": _both(one.label),
        "kind": type(one.kind).__name__.lower(),
        "optional": one.optional,
        "since": one.since,
        "allowed": allowed_text(one.kind),
    }
    if isinstance(one.kind, Repeat):
        told["fields"] = list(map(_field_table, one.kind.fields))
    return told


def _field_lines(words: Words, one: Field, name: str) -> list[str]:
    said = [one.label.said(language_of(words)), *([words(_OPTIONAL)] if one.optional else [])]
    lines = aligned([(name, f"{' - '.join(said)}: {_allowed(words, one.kind)}")], FORM_COLUMNS)
    if isinstance(one.kind, Repeat):
        for inner in one.kind.fields:
            lines += _field_lines(words, inner, f"{name}.1.{inner.name}")
    return lines


def _allowed(words: Words, kind: FieldKind) -> str:
    if isinstance(kind, Choice | Flags):
        mark = " | " if isinstance(kind, Choice) else ", "
        return mark.join(option.label.said(language_of(words)) for option in kind.options)
    text = allowed_text(kind)
    return f"{text} ({', '.join(one.name.lower() for one in kind.kinds)})" if isinstance(kind, Holder) else text


def _right(schema: Schema) -> str:
    return (schema.right.name or "").lower()


def _both(label: Label) -> dict[str, str]:
    return {"da": label.da, "en": label.en}
