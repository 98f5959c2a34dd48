"""What a message says of answers and of being cancelled or corrected, as operators see it; on the store's thread."""

from collections.abc import Callable
from typing import Final

from node.api.answers import AnswerBy, AnswerState, Change, ChangeKind, ChangeStanding
from node.api.ladder import ShownTime
from node.core.answer_records import Countermand, CountermandKind, Stage, Standing
from node.core.numbering import human_number
from node.core.records import Item
from node.core.surroundings import Surroundings
from protocol.decode import decode
from protocol.messages import MessageLike

_STATES: Final = {
    Stage.WAITING: AnswerState.WAITING,
    Stage.OVERDUE: AnswerState.OVERDUE,
    Stage.DEPUTY_ASKED: AnswerState.DEPUTY_ASKED,
    Stage.SECOND_DEPUTY_ASKED: AnswerState.SECOND_DEPUTY_ASKED,
    Stage.COURIER_OFFERED: AnswerState.COURIER_OFFERED,
    Stage.ANSWERED: AnswerState.ANSWERED,
    Stage.ENDED: AnswerState.ENDED,
}
_KINDS: Final = {CountermandKind.CANCELS: ChangeKind.CANCELS, CountermandKind.CORRECTS: ChangeKind.CORRECTS}
_STANDINGS: Final = {
    Standing.WAITS: ChangeStanding.WAITS,
    Standing.STANDS: ChangeStanding.STANDS,
    Standing.REFUSED: ChangeStanding.REFUSED,
    Standing.LATE: ChangeStanding.LATE,
}

Written = Callable[[int], ShownTime | None]
"""Shows a time as an author's clock had it."""


def answer_by(
    here: Surroundings, item: Item, at: int, time: Callable[[int], ShownTime], *, is_unsure: bool
) -> AnswerBy | None:
    """By when an answer is asked for; None when none is, or it is not this station's concern.

    Args:
        here: the station.
        item: the message.
        at: station time now, ms.
        time: shows station time.
        is_unsure: whether time off that nobody measured lies between its writing and now.
    """
    due, frame = here.store.answer_due(item.id), decode(item.sealed)
    if due is None or not isinstance(frame, MessageLike) or frame.options.answer_by_min is None:
        return None
    signed_ms = due.answer_by_utc_ms
    return AnswerBy(
        state=_STATES[due.stage],
        minutes=frame.options.answer_by_min,
        by=time(due.answer_by_at) if signed_ms is None else ShownTime(signed_ms, trusted=True),
        late_s=max(0, at - due.answer_by_at) // 1000 if due.stage.is_late else 0,
        late_at_least=is_unsure,
        deputies=deputies(here, item),
    )


def deputies(here: Surroundings, item: Item) -> tuple[str, ...]:
    """Codes of the functions that were asked about a message since nobody answered it, in order."""
    certificates = [here.roster.function(one.function) for one in here.store.escalations(item.key)]
    return tuple(certificate.body.code for certificate in certificates if certificate is not None)


def is_deputys(here: Surroundings, item: Item) -> bool:
    """Whether a message is here for a deputy, and was not sent to anybody here."""
    is_deputys = item.is_for_me and bool(here.store.escalations(item.key))
    return is_deputys and here.number not in here.destinations(item.recipient)


def change_made_by(here: Surroundings, item: Item, written: Written) -> Change | None:
    """What a message does to another; None when it does nothing of the kind."""
    made = here.store.countermand(item.id)
    return None if made is None else _change(here, made, item, human_number(here.roster, made.about), written)


def changes_made_to(here: Surroundings, item: Item, written: Written) -> tuple[Change, ...]:
    """What other messages do to a message, in the order they came."""
    found = []
    for made in here.store.countermands(item.key):
        other = here.store.item(made.item_id)
        if other is not None and made.standing is not Standing.WAITS:
            found.append(_change(here, made, other, human_number(here.roster, other.key), written))
    return tuple(found)


def _change(here: Surroundings, made: Countermand, by: Item, number: str, written: Written) -> Change:
    author = here.roster.operator(by.author) if by.author else None
    frame = decode(by.sealed)
    assert isinstance(frame, MessageLike), "what is stored was decoded before"
    return Change(
        kind=_KINDS[made.kind],
        standing=_STANDINGS[made.standing],
        number=number,
        by=author.body.code if author is not None else "",
        station=here.roster.code_of_station(by.issuer) or f"#{by.issuer}",
        at=written(frame.time),
        acted_before=any(act.id < by.id for act in here.store.acts_about(made.about)),
    )
