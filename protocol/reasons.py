"""Why received bytes are not used, as values that a station counts, and the errors that are our own.

Bytes from outside never raise: a reader answers `Dropped`. Encoders raise `LocalProtocolError`, since what they were
given was made on this side (SPEC.md, section 15).
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Every reason of SPEC.md, section 15; the value is the word under which it is counted."""

    # From the layout alone.
    EMPTY = "empty"
    TRUNCATED = "truncated"
    TRAILING_BYTES = "trailing_bytes"
    RESERVED_BITS = "reserved_bits"
    TOO_LARGE = "too_large"
    VERSION_UNKNOWN = "version_unknown"
    TYPE_NOT_SUPPORTED = "type_not_supported"
    BAD_NUMBER = "bad_number"
    OPTIONS_NOT_CANONICAL = "options_not_canonical"
    DIGEST_NOT_CANONICAL = "digest_not_canonical"
    STATEMENT_MALFORMED = "statement_malformed"
    TEXT_TOO_LONG = "text_too_long"
    BAD_TEXT = "bad_text"
    FORM_MALFORMED = "form_malformed"
    NOT_DECRYPTED = "not_decrypted"
    # From what a station knows.
    UNKNOWN_STATION = "unknown_station"
    UNKNOWN_AUTHOR = "unknown_author"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    UNKNOWN_ISSUER = "unknown_issuer"
    BAD_ISSUER = "bad_issuer"
    BAD_SIGNATURE = "bad_signature"
    BAD_MAC = "bad_mac"
    BAD_FRAGMENT = "bad_fragment"
    CERTIFICATE_EXPIRED = "certificate_expired"
    REVOKED_KEY = "revoked_key"
    WRONG_CONTEXT = "wrong_context"
    MESSAGE_NOT_HELD = "message_not_held"
    CONFLICT = "conflict"
    STATEMENT_CONFLICT = "statement_conflict"
    EXPIRED = "expired"
    DUPLICATE = "duplicate"
    OWN_FRAME = "own_frame"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Bytes from outside that are not used; an ordinary value, never raised."""

    reason: Reason
    """What is counted."""
    detail: str = ""
    """For the log's reader: which field, which number. Never message text and never keys."""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)


class ProtocolError(Exception):
    """Base of the errors that this package raises."""


class LocalProtocolError(ProtocolError):
    """We were about to put something on the air that the specification does not allow: a mistake on this side."""


def refuse_ours(fault: Dropped | None) -> None:
    """Raise what would be dropped at the other end.

    Raises:
        LocalProtocolError: there is a fault.
    """
    if fault is not None:
        raise LocalProtocolError(str(fault))
