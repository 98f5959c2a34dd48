"""Forms in the core: what stands in a message's frame, who may send which, and what is counted when one is broken."""

from typing import Final

from node.core.effects import Refusal, Refused
from node.core.events import Composed
from node.core.records import Item
from node.core.rights import rights_of
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from protocol.codec import Codec, Codecs
from protocol.forms.packing import Form, decode_form, encode_form
from protocol.forms.schema import Schema
from protocol.frames import Message
from protocol.reasons import Dropped
from protocol.roster import Roster
from protocol.statements import Right

WITNESS: Final = 14
"""What a handheld texted (protocol/forms/witness.toml): a station writes it of what it heard, and nobody else."""


def coded_body(codecs: Codecs, text: str, form: Form | None) -> tuple[int, bytes]:
    """Codec and body: of a form if there is one, else of the text.

    Raises:
        LocalProtocolError: nobody could read it.
    """
    return codecs.encode(text) if form is None else (Codec.FORM, encode_form(form))


def may_send(roster: Roster, author: int, schema: Schema) -> bool:
    """Whether the author's certificate allows such a form; the station itself, author 0, has no right of its own."""
    if schema.number == WITNESS:
        return not author
    return schema.right in (rights_of(roster, author) if author else Right(0))


def form_refused(event: Composed, roster: Roster, *, is_witness: bool) -> Refused | None:
    """Why its author may not send this form; None when there is none, or nothing against it.

    Args:
        event: what is to be sent.
        roster: who may what.
        is_witness: it is the station's record of what it heard, which nobody else can have written.
    """
    if event.form is None or is_witness:
        return None
    if event.form.schema.number != WITNESS and may_send(roster, event.author, event.form.schema):
        return None
    return Refused(Refusal.FORM_NOT_ALLOWED, event.form.schema.name)


def form_fault(here: Surroundings, message: Message, item: Item) -> Dropped | None:
    """What keeps a message's form from being shown here; None for all else, and for what is not for us to read."""
    if message.codec != Codec.FORM or not item.is_for_me:
        return None
    body = Secrecy(here).decrypted(message, item.key.incarnation) if message.confidential else message.body
    read = body if isinstance(body, Dropped) else decode_form(body, here.forms.schemas)
    return read if isinstance(read, Dropped) else None
