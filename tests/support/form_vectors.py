"""Write the golden vectors of forms: `python -m tests.support.form_vectors --accept`.

`forms.json` has the bytes. `released.json` has the layout of every version of every schema ever released: a version
that stands there is never written anew, which is what lets an old station read the beginning of a newer form.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from node.forms.loading import shipped_forms
from protocol.forms.filling import plain_entries
from protocol.forms.fixed_kinds import Choice, Flags, Holder, Number
from protocol.forms.kinds import Count, Field, FieldKind, Repeat, Text
from protocol.forms.packing import encode_form
from protocol.forms.schema import Schema, Schemas
from tests.support.form_cases import CASES, NAMES

FOLDER: Final = Path(__file__).resolve().parents[1] / "vectors" / "forms"


def kind_layout(kind: FieldKind, version: int) -> str:
    """All of a kind that its bits depend on."""
    match kind:
        case Choice() | Flags():
            names = [option.name for option in kind.options if option.since <= version]
            return f"{type(kind).__name__} {kind.bits} {' '.join(names)}"
        case Number():
            return f"Number {kind.least} {kind.most} {kind.step}"
        case Count():
            return f"Count {kind.most}"
        case Text():
            return f"Text {kind.bytes_max}"
        case Holder():
            return f"Holder {' '.join(str(int(one)) for one in kind.kinds)}"
        case Repeat():
            return f"Repeat {kind.least} {kind.most} [{'; '.join(layout(kind.fields, version))}]"
        case _:
            return type(kind).__name__


def layout(fields: tuple[Field, ...], version: int) -> list[str]:
    """The fields of a version, each as one line."""
    return [
        f"{field.name}: {'optional ' if field.optional else ''}{kind_layout(field.kind, version)}"
        for field in fields
        if field.since <= version
    ]


def versions(schema: Schema) -> dict[str, list[str]]:
    """The layout of each version up to the newest."""
    return {str(version): layout(schema.fields, version) for version in range(1, schema.version + 1)}


def by_name(schemas: Schemas) -> dict[str, Schema]:
    """Each with its number, which never changes either."""
    return {f"{schema.number} {schema.name}": schema for schema in schemas.values()}


def released() -> dict[str, dict[str, list[str]]]:
    """What was written before."""
    file = FOLDER / "released.json"
    before: dict[str, dict[str, list[str]]] = json.loads(file.read_text()) if file.exists() else {}
    return before


def files() -> dict[str, str]:
    """The text of every file as the code would write it now."""
    schemas = shipped_forms().schemas
    forms = [
        {
            "name": case.name,
            "form": case.schema,
            "schema": case.form(schemas).schema.number,
            "version": case.form(schemas).version,
            "values": dict(plain_entries(case.form(schemas), NAMES)),
            "hex": encode_form(case.form(schemas)).hex(),
        }
        for case in CASES
    ]
    before = released()
    history = {name: {**versions(schema), **before.get(name, {})} for name, schema in sorted(by_name(schemas).items())}
    contents = {"forms.json": forms, "released.json": history}
    return {name: json.dumps(content, ensure_ascii=False, indent=1) + "\n" for name, content in contents.items()}


def main() -> int:
    """Write what changed, if told to accept it; 1 when it was not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="overwrite; the specification says why")
    accept = parser.parse_args().accept
    FOLDER.mkdir(exist_ok=True)
    changed = {
        name: text
        for name, text in files().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text() != text
    }
    for name, text in changed.items():
        sys.stdout.write(f"{'written' if accept else 'would change'}: {name}\n")
        if accept:
            (FOLDER / name).write_text(text)
    return 1 if changed and not accept else 0


if __name__ == "__main__":
    sys.exit(main())
