"""The scenario file: TOML in, a checked scenario out, or one sentence that says on which line what to correct.

title = "A cell of twelve"
hours = 6                       # or days
preset = "MEDIUM_FAST"
firmware = "2.7"                # or "2.8"
frame_loss_pct = 20             # frames lost between two radios for no other reason

[[station]]
code = "KRS"                    # in all that follows it is called so
name = "Krisestaben"
at_m = [1200, 3400]             # east and north of any point
height_m = 8                    # of the antenna above the ground around it
battery_wh = 72                 # 0: none; [24, 72] in a cluster: from the first to the last
load_w = 3.0
clock = "none"                  # or "kept": it has a battery of its own
operators = 1                   # 0: nobody is there

[[cluster]]                     # so many stations like it around one place: N1, N2, ...
code = "N"
name = "Nordbyen"
count = 25
radius_m = 2500

[[function]]
code = "KRISE"
homes = ["KRS", "N1"]
deputy = "VAGT"

[[barrier]]                     # a hill: codes of stations or clusters
between = ["N", "S"]
from = "0:00"                   # hours:minutes since the beginning
for = "6:00"                    # to the end when left out

[[mains_cut]]
stations = ["all"]              # or codes of stations and clusters
from = "2:00"
for = "72:00"

[[courier]]                     # carries what waits from one to the next, round and round
route = ["N1", "S1"]
leg = "1:30"

[[journey]]                     # a station on the move, over and over when `again`
station = "FERRY"
stops = [["0:00", 0, 0], ["0:40", 3000, 0], ["1:20", 0, 0]]
again = true

[[stranger]]                    # other people's radio on the same slot
name = "hikers"
at_m = [0, 0]
packets_per_hour = 20
bytes = 60

[[revocation]]                  # of the last person's key there
at = "6:00"
station = "KRS"                 # where it is handed in
of = "BRO"

[[hostile]]                     # somebody with a radio and ill will
kind = "flooding"               # a `HostileKind`
at_m = [500, 0]                 # or captured = "N3": a station's place and keys, and the station is gone
per_hour = 120                  # frames
from = "0:30"
for = "2:00"

[traffic]                       # in the whole network
messages_per_hour = 30
flash_pct = 2                   # the rest is ROUTINE
immediate_pct = 8
priority_pct = 25
group_pct = 10                  # to functions with several homes
answered_pct = 70               # acknowledged by somebody
from = "0:05"
quiet = "1:00"                  # at the end, so that what is under way may settle

[faults]                        # per station and day
power_cut = 2.0                 # and the other kinds of `FaultKind`
outage = "0:05"                 # how long one lasts, on the average
"""

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation
from hardware.toml_table import read_text
from node.simulation.reading_others import HOSTILE_KEYS, REVOCATION_KEYS, STRANGER_KEYS, hostiles, revocations, stranger
from node.simulation.reading_stations import (
    CLUSTER_KEYS,
    CODE_MAX,
    FAR_M,
    STATION_KEYS,
    Codes,
    new_code,
)
from node.simulation.scenario import (
    DURATION_S_MAX,
    STATIONS_MAX,
    Barrier,
    Courier,
    FaultKind,
    FaultRates,
    FunctionPlan,
    Journey,
    MainsCut,
    Place,
    Scenario,
    Traffic,
)
from node.simulation.scenario_table import ScenarioMistake, Table, placed
from protocol.numbers import Precedence

FILE_BYTES_MAX: Final = 256 * 1024
"""Far above any scenario of `STATIONS_MAX`; keeps a wrong path from filling the memory."""
_TITLE_MAX = 80
_KEYS: Final = {
    "the file": (
        *("title", "hours", "days", "preset", "firmware", "frame_loss_pct", "station", "cluster", "function"),
        *("barrier", "mains_cut", "courier", "journey", "stranger", "hostile", "revocation", "traffic"),
        "faults",
    ),
    "station": STATION_KEYS,
    "cluster": CLUSTER_KEYS,
    "function": ("code", "homes", "deputy"),
    "barrier": ("between", "from", "for"),
    "mains_cut": ("stations", "from", "for"),
    "courier": ("route", "leg", "from"),
    "journey": ("station", "stops", "again"),
    "stranger": STRANGER_KEYS,
    "hostile": HOSTILE_KEYS,
    "revocation": REVOCATION_KEYS,
    "traffic": (
        *("messages_per_hour", "flash_pct", "immediate_pct", "priority_pct", "group_pct", "answered_pct"),
        *("from", "quiet"),
    ),
    "faults": (*(kind.value for kind in FaultKind), "outage"),
}


def read_scenario(path: Path) -> Scenario:
    """Read and check a scenario file.

    Raises:
        ScenarioMistake: it cannot be read, is no TOML, or says something that cannot be.
    """
    return parse_scenario(read_text(path, FILE_BYTES_MAX, "a scenario file", ScenarioMistake), str(path))


def parse_scenario(text: str, source: str) -> Scenario:
    """Check the text of a scenario file.

    Args:
        text: TOML.
        source: named in errors.

    Raises:
        ScenarioMistake: it is no TOML, or says something that cannot be.
    """
    try:
        parsed: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioMistake(f"{source}: {error}; correct the TOML there") from error
    try:
        return _Reader(Table(parsed, source, "the file", _KEYS["the file"])).scenario()
    except ScenarioMistake as mistake:
        raise placed(mistake, text, source) from None


class _Reader:
    """Reads one file; knows what the codes in it stand for."""

    def __init__(self, whole: Table) -> None:
        self._whole = whole
        self._codes = Codes()
        self._functions: dict[str, int] = {}
        self._end_s = 0.0

    def scenario(self) -> Scenario:
        whole = self._whole
        self._end_s = self._duration_s()
        stations = tuple(self._codes.stations(self._tables("station"), self._tables("cluster")))
        if len(stations) > STATIONS_MAX or not stations:
            raise whole.wrong("station", f"{len(stations)} of them; describe 1 to {STATIONS_MAX} altogether")
        return Scenario(
            title=whole.text("title", _TITLE_MAX),
            duration_s=self._end_s,
            preset=PRESETS[whole.choice("preset", PRESETS)],
            generation=Generation(whole.choice("firmware", list(Generation), default=Generation.V2_7)),
            stations=stations,
            functions=tuple(self._function_plans()),
            frame_loss=whole.real("frame_loss_pct", 0.0, 100.0, default=0.0) / 100,
            barriers=tuple(self._barriers()),
            mains_cuts=tuple(map(self._mains_cut, self._tables("mains_cut"))),
            couriers=tuple(map(self._courier, self._tables("courier"))),
            journeys=tuple(map(self._journey, self._tables("journey"))),
            strangers=tuple(map(stranger, self._tables("stranger"))),
            hostiles=tuple(hostiles(self._tables("hostile"), self._codes, stations, self._from_for)),
            revocations=tuple(revocations(self._tables("revocation"), self._codes, stations, self._end_s)),
            traffic=self._traffic(),
            faults=self._faults(),
        )

    def _tables(self, key: str) -> list[Table]:
        return self._whole.tables(key, _KEYS[key])

    def _duration_s(self) -> float:
        unit, seconds = ("days", 86_400) if self._whole.has("days") else ("hours", 3_600)
        return self._whole.real(unit, 0.01, DURATION_S_MAX / seconds) * seconds

    def _function_plans(self) -> Iterator[FunctionPlan]:
        tables = self._tables("function")
        for number, table in enumerate(tables, 1):
            self._functions[new_code(table)] = number
        for table in tables:
            code = table.text("code", CODE_MAX)
            homes = tuple(self._codes.one(table, "homes", home) for home in table.texts("homes", 4, CODE_MAX))
            if not homes:
                raise table.wrong("homes", "write the code of a station at least")
            deputy = table.text("deputy", CODE_MAX) if table.has("deputy") else ""
            if deputy and deputy not in self._functions:
                raise table.wrong(
                    "deputy", f"no function is called {deputy!r}; write one of {', '.join(self._functions)}"
                )
            yield FunctionPlan(self._functions[code], code, homes, self._functions.get(deputy, 0))

    def _barriers(self) -> Iterator[Barrier]:
        for table in self._tables("barrier"):
            sides = self._codes.several(table, "between", 2)
            if len(sides) > 2:
                raise table.wrong("between", "write two codes: a barrier has two sides")
            begin_s, end_s = self._from_for(table)
            for one, other in product(*sides):
                if one != other:
                    yield Barrier(one, other, begin_s, end_s)

    def _from_for(self, table: Table) -> tuple[float, float]:
        begin_s = table.span_s("from", self._end_s, "0:00")
        return begin_s, begin_s + table.span_s("for", DURATION_S_MAX) if table.has("for") else DURATION_S_MAX

    def _mains_cut(self, table: Table) -> MainsCut:
        numbers = sorted({number for some in self._codes.several(table, "stations") for number in some})
        return MainsCut(*self._from_for(table), tuple(numbers))

    def _courier(self, table: Table) -> Courier:
        route = tuple(self._codes.one(table, "route", code) for code in table.texts("route", 16, CODE_MAX))
        if len(route) < 2:
            raise table.wrong("route", "write two codes at least: a courier goes somewhere")
        return Courier(route, table.span_s("leg", self._end_s), table.span_s("from", self._end_s, "0:00"))

    def _journey(self, table: Table) -> Journey:
        station = self._codes.one(table, "station", table.text("station", CODE_MAX))
        stops = table.legs("stops", 64, self._end_s, FAR_M)
        round_s = stops[-1][0]
        rounds = int(self._end_s // round_s) + 1 if table.flag("again", default=False) and round_s > 0 else 1
        return Journey(
            station,
            tuple((each * round_s + at_s, Place(east, north)) for each in range(rounds) for at_s, east, north in stops),
        )

    def _traffic(self) -> Traffic:
        if not self._whole.has("traffic"):
            return Traffic(messages_per_hour=0.0)
        table = self._whole.table("traffic", _KEYS["traffic"])
        usual = dict(Traffic().shares)
        shares = {
            precedence: table.real(f"{precedence.name.lower()}_pct", 0.0, 100.0, default=usual[precedence] * 100) / 100
            for precedence in (Precedence.FLASH, Precedence.IMMEDIATE, Precedence.PRIORITY)
        }
        rest = 1.0 - sum(shares.values())
        if rest < -1e-9:
            raise table.wrong("flash_pct", "all precedences together are more than 100; lower one")
        return Traffic(
            messages_per_hour=table.real("messages_per_hour", 0.0, 10_000.0, default=30.0),
            shares=(*shares.items(), (Precedence.ROUTINE, max(0.0, rest))),
            group_share=table.real("group_pct", 0.0, 100.0, default=10.0) / 100,
            answered_share=table.real("answered_pct", 0.0, 100.0, default=70.0) / 100,
            begin_s=table.span_s("from", self._end_s, "0:05"),
            quiet_s=table.span_s("quiet", self._end_s, "0:00"),
        )

    def _faults(self) -> FaultRates:
        if not self._whole.has("faults"):
            return FaultRates()
        table = self._whole.table("faults", _KEYS["faults"])
        per_day = tuple((kind, table.real(kind.value, 0.0, 1_000.0, default=0.0)) for kind in FaultKind)
        return FaultRates(per_day, table.span_s("outage", self._end_s, "0:05"))
