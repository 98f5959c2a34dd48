"""What people read of answers that are due, of what is cancelled or corrected, and of deputies."""

from collections.abc import Iterator
from typing import Final

from node.api.answers import AnswerBy, AnswerState, Change, ChangeKind, ChangeStanding
from node.api.messages import Box, ShownMessage
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import clock_text, span_text

_CHANGED: Final = {
    ChangeKind.CANCELS: "CANCELLED by {who} {time}: see {number}.",
    ChangeKind.CORRECTS: "CORRECTED by {who} {time}: see {number}.",
}
_ACTED_BEFORE: Final = "Somebody had acted on it before that was known here."
_CHANGES: Final = {
    (ChangeKind.CANCELS, ChangeStanding.STANDS): "Cancels {number}.",
    (ChangeKind.CORRECTS, ChangeStanding.STANDS): "Corrects {number}.",
    (ChangeKind.CANCELS, ChangeStanding.WAITS): "Cancels {number}, which has not come here.",
    (ChangeKind.CORRECTS, ChangeStanding.WAITS): "Corrects {number}, which has not come here.",
    (ChangeKind.CANCELS, ChangeStanding.REFUSED): "Would cancel {number} and may not: {number} stands.",
    (ChangeKind.CORRECTS, ChangeStanding.REFUSED): "Would correct {number} and may not: {number} stands.",
    (ChangeKind.CANCELS, ChangeStanding.LATE): "Would cancel {number}, which was changed before: see there.",
    (ChangeKind.CORRECTS, ChangeStanding.LATE): "Would correct {number}, which was changed before: see there.",
}
_ATTEMPTS: Final = {
    ChangeKind.CANCELS: "{number} would cancel it, by {who}: it changes nothing.",
    ChangeKind.CORRECTS: "{number} would correct it, by {who}: it changes nothing.",
}
_LATE: Final = "NO ANSWER IN TIME: it was due {time}, {span} ago."
_LATE_AT_LEAST: Final = "NO ANSWER IN TIME: it was due {time}, at least {span} ago."
_ASKED: Final = "Asked as deputy: {codes}."
_ASKED_SECRETLY: Final = "Told as deputy: {codes}. The text is confidential and stays with whom it is for."
_COURIER: Final = "The station can do no more. Send somebody:  bavn courier export DIR"
_DEPUTYS: Final = "You have it as deputy ({codes}): it was not answered in time."
_BY: Final = "{time} ({minutes} min)"
_MARKS: Final = {ChangeKind.CANCELS: "CANCELLED", ChangeKind.CORRECTS: "CORRECTED"}
_LATE_MARK: Final = "NO ANSWER"
_DEPUTY_MARK: Final = "DEPUTY"
ANSWER_BY: Final = "answer by"
CANCELLED: Final = "Cancelled: {number}."
"""What the message says that cancels another, where its author gives no reason."""
TEXTS: Final = (
    *_CHANGED.values(),
    *_CHANGES.values(),
    *_ATTEMPTS.values(),
    *_MARKS.values(),
    *(_ACTED_BEFORE, _LATE, _LATE_AT_LEAST, _ASKED, _ASKED_SECRETLY, _COURIER, _DEPUTYS, _BY, _LATE_MARK),
    *(_DEPUTY_MARK, ANSWER_BY, CANCELLED),
)


def answer_mark(words: Words, message: ShownMessage) -> str:
    """What a list says of it in a word or two; empty for most."""
    change = standing_change(message)
    if change is not None:
        return words(_MARKS[change.kind])
    if message.answer is not None and message.answer.state.is_late:
        return words(_LATE_MARK)
    return words(_DEPUTY_MARK) if message.as_deputy else ""


def answer_by_text(words: Words, answer: AnswerBy) -> str:
    """By when an answer is asked for."""
    return words(_BY).format(time=clock_text(answer.by), minutes=answer.minutes)


def answer_lines_of(words: Words, message: ShownMessage) -> Iterator[str]:
    """What must be read before its text is acted on."""
    for change in message.changed_by:
        texts = _CHANGED if change.standing is ChangeStanding.STANDS else _ATTEMPTS
        yield words(texts[change.kind]).format(who=_who(change), time=clock_text(change.at), number=change.number)
        if change.standing is ChangeStanding.STANDS and change.acted_before:
            yield words(_ACTED_BEFORE)
    if message.changes is not None:
        said = _CHANGES[message.changes.kind, message.changes.standing]
        yield words(said).format(number=message.changes.number)
    answer = message.answer
    if answer is not None and answer.state.is_late:
        text = _LATE_AT_LEAST if answer.late_at_least else _LATE
        yield words(text).format(time=clock_text(answer.by), span=span_text(words, answer.late_s))
        if answer.deputies and message.box is Box.OUTBOX:
            asked = _ASKED_SECRETLY if message.confidential else _ASKED
            yield words(asked).format(codes=", ".join(map(harmless, answer.deputies)))
        if answer.state is AnswerState.COURIER_OFFERED:
            yield words(_COURIER)
    if message.as_deputy:
        yield words(_DEPUTYS).format(codes=harmless(message.as_deputy))


def standing_change(message: ShownMessage) -> Change | None:
    """What has cancelled or corrected a message; None while it is good."""
    return next((one for one in message.changed_by if one.standing is ChangeStanding.STANDS), None)


def _who(change: Change) -> str:
    return f"{harmless(change.station)}, {harmless(change.by)}" if change.by else harmless(change.station)
