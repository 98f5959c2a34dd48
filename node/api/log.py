"""The station's log as its people see it, write into it and hand it out; the entries' own format is in node/LOG.md."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from node.api.ladder import ShownTime

LOG_LIST_MAX: Final = 200
"""Entries in one answer."""

NOTE_BYTES_MAX: Final = 2048
"""Of a note, UTF-8."""


class Channel(StrEnum):
    """How something came that is noted."""

    PHONE = "phone"
    SINE = "sine"
    """The public-safety radio network."""
    RADIO = "radio"
    COURIER = "courier"
    MAIL = "mail"
    IN_PERSON = "in_person"


@dataclass(frozen=True, slots=True)
class ListLog:
    """What happened?"""

    kinds: tuple[str, ...] = ()
    """`note`, `composed`, `alarm`, …; none: all."""
    who: str = ""
    """Initials or number of an operator, or a station's code; empty: all."""
    message: str = ""
    """Number of a message; empty: all."""
    since_utc_ms: int | None = None
    until_utc_ms: int | None = None
    before: int = 0
    """Only entries with a smaller number: the next page; 0: from the latest on."""
    exercise: int = 0
    """The log of that exercise; 0: the real one."""
    limit: int = 50
    """At most `LOG_LIST_MAX`."""


@dataclass(frozen=True, slots=True)
class LogDetail:
    """One figure or text of an entry."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry."""

    number: int
    kind: str
    """`composed`, `note`, …; `kind 99`: written by a newer version."""
    at: ShownTime
    who: str
    """Initials of a person, else a station's code."""
    who_name: str
    message: str
    """Number of the message it is about; empty: about none."""
    text: str
    """Of that message, as far as it is readable here; of a note its own. Not made harmless."""
    details: tuple[LogDetail, ...]
    written: ShownTime | None
    """Of a note that was typed in later: when it was written on paper."""
    hash: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True)
class LoggedEntries:
    """A page of the log, the oldest first."""

    entries: tuple[ShownEntry, ...]
    count: int
    """Entries in the whole chain."""
    before: int
    """Ask for more from here; 0: there is none."""


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Write into the log."""

    text: str
    channel: Channel | None = None
    caller: str = ""
    """Who called or said it."""
    called: str = ""
    """Whom."""
    written_utc_ms: int | None = None
    """When it was written on paper, if it was."""
    author: str = ""
    """Initials or number of an operator on duty; `-` for the station itself; empty: the one who is on duty."""


@dataclass(frozen=True, slots=True)
class NotedEntry:
    """It stands in the log."""

    number: int


@dataclass(frozen=True, slots=True)
class HandOut:
    """Give the whole log, part by part, as a file has it."""

    cursor: str = ""
    """Empty: begin, which enters it in the log and signs where it stands; else as the last part said."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of the file."""

    content: bytes
    cursor: str
    """Ask for the next part with this; empty: it was the last."""
