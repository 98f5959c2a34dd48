"""The timeline: silent while somebody else has the terminal, and each rung told once."""

from dataclasses import replace
from pathlib import Path

import pytest

from node.api.ladder import Ladder, Step
from node.api.messages import Box, Legibility, Precedence, Recipient, ShownMessage, Standing
from node.demo.ladders import Ladders
from node.demo.rungs import Rung, Tally
from node.demo.timeline import COPY_NAME, Timeline
from node.words.catalogue import words

ENGLISH = words("en")
LADDER = Ladder("KRS", "Krisestaben", Step.QUEUED, None, "KHJ", "", 0, ())
MESSAGE = ShownMessage(
    id=1,
    number="PLH-00001",
    change=1,
    box=Box.OUTBOX,
    station="PLH",
    station_name="Plejehjemmet Havblik",
    author="MLA",
    author_name="Mette Larsen",
    to=Recipient("function", 1, "KRISE", "Kriseleder"),
    precedence=Precedence.ROUTINE,
    written=None,
    received=None,
    expires=None,
    age_s=0,
    text="Send vand",
    legibility=Legibility.READABLE,
    confidential=False,
    standing=Standing.GOOD,
    ack_wanted=True,
    unacknowledged=False,
    drill=0,
    reply_to="",
    sealed_bytes=100,
    ladders=(LADDER,),
    acts=(),
)


@pytest.fixture
def timeline(tmp_path: Path) -> Timeline:
    return Timeline(ENGLISH, tmp_path, as_json=False)


def seen(step: Step, change: int) -> ShownMessage:
    return replace(MESSAGE, change=change, ladders=(replace(LADDER, step=step),))


def test_what_is_told_while_held_is_printed_afterwards_and_copied_at_once(
    timeline: Timeline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with timeline.held():
        timeline.tell("silence", "PLH")
        assert capsys.readouterr().out == ""
        assert "PLH hears nobody any more" in (tmp_path / COPY_NAME).read_text()
    assert "PLH hears nobody any more" in capsys.readouterr().out


def test_a_rung_is_told_once_and_an_older_look_says_nothing(
    timeline: Timeline, capsys: pytest.CaptureFixture[str]
) -> None:
    ladders = Ladders(timeline, ENGLISH)
    for message in (seen(Step.QUEUED, 1), seen(Step.AT_STATION, 3), seen(Step.SENT, 2), seen(Step.AT_STATION, 3)):
        ladders.tell(message)
    told = [line[9:] for line in capsys.readouterr().out.splitlines()]
    assert told == [
        "MLA writes ROUTINE PLH-00001: Send vand",
        "PLH-00001: In queue here - not sent",
        "PLH-00001: At KRS - not acknowledged",
    ]
    assert ladders.has_reached("PLH-00001", Step.REPORTED)
    assert not ladders.has_reached("PLH-00001", Step.ACKNOWLEDGED)
    assert not ladders.has_reached("PLH-00002", Step.QUEUED)
    assert ladders.steps("PLH-") == {Step.QUEUED, Step.AT_STATION}


def test_what_was_not_tried_is_told_beside_what_was_reached(
    timeline: Timeline, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    tally.reach(Rung.WELCOMED)
    tally.reach(Rung.FLASH_ACKED, is_so=False)
    tally.close(timeline, ENGLISH)
    told = " ".join(capsys.readouterr().out.split())
    assert "Reached: a welcome came over the air." in told
    assert "you acknowledged the FLASH" in told.partition("Not tried:")[2]
