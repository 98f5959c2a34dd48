"""What a message says, still coded: put together if it was cut, decrypted if it is confidential."""

from node.core.long_texts import with_whole_body
from node.core.records import ItemKey
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from protocol.frames import Long, Message
from protocol.reasons import Dropped


def readable_body(here: Surroundings, key: ItemKey, frame: Message | Long) -> bytes | Dropped:
    """The coded text of a message that was verified and stored, as far as this station can read it."""
    whole = with_whole_body(here.store, key, frame)
    if isinstance(whole, Dropped) or not whole.confidential:
        return whole if isinstance(whole, Dropped) else whole.body
    return Secrecy(here).decrypted(whole, key.incarnation)
