"""One message as a page of text: who says so, what it says, how far it got; the same for commands and console."""

from collections.abc import Iterator
from typing import Final

from node.api.ladder import Ladder, ShownAct
from node.api.messages import AuthorState, Legibility, ShownMessage
from node.words.answer_phrases import ANSWER_BY, answer_by_text, answer_lines_of, answer_mark
from node.words.catalogue import Words
from node.words.duty_phrases import holding_text
from node.words.form_page import form_lines
from node.words.handheld_page import is_witnessed, text_step, witnessed_text
from node.words.harmless import harmless
from node.words.page import COLUMNS, NAME_COLUMNS, Row, aligned, folded
from node.words.phrases import act_text, clock_text, precedence_text, span_text, step_text

_AUTHOR_STATES: Final = {
    AuthorState.GOOD: "signature OK",
    AuthorState.UNCHECKED: "signature OK, validity not checked (clock)",
    AuthorState.REVOKED: "KEY REVOKED since it was stored here",
    AuthorState.EXPIRED: "THE CERTIFICATE HAD EXPIRED",
}
_AUTHOR_MARKS: Final = {
    AuthorState.REVOKED: "KEY REVOKED",
    AuthorState.EXPIRED: "KEY EXPIRED",
    AuthorState.UNCHECKED: "KEY ?",
}
_REVOKED: Final = "The sender's key is revoked. Have it confirmed another way before you act."
_REVOKED_AT: Final = "The sender's key was revoked {time}. Have it confirmed another way before you act."
_EXPIRED: Final = "The sender's key had expired. Have it confirmed another way before you act."
_LEGIBILITIES: Final = {
    Legibility.CONFIDENTIAL: "(confidential - only for the recipient)",
    Legibility.LOCKED: "(confidential, and no key here reads it: ask its sender to send it again)",
    Legibility.NEWER: "(written by a newer Bavn: carried, not understood)",
    Legibility.DAMAGED: "(signed as it is, and yet no text)",
}
TEXT_MARGIN: Final = "| "
_COURIER: Final = "given to a courier {time}"
_NOT_KNOWN_YET: Final = "not yet known at its origin"
_EXERCISE: Final = "EXERCISE, NOT A REAL EVENT"
TEXTS: Final = (
    *_AUTHOR_STATES.values(),
    *_AUTHOR_MARKS.values(),
    *(_REVOKED, _REVOKED_AT, _EXPIRED),
    *_LEGIBILITIES.values(),
    _EXERCISE,
    "the station itself, no person",
    "from",
    "released by",
    "to",
    "written",
    "received",
    "expires",
    "age",
    "at least {span}: the station was off, nobody knows how long",
    "answers",
    "an acknowledgement is wanted",
    "confidential",
    "handed to the radio {count} times",
    "held by {holder} since {time}",
    _COURIER,
    _NOT_KNOWN_YET,
)


def message_page(
    words: Words, message: ShownMessage, columns: int = COLUMNS, name_columns: int = NAME_COLUMNS
) -> list[str]:
    """The whole page, line by line."""
    exercise = exercise_lines(words, message)
    return [
        *exercise,
        *warning_lines(words, message, columns),
        f"{precedence_text(words, message.precedence)}  {message.number}",
        *aligned(((words(name), said) for name, said in _head(words, message)), columns, name_columns),
        "",
        *text_lines(words, message, columns),
        "",
        *ladder_lines(words, message, columns, name_columns),
        *texted_lines(words, message),
        *courier_lines(words, message),
        *exercise,
    ]


def exercise_lines(words: Words, message: ShownMessage) -> list[str]:
    """What stands above and below the text of an exercise; nothing for a real one."""
    return [words(_EXERCISE)] * bool(message.drill)


def row_marks(words: Words, message: ShownMessage) -> str:
    """What a list says of its author's key, of its answer, and that it is cancelled or corrected; empty for most."""
    mark = _AUTHOR_MARKS.get(message.author_state)
    marks = ("" if mark is None else words(mark), answer_mark(words, message))
    return " ".join(one for one in marks if one)


def warning_lines(words: Words, message: ShownMessage, columns: int = COLUMNS) -> list[str]:
    """What must be read before its text is believed and acted on; nothing of most messages."""
    lines = [line for said in answer_lines_of(words, message) for line in folded(said, columns)]
    if message.author_state is AuthorState.EXPIRED:
        return [*folded(words(_EXPIRED), columns), *lines]
    if message.author_state is not AuthorState.REVOKED:
        return lines
    is_dated = message.key_ended is not None
    revoked = words(_REVOKED_AT if is_dated else _REVOKED).format(time=clock_text(message.key_ended))
    return [*folded(revoked, columns), *lines]


def text_lines(words: Words, message: ShownMessage, columns: int = COLUMNS) -> list[str]:
    """What it says, harmless and folded; in its place why that cannot be read.

    Each line of it begins with a bar, as no line of ours does: a text that looks like a receipt, or like the mark of an
    exercise, is seen to be a text.
    """
    if message.legibility is not Legibility.READABLE:
        return [words(_LEGIBILITIES[message.legibility])]
    room = columns - len(TEXT_MARGIN)
    if message.form is not None:
        return [f"{TEXT_MARGIN}{line}" for line in form_lines(words, message.form, room)]
    return [f"{TEXT_MARGIN}{line}" for line in folded(harmless(message.text, keep_lines=True), room)]


def ladder_lines(
    words: Words, message: ShownMessage, columns: int = COLUMNS, name_columns: int = NAME_COLUMNS
) -> list[str]:
    """How far it got towards each of its stations, who holds it, who did what."""
    rows = (row for ladder in message.ladders for row in _ladder(words, ladder, message.acts))
    return aligned(rows, columns, name_columns)


def texted_lines(words: Words, message: ShownMessage) -> list[str]:
    """How far it got towards the screen of a handheld, if it is for one: no rung of its ladder."""
    return [] if message.texted is None else [f"#{message.texted.number}  {text_step(words, message.texted)}"]


def courier_lines(words: Words, message: ShownMessage) -> list[str]:
    """That a courier took it along, if one did."""
    return [] if message.courier is None else [words(_COURIER).format(time=clock_text(message.courier))]


def rung_lines(
    words: Words, message: ShownMessage, columns: int = COLUMNS, name_columns: int = NAME_COLUMNS
) -> list[str]:
    """The same in short: one rung for each station, and whether what was done here is known at the origin."""

    def remark(ladder: Ladder) -> str:
        own = [act for act in message.acts if act.is_mine and act.station == ladder.station and act.step is ladder.step]
        return "" if all(act.arrived for act in own) else f" ({words(_NOT_KNOWN_YET)})"

    rows = ((harmless(one.station), step_text(words, one) + remark(one)) for one in message.ladders)
    return aligned(rows, columns, name_columns)


def answer_lines(words: Words, message: ShownMessage) -> list[str]:
    """What a command says of a message: its number, and how far it got; where several stations get it, to which."""
    are_several = len(message.ladders) > 1
    places = [f"{harmless(one.station):<5} " if are_several else "" for one in message.ladders]
    return [
        f"{message.number}  {place}{step_text(words, one)}" for place, one in zip(places, message.ladders, strict=True)
    ]


def sender_text(words: Words, message: ShownMessage) -> str:
    """Who wrote it and what the signature is worth."""
    person = f"{harmless(message.author_name)} ({harmless(message.author)})" if message.author else ""
    if is_witnessed(message):
        return f"{harmless(message.station_name)}   {witnessed_text(words, message)}"
    writer = f"{harmless(message.station_name)}, {person or words('the station itself, no person')}"
    return f"{writer}   {words(_AUTHOR_STATES[message.author_state])}"


def recipient_text(words: Words, message: ShownMessage) -> str:
    """Whom it is for, and whether somebody here owes an act."""
    code = f" ({harmless(message.to.code)})" if message.to.code else ""
    wish = f"   {words('an acknowledgement is wanted')}" if message.unacknowledged else ""
    secret = f"   {words('confidential')}" if message.confidential else ""
    held = message.to.holding
    is_told = held is not None and (held.since is not None or bool(held.deputy))
    holding = f" - {holding_text(words, held)}" if held is not None and is_told else ""
    return f"{harmless(message.to.name)}{code}{holding}{secret}{wish}"


def _head(words: Words, message: ShownMessage) -> Iterator[Row]:
    yield "from", sender_text(words, message)
    if message.releaser:
        yield "released by", f"{harmless(message.releaser_name)} ({harmless(message.releaser)})"
    yield "to", recipient_text(words, message)
    yield "written", clock_text(message.written)
    yield "received", clock_text(message.received)
    if message.age_unsure:
        yield (
            "age",
            words("at least {span}: the station was off, nobody knows how long").format(
                span=span_text(words, message.age_s)
            ),
        )
    yield "expires", clock_text(message.expires)
    if message.answer is not None:
        yield ANSWER_BY, answer_by_text(words, message.answer)
    if message.reply_to:
        yield "answers", harmless(message.reply_to)


def _ladder(words: Words, ladder: Ladder, acts: tuple[ShownAct, ...]) -> Iterator[Row]:
    yield harmless(ladder.station), step_text(words, ladder)
    if ladder.attempts > 1:
        yield "", words("handed to the radio {count} times").format(count=ladder.attempts)
    for holder in ladder.holders:
        said = words("held by {holder} since {time}")
        yield "", said.format(holder=harmless(holder.station), time=clock_text(holder.since))
    for act in acts:
        if act.station == ladder.station:
            remark = "" if act.arrived or not act.is_mine else f" ({words(_NOT_KNOWN_YET)})"
            yield "", act_text(words, act) + remark
