"""Scenario files: the three that ship can be read, and every mistake names its line and the remedy."""

from pathlib import Path

import pytest

import node.simulation
from hardware.simulated.identity import Generation
from node.simulation.reading import FILE_BYTES_MAX, parse_scenario, read_scenario
from node.simulation.scenario import FaultKind, HostileKind, Scenario
from node.simulation.scenario_table import ScenarioMistake
from protocol.numbers import Precedence

SHIPPED = sorted((Path(node.simulation.__file__).parent / "scenarios").glob("*.toml"))
SMALL = """\
title = "Two"
hours = 2
preset = "MEDIUM_FAST"

[[station]]
code = "A"
name = "Ane"
at_m = [0, 0]

[[cluster]]
code = "N"
name = "Nord"
count = 3
at_m = [1000, 0]
radius_m = 500
battery_wh = [10, 30]

[[function]]
code = "KRISE"
homes = ["A", "N1"]

[traffic]
flash_pct = 5
quiet = "0:30"

[faults]
power_cut = 2
"""


def small(old: str = "", new: str = "") -> Scenario:
    assert old in SMALL
    return parse_scenario(SMALL.replace(old, new, 1), "two.toml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_those_that_ship_can_be_read(path: Path) -> None:
    assert read_scenario(path).stations


def test_the_references_are_as_large_as_they_say() -> None:
    sizes = {path.stem: len(read_scenario(path).stations) for path in SHIPPED}
    assert sizes == {"cell": 12, "mixed": 12, "municipality": 30, "region": 150, "hostile": 12}


def test_what_is_left_out_is_usual() -> None:
    scenario = small()
    assert scenario.generation is Generation.V2_7
    assert [plan.code for plan in scenario.stations] == ["A", "N1", "N2", "N3"]
    assert [plan.battery.capacity_wh for plan in scenario.stations if plan.battery] == [10, 20, 30]
    assert dict(scenario.traffic.shares)[Precedence.FLASH] == pytest.approx(0.05)
    assert sum(share for _, share in scenario.traffic.shares) == pytest.approx(1.0)
    assert dict(scenario.faults.per_day)[FaultKind.POWER_CUT] == 2
    assert small() == scenario


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hours = 2", "hours = -2", "line 2: the file: hours: '-2' does not fit; write a number from 0.01 to 744"),
        ("hours = 2", "ours = 2", "line 2: the file: ours: not a key here; did you mean 'hours'?"),
        ("MEDIUM_FAST", "MEDIUM", "line 3: the file: preset: 'MEDIUM' does not fit; did you mean"),
        ('code = "A"', 'code = "a"', "line 6: [[station]] 1: code: 'a'; write 1 to 5 of A-Z"),
        ('code = "N"', 'code = "A"', "line 11: [[cluster]] 1: code: 'A' stands for something already"),
        ("at_m = [0, 0]", "at_m = [0]", "line 8: [[station]] 1: at_m: write a list of 2 numbers"),
        ("count = 3", "count = 0", "line 13: [[cluster]] 1: count: '0' does not fit; write a whole number from 1"),
        ("battery_wh = [10, 30]", "battery_wh = [10, -3]", "line 16: [[cluster]] 1: battery_wh: write a list of 2"),
        ('"N1"]', '"X"]', "line 20: [[function]] 1: homes: nothing is called 'X'; write one of A, N, N1"),
        ('"N1"]', '"N"]', "line 20: [[function]] 1: homes: 'N' are several stations; name one, such as N1"),
        ('"0:30"', '"30"', "line 24: [traffic]: quiet: '30'; write hours:minutes, at most \"2:00\""),
        ("flash_pct = 5", "flash_pct = 80", "line 23: [traffic]: flash_pct: all precedences together are more"),
        ("power_cut", "powercut", "line 27: [faults]: powercut: not a key here; did you mean 'power_cut'?"),
        ('name = "Ane"\n', "", "line 5: [[station]] 1: name: missing"),
        ('title = "Two"', 'title = "Two', "two.toml: Illegal character '\\n' (at line 1, column 13)"),
    ],
)
def test_a_mistake_names_its_line_and_the_remedy(old: str, new: str, said: str) -> None:
    with pytest.raises(ScenarioMistake) as caught:
        small(old, new)
    assert said in str(caught.value)
    assert str(caught.value).startswith("two.toml")


HOSTILE = """
[[hostile]]
kind = "flooding"
at_m = [300, 0]
per_hour = 60
for = "1:00"

[[hostile]]
kind = "dropping"
captured = "N3"
per_hour = 20
from = "0:10"
"""


def test_hostile_radios_are_somewhere_or_in_a_stations_place() -> None:
    flooding, dropping = parse_scenario(SMALL + HOSTILE, "two.toml").hostiles
    assert (flooding.kind, flooding.station, flooding.per_hour, flooding.end_s) == (HostileKind.FLOODING, 0, 60, 3600)
    assert (dropping.kind, dropping.station, dropping.begin_s) == (HostileKind.DROPPING, 4, 600)
    assert dropping.place == small().station(4).place


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"flooding"', '"floods"', "line 30: [[hostile]] 1: kind: 'floods' does not fit; did you mean 'flooding'?"),
        ('"flooding"', '"conflicting"', "[[hostile]] 1: captured: conflicting is done with a station's keys"),
        ("per_hour = 60", "per_hour = 9000", "line 32: [[hostile]] 1: per_hour: '9000' does not fit; write a number"),
        ('"N3"', '"X"', "line 37: [[hostile]] 2: captured: nothing is called 'X'; write one of A, N, N1"),
        ('"N3"', '"N"', "line 37: [[hostile]] 2: captured: 'N' are several stations; name one, such as N1"),
        ('"N3"', '"N3"\nat_m = [0, 0]', "[[hostile]] 2: at_m: a captured station has its place already"),
        ("at_m = [300, 0]", 'captured = "N3"', "[[hostile]] 2: captured: 'N3' is captured already"),
    ],
)
def test_a_mistake_about_a_hostile_radio_names_its_line_and_the_remedy(old: str, new: str, said: str) -> None:
    assert old in HOSTILE
    with pytest.raises(ScenarioMistake) as caught:
        parse_scenario(SMALL + HOSTILE.replace(old, new, 1), "two.toml")
    assert said in str(caught.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for name, content, said in (
        ("large", b"#" * (FILE_BYTES_MAX + 1), "larger than"),
        ("binary", b'title = "\xff"', "not UTF-8 at byte 9"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ScenarioMistake, match=said):
            read_scenario(path)
    with pytest.raises(ScenarioMistake, match="give the path of a scenario file"):
        read_scenario(tmp_path / "none")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('at = "0:30"\nstation = "A"\nof = "B"', "line 25: [[revocation]] 1: of: "),
        ('at = "9:00"\nstation = "A"\nof = "N1"', "line 23: [[revocation]] 1: at: '9:00'"),
    ],
)
def test_a_revocation_names_stations_and_a_time_that_there_are(table: str, said: str) -> None:
    with pytest.raises(ScenarioMistake) as mistake:
        small("[traffic]", f"[[revocation]]\n{table}\n\n[traffic]")
    assert said in str(mistake.value)


def test_a_revocation_needs_people() -> None:
    with pytest.raises(ScenarioMistake, match="nobody is at 'A'; name a station with operators"):
        empty = SMALL.replace('code = "A"', 'code = "A"\noperators = 0')
        parse_scenario(empty + '\n[[revocation]]\nat = "0:30"\nstation = "A"\nof = "N1"\n', "two.toml")
