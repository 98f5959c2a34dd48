"""Answers due, cancelled and corrected messages in words; a time to come as people type it."""

import time

import pytest

from node.api.answers import AnswerBy, AnswerState, Change, ChangeKind, ChangeStanding
from node.api.messages import Box, Precedence, ShownMessage
from node.words.answer_phrases import answer_lines_of, answer_mark
from node.words.catalogue import words
from node.words.message_page import message_page, row_marks
from node.words.typed_span import minutes_until
from tests.support.scripted_station import message, today

ENGLISH, DANISH = words("en"), words("da")


def asking(state: AnswerState, *, at_least: bool = False, deputies: tuple[str, ...] = ()) -> AnswerBy:
    late_s = 720 if state.is_late else 0
    return AnswerBy(state, 30, today(14, 30), late_s, at_least, deputies)


def change(
    kind: ChangeKind = ChangeKind.CANCELS, standing: ChangeStanding = ChangeStanding.STANDS, **more: bool
) -> Change:
    return Change(kind, standing, "KRS-00042", "KHJ", "KRS", today(14, 32), more.get("acted_before", False))


def shown(**changes: object) -> ShownMessage:
    return message(1, Precedence.IMMEDIATE, "Send en bus.", **changes)


def lines(message: ShownMessage) -> list[str]:
    return list(answer_lines_of(ENGLISH, message))


def test_most_messages_have_nothing_to_say_of_it() -> None:
    assert lines(shown()) == []
    assert row_marks(ENGLISH, shown()) == ""
    for state in (AnswerState.WAITING, AnswerState.ANSWERED, AnswerState.ENDED):
        assert lines(shown(answer=asking(state))) == []
        assert answer_mark(ENGLISH, shown(answer=asking(state))) == ""


def test_by_when_an_answer_is_wanted_stands_in_the_head() -> None:
    page = message_page(DANISH, shown(answer=asking(AnswerState.WAITING)))
    assert any(line.startswith("svar senest") and "14:30 (30 min)" in line for line in page)


def test_an_answer_that_is_overdue_says_since_when_and_at_least_when_nobody_knows_better() -> None:
    assert lines(shown(answer=asking(AnswerState.OVERDUE))) == ["NO ANSWER IN TIME: it was due 14:30, 12 min ago."]
    (said,) = lines(shown(answer=asking(AnswerState.OVERDUE, at_least=True)))
    assert "at least 12 min" in said
    assert answer_mark(DANISH, shown(answer=asking(AnswerState.OVERDUE))) == "INTET SVAR"


def test_the_sender_reads_which_deputies_were_asked_and_that_a_courier_is_next() -> None:
    offered = asking(AnswerState.COURIER_OFFERED, deputies=("STF", "STF2"))
    said = lines(shown(box=Box.OUTBOX, answer=offered))
    assert said[1:] == [
        "Asked as deputy: STF, STF2.",
        "The station can do no more. Send somebody:  bavn courier export DIR",
    ]
    assert "confidential" in lines(shown(box=Box.OUTBOX, answer=offered, confidential=True))[1]


def test_a_deputy_reads_why_the_message_is_here() -> None:
    assert lines(shown(as_deputy="STF")) == ["You have it as deputy (STF): it was not answered in time."]
    assert answer_mark(ENGLISH, shown(as_deputy="STF")) == "DEPUTY"


def test_what_is_cancelled_says_by_whom_and_where_to_read_it() -> None:
    cancelled = shown(changed_by=(change(),))
    assert lines(cancelled) == ["CANCELLED by KRS, KHJ 14:32: see KRS-00042."]
    assert answer_mark(ENGLISH, cancelled) == "CANCELLED"
    corrected = shown(changed_by=(change(ChangeKind.CORRECTS),))
    assert answer_mark(DANISH, corrected) == "RETTET"


def test_the_order_is_said_when_somebody_had_acted_before() -> None:
    assert len(lines(shown(changed_by=(change(acted_before=True),)))) == 2


def test_what_may_not_cancel_is_shown_and_marks_nothing() -> None:
    attempted = shown(changed_by=(change(standing=ChangeStanding.REFUSED),))
    assert lines(attempted) == ["KRS-00042 would cancel it, by KRS, KHJ: it changes nothing."]
    assert answer_mark(ENGLISH, attempted) == ""


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("standing", ChangeStanding)
def test_a_message_that_changes_another_always_says_which(kind: ChangeKind, standing: ChangeStanding) -> None:
    (said,) = lines(shown(changes=change(kind, standing)))
    assert "KRS-00042" in said


AT_NOON_S = time.mktime((2026, 11, 25, 12, 0, 30, 0, 0, -1))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        *(("30m", 30), ("30 min", 30), ("90", 90), ("2h", 120), ("2t", 120)),
        *(("12:10", 10), ("12.10", 10), ("14:30", 150), ("11:59", 24 * 60 - 1), ("12:00", 24 * 60)),
    ],
)
def test_a_time_to_come_is_so_many_minutes_off(typed: str, minutes: int) -> None:
    assert minutes_until(typed, AT_NOON_S) == minutes


@pytest.mark.parametrize("typed", ["", "0", "0m", "-5m", "25:00", "soon", "30d", "999999", "1.5h", "٣٠m"])
def test_what_is_no_time_to_come_is_none(typed: str) -> None:
    assert minutes_until(typed, AT_NOON_S) is None
