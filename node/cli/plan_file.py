"""A plan as a clerk writes it: a TOML file with a table for everybody, by codes; or a spreadsheet's CSV.

```
[network]       name; emergency, exercise (true)
[[authority]]   code, name; until
[[station]]     code, name; authority, until, kiosk (false), needs_releaser (false)
[[operator]]    code, name, home; authority, rights, until
[[function]]    code, name, home; authority, deputy
[[handheld]]    code, name, home, node, radio_key; authority
[[group]]       code, name, members; authority, of ("stations" or "functions")
```

`authority` may be left out where the plan has only one.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from node.cli.plan_table import is_table, read_table
from node.cli.roster_arguments import last_day, node_number_of, radio_key_of, rights_of
from node.config.errors import ConfigError
from node.config.loading import read_top
from node.config.section import Section
from node.keyring.errors import KeyringError
from node.keyring.plan import Plan, PlanLine
from protocol.numbers import Kind
from protocol.statements import GroupKind

KINDS: Final = (Kind.AUTHORITY, Kind.STATION, Kind.OPERATOR, Kind.FUNCTION, Kind.HANDHELD, Kind.GROUP)


def read_plan(file: Path) -> Plan:
    """Read and check a whole plan.

    Raises:
        KeyringError: the first thing that is wrong with it.
    """
    if not file.is_file():
        raise KeyringError(f"there is no plan {file}: node/ENROLMENT.md has one to begin with")
    try:
        top = read_table(file, tuple(kind.name.lower() for kind in KINDS)) if is_table(file) else read_top(file)
        network = top.section("network")
        tables = {kind: top.tables(kind.name.lower()) for kind in KINDS}
        top.finish()
        name = network.text("name")
        emergency = network.yes_or_no("emergency", default=True)
        exercise = network.yes_or_no("exercise", default=True)
        network.finish()
        codes = [table.text("code") for table in tables[Kind.AUTHORITY]]
        only = codes[0] if len(codes) == 1 else None
        lines = [_line(kind, table, only) for kind in KINDS for table in tables[kind]]
    except ConfigError as error:
        raise KeyringError(str(error)) from None
    return Plan(name, tuple(lines), emergency=emergency, exercise=exercise)


def _line(kind: Kind, table: Section, only_authority: str | None) -> PlanLine:
    code, name = table.text("code"), table.text("name")
    authority = "" if kind is Kind.AUTHORITY else table.text("authority", only_authority)
    line = PlanLine(kind=kind, code=code, name=name, authority=authority)
    match kind:
        case Kind.AUTHORITY:
            line = replace(line, last=_last(table))
        case Kind.STATION:
            kiosk = table.yes_or_no("kiosk", default=False)
            releaser = table.yes_or_no("needs_releaser", default=False)
            line = replace(line, is_kiosk=kiosk, needs_releaser=releaser, last=_last(table))
        case Kind.OPERATOR:
            rights = rights_of(",".join(table.texts("rights")))
            line = replace(line, homes=(table.text("home"),), rights=rights, last=_last(table))
        case Kind.FUNCTION:
            line = replace(line, homes=table.texts("home"), deputy=next(iter(table.texts("deputy")), ""))
        case Kind.HANDHELD:
            node, key = node_number_of(table.text("node")), radio_key_of(table.text("radio_key"))
            line = replace(line, homes=(table.text("home"),), node_number=node, radio_key=key)
        case _:
            of = table.choice("of", ("stations", "functions"), "functions")
            line = replace(line, group_kind=GroupKind[of.upper()], members=table.texts("members"))
    table.finish()
    return line


def _last(table: Section) -> int | None:
    return last_day(next(iter(table.texts("until")), None))
