"""A form as it is written on a command line or in a file, TOML or JSON: one name and its entries.

```
form = "status"
light = "red"
needs = ["power", "heat"]     # a list of words is written with commas between
[[units]]                     # a list of tables are the records of a field: units.1, units.2
```
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Final

from node.api.forms import Entry, FilledForm

FILE_BYTES_MAX: Final = 65_536
"""The fullest form has some 6 kB."""
NAME_KEY: Final = "form"


class FormFileMistake(Exception):
    """A file or a `--set` is not what it must be; the text says what and the remedy."""


def read_form(file: Path, form: str = "", settings: Sequence[str] = ()) -> FilledForm:
    """Read a file; what `--form` and `--set` say counts more.

    Raises:
        FormFileMistake: it cannot be read, or is no form.
    """
    table = _table(file)
    name = form or table.get(NAME_KEY)
    if not isinstance(name, str) or not name:
        raise FormFileMistake(f'{file}: which form is it? write  form = "status", or say it with  --form')
    set_here = written(settings)
    names = {entry.name for entry in set_here}
    entries = [entry for entry in _entries(table, "", file) if entry.name not in names]
    return FilledForm(name, (*entries, *set_here))


def written(settings: Sequence[str]) -> tuple[Entry, ...]:
    """The entries of `--set NAME=VALUE`.

    Raises:
        FormFileMistake: one has no name.
    """
    pairs = [setting.partition("=") for setting in settings]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise FormFileMistake(f"--set {name[:40]}: write NAME=VALUE, for instance  --set light=red")
    return tuple(Entry(name, value) for name, _, value in pairs)


def _table(file: Path) -> Mapping[str, object]:
    try:
        with file.open("rb") as opened:
            raw = opened.read(FILE_BYTES_MAX + 1)
        if len(raw) > FILE_BYTES_MAX:
            raise FormFileMistake(f"{file}: more than {FILE_BYTES_MAX} bytes are no form")
        text = raw.decode()
        table: object = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except OSError as error:
        raise FormFileMistake(f"{file}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # of text, TOML and JSON alike
        raise FormFileMistake(f"{file}: neither TOML nor JSON: {error}") from error
    if not isinstance(table, dict):
        raise FormFileMistake(f"{file}: a table is needed")
    return table


def _entries(table: Mapping[str, object], prefix: str, file: Path) -> Iterator[Entry]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if name == NAME_KEY:
            continue
        records = value if isinstance(value, list) and not prefix else []
        if records and all(isinstance(record, dict) for record in records):
            for number, record in enumerate(records, 1):
                yield from _entries(record, f"{name}.{number}.", file)
        else:
            yield Entry(name, _plain(value, name, file))


def _plain(value: object, name: str, file: Path) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int():
            return str(value)
        case time():
            return f"{value:%H:%M}"
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M}"
        case list() if all(isinstance(one, str) for one in value):
            return ",".join(value)
        case _:
            raise FormFileMistake(f"{file}: {name}: write a text, a whole number, true or false, or a list of texts")
