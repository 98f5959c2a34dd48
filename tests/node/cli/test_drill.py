"""`bavn drill rehearse`: figures, traces and mistakes."""

import json
from pathlib import Path

import pytest

from node.cli.exits import DONE, REFUSED, USAGE
from node.cli.main import main

TINY = """\
title = "Tre i et rum"
hours = 0.5
preset = "MEDIUM_FAST"

[[cluster]]
code = "T"
name = "Tre"
count = 3
at_m = [0, 0]
radius_m = 300

[traffic]
messages_per_hour = 60
quiet = "0:15"
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def test_figures_are_told_to_people(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drill", "rehearse", str(scenario), "--lang", "en"]) == DONE
    said = capsys.readouterr().out
    assert said.startswith("Tre i et rum: 3 stations, 0.5 hours")
    assert "nothing accepted was lost, came twice, was forged or is left over" in said


def test_figures_and_trace_are_told_to_programs(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "run.jsonl"
    assert main(["drill", "rehearse", str(scenario), "--seed", "3", "--json", "--trace", str(trace)]) == DONE
    told = json.loads(capsys.readouterr().out)
    facts = [json.loads(line) for line in trace.read_text().splitlines()]
    arrived = [fact for fact in facts if fact["what"] == "arrived" and fact["kind"] == "message"]
    assert told["broken"] == []
    assert told["arrived"] == len(arrived) > 0
    assert told["oracle"] == {"owed": 0, "undelivered": []}  # All of it lies within the last hour.
    assert [fact["at"] for fact in facts] == sorted(fact["at"] for fact in facts)


def test_what_is_left_over_is_told(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario.write_text(TINY.replace("[traffic]", '[[barrier]]\nbetween = ["T1", "T"]\n[traffic]'))
    assert main(["drill", "rehearse", str(scenario), "--lang", "en"]) == REFUSED
    said = capsys.readouterr().out
    assert "  unsettled: message " in said
    assert "still under way at the end" in said


def test_a_mistake_is_told_with_its_line(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario.write_text(TINY.replace("count", "cuont"))
    assert main(["drill", "rehearse", str(scenario)]) == REFUSED
    assert "tiny.toml, line 8: [[cluster]] 1: cuont: not a key here; did you mean 'count'?" in capsys.readouterr().err


@pytest.mark.parametrize("hours", ["0", "-3", "nan", "inf", "745", "two"])
def test_a_length_that_none_can_have_is_refused(hours: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["drill", "rehearse", "cell", f"--hours={hours}"])
    assert ended.value.code == USAGE
    assert "write hours from 0.01 to 744" in capsys.readouterr().err


def test_a_trace_that_cannot_be_written_is_named(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drill", "rehearse", str(scenario), "--trace", "/nowhere/run.jsonl"]) == REFUSED
    assert (
        "/nowhere/run.jsonl: No such file or directory; give --trace a file that can be written"
        in capsys.readouterr().err
    )
