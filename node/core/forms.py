"""Forms in the core: what stands in a message's frame, who may send which, and what is counted when one is broken."""

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


def coded_body(codecs: Codecs, text: str, form: Form | None) -> tuple[int, bytes]:
    """Codec and body: of a form if there is one, else of the text.

    Raises:
        LocalProtocolError: nobody could read it.
    """
    return codecs.encode(text) if form is None else (Codec.FORM, encode_form(form))


def may_send(roster: Roster, author: int, schema: Schema) -> bool:
    """Whether the author's certificate allows such a form; the station itself, author 0, has no right of its own."""
    return schema.right in (rights_of(roster, author) if author else Right(0))


def form_refused(event: Composed, roster: Roster) -> Refused | None:
    """Why its author may not send this form; None when there is none, or nothing against it."""
    if event.form is None or may_send(roster, event.author, event.form.schema):
        return None
    return Refused(Refusal.FORM_NOT_ALLOWED, event.form.schema.name)


def form_fault(here: Surroundings, message: Message, item: Item) -> Dropped | None:
    """What keeps a message's form from being shown here; None for all else, and for what is not for us to read."""
    if message.codec != Codec.FORM or not item.is_for_me:
        return None
    body = Secrecy(here).decrypted(message, item.key.incarnation) if message.confidential else message.body
    read = body if isinstance(body, Dropped) else decode_form(body, here.forms.schemas)
    return read if isinstance(read, Dropped) else None
