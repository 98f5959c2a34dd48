"""Hypothesis strategies for every value that a field can hold, and for forms of a schema."""

from hypothesis import strategies as st

from protocol.forms.fixed_kinds import (
    Choice,
    ClockTime,
    Flags,
    Holder,
    Instant,
    MessageNumber,
    Number,
    Place,
    Station,
    YesNo,
)
from protocol.forms.kinds import Count, Field, FieldKind, Repeat, Text
from protocol.forms.packing import Form
from protocol.forms.schema import Schema
from protocol.forms.values import CodedText, Position, Record, Value
from protocol.instants import NO_TIME
from protocol.numbers import Address, Kind, Reference

TEXT_CODECS = (0, 1, 2, 3, 5, 6, 7)


def values_of(kind: FieldKind) -> st.SearchStrategy[Value]:
    """What a field of this kind can hold."""
    match kind:
        case YesNo():
            return st.integers(0, 1)
        case Choice():
            return st.integers(0, len(kind.options) - 1)
        case Flags():
            return st.integers(0, (1 << len(kind.options)) - 1)
        case Number():
            return st.integers(0, (kind.most - kind.least) // kind.step).map(lambda code: kind.least + code * kind.step)
        case Count():
            return st.integers(0, min(20, kind.most)) | st.integers(0, kind.most)
        case Text():
            raw = st.binary(min_size=1, max_size=kind.bytes_max)
            return st.builds(CodedText, st.sampled_from(TEXT_CODECS), raw)
        case Repeat():
            return st.lists(records_of(kind.fields), min_size=kind.least, max_size=kind.most).map(tuple)
        case _:
            return compound_values_of(kind)


def compound_values_of(kind: FieldKind) -> st.SearchStrategy[Value]:
    """The same of the kinds that stand for more than a number."""
    match kind:
        case ClockTime():
            return st.integers(0, 1439)
        case Instant():
            return st.integers(0, NO_TIME - 1)
        case Place():
            return st.builds(Position, st.integers(0, (1 << 21) - 1), st.integers(0, (1 << 22) - 1))
        case MessageNumber():
            return st.builds(Reference, st.integers(1, 1022), st.integers(0, 3), st.integers(1, 16383))
        case Station():
            return st.integers(1, 1022)
        case Holder():
            kinds = st.sampled_from(kind.kinds)
            return kinds.flatmap(lambda one: st.builds(Address, st.just(one), st.integers(1, _most(one))))
        case _:
            raise AssertionError(kind)


def _most(kind: Kind) -> int:
    return 1022 if kind is Kind.STATION else 2046


def records_of(fields: tuple[Field, ...]) -> st.SearchStrategy[Record]:
    """A value for each field, some left out."""
    return st.tuples(
        *(st.none() | values_of(field.kind) if field.optional else values_of(field.kind) for field in fields)
    )


def forms_of(schema: Schema) -> st.SearchStrategy[Form]:
    """Forms of a schema, some longer than it allows."""
    return st.builds(Form, st.just(schema), records_of(schema.fields), st.just(schema.version))
