"""What somebody asks to be written, as the core is asked: names looked up, and what is cancelled or corrected found."""

from collections.abc import Callable
from typing import Final

from node.api.answers import ANSWER_BY_MIN_MAX, Cancel
from node.api.faults import FaultCode, refused
from node.api.messages import Lifetime
from node.api.methods import Send
from node.core.deliveries import reference_of
from node.core.events import Composed
from node.core.records import Item
from node.daemon import whom
from node.daemon.form_filling import form_of
from node.daemon.premises import Premises
from node.daemon.pricing import core_precedence
from node.daemon.showing import Showing
from protocol import instants
from protocol.numbers import Address

_LIFETIMES: Final = dict(zip(Lifetime, instants.Lifetime, strict=True))


def composed(premises: Premises, send: Send) -> Callable[[int], Composed]:
    """A message; one that corrects another goes to the same recipient. On the store's thread.

    Raises:
        Refused: somebody or something that is named is not known here.
    """
    here = premises.here
    minutes = send.answer_by_min
    if minutes is not None and not 0 < minutes <= ANSWER_BY_MIN_MAX:
        raise refused(FaultCode.BAD_REQUEST, f"answer_by_min: 1 to {ANSWER_BY_MIN_MAX}")
    reply_to = whom.message(here, send.reply_to) if send.reply_to else None
    corrected = whom.message(here, send.corrects) if send.corrects else None
    to = recipient(premises.showing(), send.to, corrected)
    author = whom.author(here, send.author)
    form = None if send.form is None else form_of(premises.showing(), send.form)
    return lambda request: Composed(
        request=request,
        author=author,
        to=to,
        text=send.text,
        precedence=core_precedence(send.precedence),
        ack_wanted=send.ack_wanted,
        lifetime=None if send.lifetime is None else _LIFETIMES[send.lifetime],
        reply_to=None if reply_to is None else reference_of(reply_to),
        draft=send.draft,
        confidential=send.confidential,
        form=form,
        answer_by_min=minutes,
        supersedes=None if corrected is None else reference_of(corrected),
    )


def recipient(showing: Showing, to: str, corrected: Item | None) -> Address:
    """Who is meant: what corrects a message goes to the same recipient, named again or not.

    Raises:
        Refused: it means nobody or several.
    """
    return corrected.recipient if corrected is not None and not to else whom.recipient(showing, to)


def cancelling(premises: Premises, asked: Cancel) -> Callable[[int], Composed]:
    """What cancels a message: to the same recipient, as urgent, as open. On the store's thread.

    Raises:
        Refused: there is no such message here, or nobody who could say so.
    """
    message = whom.message(premises.here, asked.number)
    author = whom.author(premises.here, asked.author)
    is_confidential = premises.showing().message(message).confidential
    return lambda request: Composed(
        request=request,
        author=author,
        to=message.recipient,
        text=asked.text,
        precedence=message.precedence,
        ack_wanted=message.act_wanted,
        confidential=is_confidential,
        cancels=reference_of(message),
    )
