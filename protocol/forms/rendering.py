"""A form as people read it: a row for each field, or one line for a handheld, in Danish or English.

Nothing is said of a field that was left out, and nothing that is not certain: a code that is not known here is told as
a number, a text that does not decode as not readable. What is answered is not made harmless: who shows it does that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from protocol.codec import decode_text
from protocol.forms.book import FormBook, Phrases
from protocol.forms.fixed_kinds import Choice, Choosable, Flags, Instant, Label, Number, Station, YesNo
from protocol.forms.kinds import Count, Field, FieldKind, Repeat
from protocol.forms.packing import Form, UnknownForm
from protocol.forms.plain import Names, plain
from protocol.forms.values import CodedText, Record, Value
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped

LANGUAGES: Final = ("da", "en")
LINE_BYTES_MAX: Final = 200
"""One text to a handheld, with room for the number before it (Meshtastic takes 233 bytes of text)."""
_CUT: Final = "..."


@dataclass(frozen=True, slots=True)
class Row:
    """One field."""

    name: str
    """As programs write it; empty for a remark."""
    value: str
    """As programs write it."""
    label: Label
    said: Label


@dataclass(frozen=True, slots=True)
class Saying:
    """One language and all that is needed to say a value in it."""

    language: str
    phrases: Phrases
    names: Names
    is_brief: bool = False
    """In one line, where a code does for a name."""

    def said(self, label: Label) -> str:
        """A label in this language."""
        return label.said(self.language)

    def holder(self, address: Address) -> str:
        """Whom an address means."""
        return self.names.holder_text(address) if self.is_brief else self.names.holder_said(address)


def title(form: Form | UnknownForm, book: FormBook) -> Label:
    """What the form is called."""
    if isinstance(form, Form):
        return form.schema.title
    return Label(*(f"{book.phrases.form.said(one)} {form.number}" for one in LANGUAGES))


def rows(form: Form | UnknownForm, book: FormBook, names: Names, *, is_allowed: bool = True) -> list[Row]:
    """What each field says; of a schema that is not known its number, its version and its bytes.

    A form that its author had no right to send begins with saying so.
    """
    sayings = [Saying(language, book.phrases, names) for language in LANGUAGES]
    if isinstance(form, UnknownForm):
        labels = (book.phrases.form, book.phrases.version, book.phrases.bytes)
        known = zip(labels, (str(form.number), str(form.version), form.raw.hex()), strict=True)
        return [Row("", value, label, Label(value, value)) for label, value in known]
    made = [] if is_allowed else [Row("", "", book.phrases.beware, book.phrases.not_allowed)]
    made += _rows(form, sayings)
    if form.is_newer:
        label = Label(*(f"{book.phrases.newer.said(one)} {form.version}" for one in LANGUAGES))
        made.append(Row("", "", label, book.phrases.says_more))
    return made


def line(form: Form | UnknownForm, book: FormBook, names: Names, language: str, *, is_allowed: bool = True) -> str:
    """The form in one line of at most `LINE_BYTES_MAX`, cut where it is longer, which is seen."""
    saying = Saying(language, book.phrases, names, is_brief=True)
    head = title(form, book).said(language)
    if isinstance(form, UnknownForm):
        return f"{head}: {book.phrases.unread.said(language)}"
    parts = [] if is_allowed else [f"{saying.said(book.phrases.beware)}, {saying.said(book.phrases.not_allowed)}"]
    parts += _parts(form.schema.fields, form.values, saying)
    if form.is_newer:
        parts.append(book.phrases.says_more.said(language))
    return _cut(f"{head}: {'; '.join(parts)}")


def _rows(form: Form, sayings: list[Saying]) -> Iterator[Row]:
    for field, value in zip(form.schema.fields, form.values, strict=True):
        if isinstance(field.kind, Repeat) and isinstance(value, tuple):
            for number, record in enumerate(value, 1):
                label = Label(f"{field.label.da} {number}", f"{field.label.en} {number}")
                said = Label(*("; ".join(_parts(field.kind.fields, record, saying)) for saying in sayings))
                yield Row(f"{field.name}.{number}", "", label, said)
        elif value is not None:
            said = Label(*(said_value(field.kind, value, saying) for saying in sayings))
            yield Row(field.name, plain(field.kind, value, sayings[0].names), field.label, said)


def _parts(fields: tuple[Field, ...], values: Record, saying: Saying) -> Iterator[str]:
    """What one line says of each field: a brief label and the value; nothing of a no and of no flags."""
    for field, value in zip(fields, values, strict=True):
        if value is None or (value == 0 and isinstance(field.kind, YesNo | Flags)):
            continue
        if isinstance(field.kind, Repeat) and isinstance(value, tuple):
            yield from (", ".join(_parts(field.kind.fields, record, saying)) for record in value)
            continue
        label = saying.said(field.label if field.brief is None else field.brief)
        yield label if isinstance(field.kind, YesNo) else f"{label} {said_value(field.kind, value, saying)}".strip()


def said_value(kind: FieldKind, value: Value, saying: Saying) -> str:
    """One value in words; not of records."""
    match kind, value:
        case YesNo(), int():
            return saying.said(saying.phrases.yes if value else saying.phrases.no)
        case Choice(), int():
            return _label_of(kind.options, value, saying)
        case Flags(), int():
            named = [_label_of(kind.options, at, saying) for at in range(kind.bits) if value >> at & 1]
            return ", ".join(named) or saying.said(saying.phrases.none)
        case Number(), int():
            more = f" {saying.said(saying.phrases.or_more)}" if kind.or_more and value == kind.most else ""
            return f"{value} {saying.said(kind.unit)}".strip() + more
        case Count(), int():
            return f"{value} {saying.said(kind.unit)}".strip()
        case Instant(), int():
            return saying.names.instant_said(value)
        case Station(), int():
            return saying.holder(Address(Kind.STATION, value))
        case _, Address():
            return saying.holder(value)
        case _, CodedText():
            text = decode_text(value.codec, value.raw)
            return f"({saying.said(saying.phrases.unread)})" if isinstance(text, Dropped) else text
        case _:
            return plain(kind, value, saying.names)


def _label_of(options: tuple[Choosable, ...], code: int, saying: Saying) -> str:
    return saying.said(options[code].label) if code < len(options) else f"#{code}"


def _cut(text: str) -> str:
    one_line = " ".join(text.split())
    raw = one_line.encode(errors="replace")
    if len(raw) <= LINE_BYTES_MAX:
        return one_line
    return raw[: LINE_BYTES_MAX - len(_CUT)].decode(errors="ignore") + _CUT
