"""What frames of different types have in common: their ends, their lengths and where options stand."""

from protocol.numbers import FRAME_BYTES_MAX, SIGNATURE_BYTES
from protocol.option_layout import decode_options
from protocol.options import NO_OPTIONS, Options
from protocol.reasons import Dropped, LocalProtocolError, Reason


def fitting(raw: bytes) -> bytes:
    """The same bytes, if a radio can carry them.

    Raises:
        LocalProtocolError: they are more than one frame.
    """
    if len(raw) > FRAME_BYTES_MAX:
        raise LocalProtocolError(f"{len(raw)} bytes, at most {FRAME_BYTES_MAX}")
    return raw


def with_signature(unsigned: bytes, signature: bytes) -> bytes:
    """A signed frame, whole.

    Raises:
        LocalProtocolError: it is not sealed, or too large.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise LocalProtocolError("not sealed")
    return fitting(unsigned + signature)


def length_fault(raw: bytes, size: int, what: str) -> Dropped | None:
    """Whether a frame of one size has another."""
    if len(raw) == size:
        return None
    return Dropped(Reason.TRUNCATED if len(raw) < size else Reason.TRAILING_BYTES, what)


def options_after(raw: bytes, header_bytes: int, extended: int) -> tuple[Options, int] | Dropped:
    """Read the options of a signed frame, if it has any; answers them and where they end."""
    if not extended:
        return NO_OPTIONS, header_bytes
    read = decode_options(raw[header_bytes:-SIGNATURE_BYTES])
    return read if isinstance(read, Dropped) else (read[0], header_bytes + read[1])
