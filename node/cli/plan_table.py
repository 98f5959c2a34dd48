"""A plan as a spreadsheet saves it: one line for everybody, columns named as the keys of the TOML plan, and `kind`.

```
kind;code;name;authority;home;rights;deputy;of;members;kiosk
network;;Fyns beredskab;;;;;;;
authority;ASK;Assens Kommune;;;;;;;
station;PLH;Plejehjemmet Havblik;;;;;;;nej
operator;MLA;Mette Larsen;;PLH;flash orders;;;;
```

Fields are parted by what parts the first line: semicolon, comma or tab. Empty ones are as if they were not there.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from node.config.errors import ConfigError
from node.config.section import Section

PLAN_BYTES_MAX: Final = 262_144
"""Two thousand people, more than have short numbers, in lines of some hundred bytes."""
KIND: Final = "kind"
NETWORK: Final = "network"
LISTS: Final = ("rights", "home", "members")
"""Columns that may hold several, parted by blanks or commas."""
YES_OR_NO: Final = ("kiosk", "needs_releaser", "emergency", "exercise")
SAID: Final = {"ja": True, "yes": True, "true": True, "x": True, "nej": False, "no": False, "false": False}


def is_table(file: Path) -> bool:
    """Whether its name says so."""
    return file.suffix.casefold() == ".csv"


def read_table(file: Path, kinds: tuple[str, ...]) -> Section:
    """The table as if it were the top of a TOML plan.

    Raises:
        ConfigError: it cannot be read, or a line says of no kind that it is.
    """
    lines = _lines(file, _content(file))
    columns = [column.strip().casefold() for column in next(lines, [])]
    if KIND not in columns:
        raise ConfigError(file, "line 1", f"the first line names the columns, one of them {KIND!r}: begin with that")
    network: dict[str, object] = {}
    tables: dict[str, list[dict[str, object]]] = {kind: [] for kind in kinds}
    for number, cells in enumerate(lines, start=2):
        row = _row(file, number, columns, cells)
        if not row:
            continue
        kind = str(row.pop(KIND, "")).casefold()
        if kind == NETWORK:
            network = row
        elif kind in tables:
            tables[kind].append(row)
        else:
            raise ConfigError(file, f"line {number}", f"found kind {kind!r}, allowed are {NETWORK}, {', '.join(kinds)}")
    return Section(file.absolute(), "", {NETWORK: network, **{kind: rows for kind, rows in tables.items() if rows}})


def _content(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(PLAN_BYTES_MAX + 1)
    except OSError as error:
        raise ConfigError(file, "", f"{error.strerror}; name the file with your plan") from error
    if len(raw) > PLAN_BYTES_MAX:
        raise ConfigError(file, "", f"more than {PLAN_BYTES_MAX} bytes; is this the right file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(file, "", "its letters are not UTF-8: save it again as 'CSV UTF-8'") from None


def _lines(file: Path, content: str) -> Iterator[list[str]]:
    first = content.partition("\n")[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise ConfigError(file, f"line {reader.line_num}", f"no line of a table: {error}; mend it") from error


def _row(file: Path, number: int, columns: list[str], cells: list[str]) -> dict[str, object]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ConfigError(file, f"line {number}", f"more fields than the {len(columns)} columns: mend it")
    filled = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    return {column: _value(column, cell) for column, cell in filled.items()}


def _value(column: str, cell: str) -> object:
    if column in YES_OR_NO:
        return SAID.get(cell.casefold(), cell)
    if column in LISTS:
        listed = cell.replace(",", " ").split()
        return listed[0] if len(listed) == 1 else listed
    return cell
