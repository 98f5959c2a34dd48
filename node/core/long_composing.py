"""How many frames a coded text takes beside its header and options, and what they weigh: reckoned before it is cut."""

from dataclasses import dataclass, replace

from protocol.codec import Codec
from protocol.frames import Message
from protocol.long_messages import FRAGMENT_DATA_MAX, FRAGMENT_HEADER, coded_bytes_max, fragments_needed, piece_room
from protocol.numbers import FRAME_BYTES_MAX, SIGNATURE_BYTES


@dataclass(frozen=True, slots=True)
class Load:
    """What a coded text makes of a message."""

    frames: tuple[int, ...]
    """Bytes of each frame, in order; none: it is too long."""
    room_bytes: int
    """What so many frames carry of a coded text; what fits at most when it is too long."""

    @property
    def is_cut(self) -> bool:
        """Whether it takes more than one frame."""
        return len(self.frames) > 1


def text_room(bare: Message) -> int:
    """Bytes that coded text may have in one frame beside this header and these options."""
    return FRAME_BYTES_MAX - SIGNATURE_BYTES - len(replace(bare, body=b"").unsigned_bytes())


def load_of(bare: Message, coded_bytes: int) -> Load:
    """The frames of a message.

    Args:
        bare: its header and options, all that it will have; a form always stays in one frame.
        coded_bytes: of its body, encryption included.
    """
    room_bytes = text_room(bare)
    if coded_bytes <= room_bytes:
        return Load((FRAME_BYTES_MAX - room_bytes + coded_bytes,), room_bytes)
    if bare.codec == Codec.FORM:
        return Load((), room_bytes)
    fragments = fragments_needed(coded_bytes, room_bytes)
    if fragments is None:
        return Load((), coded_bytes_max(room_bytes))
    piece_bytes = min(piece_room(room_bytes, fragments), coded_bytes - fragments)
    first_bytes = FRAME_BYTES_MAX - piece_room(room_bytes, fragments) + piece_bytes
    rest_bytes = coded_bytes - piece_bytes
    step = -(-rest_bytes // fragments)
    lengths = [min(step, rest_bytes - at) + FRAGMENT_HEADER.size for at in range(0, rest_bytes, step)]
    carried = min(piece_room(room_bytes, fragments) + fragments * FRAGMENT_DATA_MAX, coded_bytes_max(room_bytes))
    return Load((first_bytes, *lengths), carried)
