"""Who texted is told what people did about it: KVIT at the station, done, declined; once each."""

from typing import Final

from node.core.forms import WITNESS
from node.core.handheld_sending import HandheldTexts
from node.core.numbering import human_number
from node.core.records import Item
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.codec import Codec
from protocol.decode import decode
from protocol.forms.packing import Form, decode_form
from protocol.frames import Act, ActKind, Message
from protocol.numbers import Address

_DID: Final = {
    ActKind.ACKNOWLEDGED: "{number} is acknowledged by {who}.",
    ActKind.ACCEPTED: "{number} is accepted by {who}.",
    ActKind.DECLINED: "{number} is DECLINED by {who}.",
    ActKind.DONE: "{number} is done, says {who}.",
}
TEXTS: Final = tuple(_DID.values())


def tell(here: Surroundings, texts: HandheldTexts, message: Item, act: Item, turn: Turn) -> None:
    """Text it to the handheld whose words the message holds, if it is such a message of this station."""
    handheld, frame = handheld_of(here, message), decode(act.sealed)
    if handheld is None or not isinstance(frame, Act) or frame.act not in _DID:
        return
    author = here.roster.operator(act.author) if act.author else None
    station = here.roster.code_of_station(act.issuer) or str(act.issuer)
    who = station if author is None else f"{author.body.code}/{station}"
    words = here.words(_DID[frame.act])
    texts.reply(handheld, words.format(number=human_number(here.roster, message.key), who=who), turn)


def handheld_of(here: Surroundings, message: Item) -> int | None:
    """The handheld whose words a message of this station holds; None of any other message."""
    frame = decode(message.sealed) if message.is_mine and not message.author else None
    if not isinstance(frame, Message) or frame.codec != Codec.FORM or frame.confidential:
        return None
    form = decode_form(frame.body, here.forms.schemas)
    if not isinstance(form, Form) or form.schema.number != WITNESS:
        return None
    return next((value.number for value in form.values if isinstance(value, Address)), None)
