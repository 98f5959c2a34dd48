"""Messages not yet sent, kept by the station while they are written: a screen that dies takes no words with it.

When the answer to keeping a new draft gets lost, it may be there already: look among `Drafts` before keeping it again.
"""

from dataclasses import dataclass
from typing import Final

from node.api.ladder import ShownTime
from node.api.messages import Precedence

DRAFT_BYTES_MAX: Final = 11_264
"""Of a draft's text, UTF-8: more than anything that can be sent, so that a text too long is shortened, not lost."""

DRAFTS_MAX: Final = 64
"""Kept at once: a shift's worth of unfinished business; all of them fit one answer."""

DRAFT_FIELD_BYTES_MAX: Final = 256
"""Of each of a draft's other fields, UTF-8: longer than any name that a certificate can hold."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as far as it is written."""

    id: int = 0
    """Given by the station when the draft is first kept, never given again; 0 before that."""
    to: str = ""
    """As typed, or `kind:number` once somebody is chosen."""
    text: str = ""
    precedence: Precedence = Precedence.ROUTINE
    ack_wanted: bool = True
    reply_to: str = ""
    """Number of the message it answers."""
    author: str = ""
    """Initials of who writes; empty: the one who is on duty when it is sent."""
    confidential: bool | None = None
    """As in `Send`."""
    answer_by_min: int | None = None
    corrects: str = ""
    """Number of the message that it takes the place of."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft on disk."""

    draft: Draft
    kept: ShownTime
    """When it was last kept."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """All that are kept, the latest first."""

    drafts: tuple[KeptDraft, ...]


@dataclass(frozen=True, slots=True)
class Discard:
    """Forget a draft."""

    id: int
