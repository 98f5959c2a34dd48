"""A table becomes a schema only when every key is known and every bound kept; else one sentence says what is wrong."""

import contextlib
import copy
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.forms.loading import COMMON, FOLDER, shipped_forms
from protocol.certificates import Right
from protocol.forms.kinds import Repeat
from protocol.forms.parsing import parse_schema, parse_schemas
from protocol.forms.schema import named
from protocol.forms.tables import SchemaMistake

Table = dict[str, object]

GREEN: Table = {"name": "green", "da": "grøn", "en": "green"}
RED: Table = {"name": "red", "da": "rød", "en": "red"}


def table() -> Table:
    light: Table = {"name": "light", "kind": "choice", "da": "Lys", "en": "Light", "bits": 1, "choices": [GREEN, RED]}
    hours: Table = {"name": "hours", "kind": "number", "da": "Timer", "en": "Hours", "least": 0, "most": 10, "step": 2}
    words: Table = {"name": "words", "kind": "text", "da": "Ord", "en": "Words", "bytes_max": 20, "optional": True}
    return {
        "schema": 900,
        "name": "small",
        "version": 2,
        "bytes_max": 30,
        "da": "Lille",
        "en": "Small",
        "field": [light, hours, words],
    }


def changed(change: Callable[[Table, list[Table]], object]) -> Table:
    """The table after a change to its top or its fields."""
    made = copy.deepcopy(table())
    fields = made["field"]
    assert isinstance(fields, list)
    change(made, fields)
    return made


def test_a_good_table_is_a_schema() -> None:
    schema = parse_schema(table())
    assert (schema.number, schema.name, schema.version, schema.right) == (900, "small", 2, Right(0))
    assert [field.name for field in schema.fields] == ["light", "hours", "words"]
    assert schema.bits_without_texts_max == 16 + 1 + 3 + 1


MISTAKES: dict[str, tuple[Callable[[Table, list[Table]], object], str]] = {
    "an unknown key": (lambda top, _: top.update(colour="red"), "no such key: colour"),
    "an unknown key of a field": (lambda _, fields: fields[0].update(widht=3), "field 1: no such key: widht"),
    "no number": (lambda top, _: top.pop("schema"), "schema: needed is a whole number from 1 to 1022"),
    "schema 1023": (lambda top, _: top.update(schema=1023), "from 1 to 1022"),
    "a number that is a truth": (lambda top, _: top.update(schema=True), "from 1 to 1022"),
    "version 64": (lambda top, _: top.update(version=64), "from 1 to 63"),
    "a name for people": (lambda top, _: top.update(name="Lille"), "name"),
    "more bytes than a frame": (lambda top, _: top.update(bytes_max=156), "from 2 to 155"),
    "a right that there is not": (lambda top, _: top.update(right="all"), "one of flash, orders"),
    "no field": (lambda top, _: top.update(field=[]), "a list of 1 to 32"),
    "33 fields": (lambda top, fields: top.update(field=fields * 11), "a list of 1 to 32"),
    "a field that is none": (lambda top, _: top.update(field=[3]), "field 1: a table is needed"),
    "a kind that there is not": (lambda _, fields: fields[1].update(kind="colour", least=0), "no such key: least"),
    "two fields of one name": (lambda _, fields: fields[1].update(name="light"), "two have the same name"),
    "a version from the future": (lambda _, fields: fields[2].update(since=3), "from 1 to 2"),
    "a new field in the middle": (lambda _, fields: fields[1].update(since=2), "since must not fall"),
    "no Danish": (lambda _, fields: fields[0].pop("da"), "da: needed"),
    "an empty label": (lambda _, fields: fields[0].update(da=" "), "da: needed is a text"),
    "a label with a line end": (lambda _, fields: fields[0].update(da="a\nb"), "printable"),
    "a label of 41 characters": (lambda _, fields: fields[0].update(da="a" * 41), "at most 40"),
    "half a brief label": (lambda _, fields: fields[0].update(brief_da="x"), "brief_en"),
    "optional by a word": (lambda _, fields: fields[0].update(optional="yes"), "true or false"),
    "more choices than bits": (lambda _, fields: fields[0].update(choices=[GREEN, RED, GREEN]), "a list of 1 to 2"),
    "two choices of one name": (lambda _, fields: fields[0].update(choices=[GREEN, GREEN]), "names that differ"),
    "a new choice in the middle": (
        lambda _, fields: fields[0].update(choices=[{**GREEN, "since": 2}, RED]),
        "since in ascending order",
    ),
    "a range the wrong way round": (lambda _, fields: fields[1].update(most=-1), "most: needed"),
    "a step that misses the greatest": (lambda _, fields: fields[1].update(step=3), "step: needed"),
    "one unit for two languages": (lambda _, fields: fields[1].update(unit=["t"]), "unit: needed"),
    "a text longer than a frame": (lambda _, fields: fields[2].update(bytes_max=156), "from 1 to 155"),
    "more than fits when filled in": (lambda top, _: top.update(bytes_max=2), "3 bytes without its texts"),
    "holders of no kind": (
        lambda _, fields: fields.append({"name": "to", "kind": "holder", "da": "Til", "en": "To", "of": ["several"]}),
        "some of station",
    ),
}


@pytest.mark.parametrize(("change", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(change: Callable[[Table, list[Table]], object], said: str) -> None:
    with pytest.raises(SchemaMistake, match=said):
        parse_schema(changed(change))


@pytest.mark.parametrize("inside", ["text", "repeat"])
def test_records_hold_neither_texts_nor_records(inside: str) -> None:
    field: Table = {"name": "x", "kind": inside, "da": "x", "en": "x"}
    records: Table = {"name": "all", "kind": "repeat", "da": "Alle", "en": "All", "least": 0, "most": 3}
    with pytest.raises(SchemaMistake, match="kind: needed is one of"):
        parse_schema(changed(lambda _, fields: fields.append({**records, "fields": [field]})))


def test_a_record_never_grows() -> None:
    field: Table = {"name": "x", "kind": "yes_no", "da": "x", "en": "x", "since": 2}
    records: Table = {"name": "all", "kind": "repeat", "da": "Alle", "en": "All", "least": 0, "most": 3}
    with pytest.raises(SchemaMistake, match="a record never grows"):
        parse_schema(changed(lambda _, fields: fields.append({**records, "fields": [field]})))


@pytest.mark.parametrize("value", [None, 3, "schema", []])
def test_what_is_no_table_is_no_schema(value: object) -> None:
    with pytest.raises(SchemaMistake):
        parse_schema(value)


@pytest.mark.parametrize("change", [{"name": "other"}, {"schema": 901}])
def test_two_schemas_differ_in_number_and_name(change: Table) -> None:
    with pytest.raises(SchemaMistake, match="another schema"):
        parse_schemas([table(), {**table(), **change}])


def test_the_shipped_schemas_are_those_that_staffs_asked_for() -> None:
    names = {path.stem for path in FOLDER.glob("*.toml")} - {COMMON}
    schemas = shipped_forms().schemas
    assert {schema.name for schema in schemas.values()} == names
    assert names >= {"status", "board", "request", "offer", "urgent", "sitrep", "shelter", "evacuation", "public"}
    assert names >= {"order", "rollcall", "radiocheck", "methane"}
    rights = {schema.name: schema.right for schema in schemas.values() if schema.right}
    assert rights == {"evacuation": Right.ORDERS, "order": Right.ORDERS, "public": Right.PUBLIC_MESSAGES}


def test_a_schema_is_found_by_its_name() -> None:
    schemas = shipped_forms().schemas
    assert named(schemas, "board") is schemas[2]
    assert named(schemas, "nothing") is None
    assert isinstance(schemas[2].fields[0].kind, Repeat)


KEYS = ["schema", "name", "version", "bytes_max", "da", "en", "field", "kind", "bits", "choices", "most", "right"]
FIELD_KEYS = ["name", "kind", "da", "since", "bits", "choices", "least", "step", "unit", "optional"]
WORDS = st.sampled_from(["a", "choice", "text", "repeat", "x\ny", ""])
TABLES = st.recursive(
    st.none() | st.booleans() | st.integers(-2000, 2000) | WORDS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inside, max_size=8),
    max_leaves=20,
)


@given(TABLES)
def test_any_table_is_a_schema_or_a_mistake(made: object) -> None:
    with contextlib.suppress(SchemaMistake):
        parse_schema(made)


@given(st.sampled_from(KEYS), TABLES)
def test_any_entry_at_the_top_is_taken_or_a_mistake(key: str, value: object) -> None:
    with contextlib.suppress(SchemaMistake):
        parse_schema({**table(), key: value})


@given(st.integers(0, 2), st.sampled_from(FIELD_KEYS), TABLES)
def test_any_entry_of_a_field_is_taken_or_a_mistake(at: int, key: str, value: object) -> None:
    with contextlib.suppress(SchemaMistake):
        parse_schema(changed(lambda _, fields: fields[at].update({key: value})))
