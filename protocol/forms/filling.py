"""A form as people and programs write it: names of fields and plain values as text, and back again.

The same words whatever the language: `light=red`, `needs=power,heat`, `power_h=3`, `units.2.unit=PLH`. How each value
is written stands in `protocol.forms.plain`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from protocol.forms.fixed_kinds import Flags, YesNo
from protocol.forms.kinds import Field, Repeat
from protocol.forms.packing import Form, packed
from protocol.forms.plain import Names, allowed_text, plain, read_plain
from protocol.forms.schema import Schema
from protocol.forms.values import Record, Value
from protocol.reasons import ProtocolError

ENTRIES_MAX: Final = 300
"""More than the largest form takes: 32 records of 8 fields."""
SHOWN_CHARACTERS_MAX: Final = 40
"""Of what was written, in a refusal."""


class Problem(StrEnum):
    """What keeps what was written from being a form."""

    FIELD_UNKNOWN = "field_unknown"
    FIELD_MISSING = "field_missing"
    FIELD_TWICE = "field_twice"
    VALUE = "value"
    TOO_LONG = "too_long"


class FormMistake(ProtocolError):
    """What was written is no form.

    Attributes:
        problem: what is wrong.
        field: with what.
        allowed: with `VALUE`, what may stand there; with `TOO_LONG`, bytes and the most there may be, "71/60".
    """

    def __init__(self, problem: Problem, field: str, allowed: str = "") -> None:
        super().__init__(f"{problem}: {field}{': ' if allowed else ''}{allowed}")
        self.problem = problem
        self.field = field
        self.allowed = allowed

    def detail(self, entries: Sequence[tuple[str, str]]) -> str:
        """Field, value and range, as every refusal tells them: `power_h=200 (0-120)`; of what is too long `71/60`."""
        if self.problem is Problem.TOO_LONG:
            return self.allowed
        value = dict(entries).get(self.field, "") if self.problem is Problem.VALUE else ""
        what = f"{self.field}={value[:SHOWN_CHARACTERS_MAX]}" if value else self.field
        return f"{what} ({self.allowed})" if self.allowed else what


def filled(schema: Schema, entries: Sequence[tuple[str, str]], names: Names) -> Form:
    """Make a form of what was written, in the newest version known.

    Raises:
        FormMistake: the first thing that is wrong with it.
    """
    written = dict(entries)
    if len(written) < len(entries):
        twice = next(name for at, (name, _) in enumerate(entries) if any(name == other for other, _ in entries[:at]))
        raise FormMistake(Problem.FIELD_TWICE, twice[:SHOWN_CHARACTERS_MAX])
    values = _record(schema.fields, written, "", names)
    if written:
        raise FormMistake(Problem.FIELD_UNKNOWN, min(written)[:SHOWN_CHARACTERS_MAX])
    form = Form(schema, values, schema.version)
    size = len(packed(form))
    if size > schema.bytes_max:
        raise FormMistake(Problem.TOO_LONG, schema.name, f"{size}/{schema.bytes_max}")
    return form


def plain_entries(form: Form, names: Names) -> list[tuple[str, str]]:
    """A form as it could have been written; a text that is not readable here is empty."""
    return list(_plain(form.schema.fields, form.values, "", names))


def _record(fields: tuple[Field, ...], written: dict[str, str], prefix: str, names: Names) -> Record:
    """Take the entries of these fields out of what was written."""
    values: list[Value | None] = []
    for field in fields:
        name = prefix + field.name
        if isinstance(field.kind, Repeat):
            values.append(_records(field.kind, written, name, names))
        elif name in written:
            value = read_plain(field.kind, written.pop(name).strip(), names)
            if value is None:
                raise FormMistake(Problem.VALUE, name, allowed_text(field.kind))
            values.append(value)
        elif field.optional:
            values.append(None)
        elif isinstance(field.kind, Flags | YesNo):
            values.append(0)  # nothing needed, and not so, are said by saying nothing
        else:
            raise FormMistake(Problem.FIELD_MISSING, name, allowed_text(field.kind))
    return tuple(values)


def _records(kind: Repeat, written: dict[str, str], name: str, names: Names) -> tuple[Record, ...]:
    records = []
    for number in range(1, kind.most + 1):
        prefix = f"{name}.{number}."
        if number > kind.least and not any(entry.startswith(prefix) for entry in written):
            break
        records.append(_record(kind.fields, written, prefix, names))
    return tuple(records)


def _plain(fields: tuple[Field, ...], values: Record, prefix: str, names: Names) -> Sequence[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for field, value in zip(fields, values, strict=True):
        if isinstance(field.kind, Repeat) and isinstance(value, tuple):
            for number, record in enumerate(value, 1):
                entries += _plain(field.kind.fields, record, f"{prefix}{field.name}.{number}.", names)
        elif value is not None:
            entries.append((prefix + field.name, plain(field.kind, value, names)))
    return entries
