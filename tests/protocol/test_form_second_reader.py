"""A second reader of forms, written from section 5.2 and the shipped tables alone, reads the golden forms alike.

It shares no code with `protocol.forms`: bits are letters here, and the tables are read as TOML gives them.
"""

import json
import tomllib
from pathlib import Path

import pytest

import protocol
from tests.support.form_cases import CODES, INSTANTS, MESSAGES
from tests.support.form_vectors import FOLDER

Table = dict[str, object]
SCHEMAS: dict[int, Table] = {}
for path in sorted((Path(protocol.__file__).parent / "forms").glob("*.toml")):
    if path.stem != "common":
        read = tomllib.loads(path.read_text())
        SCHEMAS[read["schema"]] = read

KINDS = ("station", "authority", "function", "operator", "group", "handheld")
COUNT_WIDTHS, COUNT_STARTS = (4, 7, 10, 17), (0, 16, 144, 1168)


class Bits:
    """The bits of a body, from the left."""

    def __init__(self, raw: bytes) -> None:
        self.left = "".join(f"{byte:08b}" for byte in raw)

    def take(self, width: int) -> int:
        assert len(self.left) >= width
        taken, self.left = self.left[:width], self.left[width:]
        return int(taken or "0", 2)

    def count(self) -> int:
        part = self.take(2)
        return COUNT_STARTS[part] + self.take(COUNT_WIDTHS[part])


def width_of(codes: int) -> int:
    """Bits for codes from 0 up to this one."""
    return len(f"{codes:b}") if codes else 0


def read_field(bits: Bits, field: dict[str, object], name: str) -> list[tuple[str, str]]:
    if field.get("optional") and not bits.take(1):
        return []
    least, most, step = (int(str(field.get(key, 1))) for key in ("least", "most", "step"))
    if field["kind"] == "repeat":
        inner = field["fields"]
        assert isinstance(inner, list)
        numbers = range(1, least + bits.take(width_of(most - least)) + 1)
        return [
            pair
            for number in numbers
            for one in inner
            for pair in read_field(bits, one, f"{name}.{number}.{one['name']}")
        ]
    if field["kind"] == "number":
        return [(name, str(least + bits.take(width_of((most - least) // step)) * step))]
    return [(name, read_value(bits, field))]


def read_value(bits: Bits, field: dict[str, object]) -> str:
    choices = [one["name"] for one in field["choices"]] if isinstance(field.get("choices"), list) else []
    match field["kind"]:
        case "yes_no":
            return ("no", "yes")[bits.take(1)]
        case "choice":
            return str(choices[bits.take(int(str(field["bits"])))])
        case "flags":
            set_bits = bits.take(int(str(field["bits"])))
            return ",".join(name for at, name in enumerate(choices) if set_bits >> at & 1)
        case "count":
            return str(bits.count())
        case "clock":
            minutes = bits.take(11)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case "text":
            codec, size = bits.take(3), bits.count()
            assert codec == 0
            return bytes(bits.take(8) for _ in range(size)).decode()
        case _:
            return read_name(bits, str(field["kind"]))


def read_name(bits: Bits, kind: str) -> str:
    match kind:
        case "time":
            wire = bits.take(20)
            return next(text for text, known in INSTANTS.items() if known == wire)
        case "message":
            parts = (bits.take(10), bits.take(2), bits.take(14))
            return next(text for text, one in MESSAGES.items() if (one.station, one.incarnation, one.sequence) == parts)
        case "holder":
            kind, number = KINDS[bits.take(3)], bits.take(11)
            code = next(
                (code for code, one in CODES.items() if (one.kind.name.lower(), one.number) == (kind, number)), ""
            )
            return code or f"{kind}:{number}"
        case "position":
            latitude = (bits.take(21) + 0.5) * 180 / 2**21 - 90
            longitude = (bits.take(22) + 0.5) * 360 / 2**22 - 180
            return f"{latitude:.4f} {longitude:.4f}"
        case _:
            raise AssertionError(kind)


@pytest.mark.parametrize("vector", json.loads((FOLDER / "forms.json").read_text()), ids=lambda one: str(one["name"]))
def test_a_golden_form_is_read_from_the_page_and_the_tables_alone(vector: dict[str, object]) -> None:
    bits = Bits(bytes.fromhex(str(vector["hex"])))
    schema, version = SCHEMAS[bits.take(10)], bits.take(6)
    assert (schema["name"], version) == (vector["form"], vector["version"])
    fields = schema["field"]
    assert isinstance(fields, list)
    read = dict(pair for field in fields for pair in read_field(bits, field, field["name"]))
    expected = vector["values"]
    assert isinstance(expected, dict)
    for name in {"position"} & set(expected):
        for a, b in zip(read.pop(name).split(), expected.pop(name).split(), strict=True):
            assert float(a) == pytest.approx(float(b), abs=0.0001)
    assert read == expected
    assert len(bits.left) < 8
    assert "1" not in bits.left
