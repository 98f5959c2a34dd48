"""What a message may carry besides its header, typed and in one canonical order (SPEC.md, section 4).

Here are the values and what is allowed of them; `protocol.option_layout` turns them into bytes and back.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from protocol.instants import TIMES
from protocol.numbers import (
    NUMBER_MAX,
    RECIPIENTS_MAX,
    SHORT_NUMBER_MAX,
    SIGNATURE_BYTES,
    Address,
    Kind,
    Reference,
)
from protocol.reasons import Dropped, Reason

OPTIONS_MAX: Final = 8
"""Options of one message: what fits, and what a reader has to keep in mind."""
UNKNOWN_VALUE_BYTES_MAX: Final = 255
"""One byte of length."""
FIRST_UNKNOWN: Final = 10
LAST_UNKNOWN: Final = 15
MAY_BE_IGNORED: Final = (12, 13, 14)
"""A message with another unknown option is shown as partly readable."""


class Role(IntEnum):
    """What is expected of one of several recipients."""

    TO = 0
    COPY = 1


class WideField(IntEnum):
    """The header field whose number stands in option 7; a station's never does."""

    AUTHOR = 1
    RECIPIENT = 2


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """One of several."""

    address: Address
    """One holder, with a number of at most eleven bits: the list has no escape."""
    role: Role = Role.TO


@dataclass(frozen=True, slots=True)
class Releaser:
    """The second person who let the message go."""

    operator: int
    """1 to `SHORT_NUMBER_MAX`."""
    signature: bytes
    """64 bytes over the author's string without this option; reading it proves nothing yet."""


@dataclass(frozen=True, slots=True, order=True)
class WideNumber:
    """A number that its header field has no room for."""

    field: WideField
    number: int
    """Above `SHORT_NUMBER_MAX`."""


@dataclass(frozen=True, slots=True)
class Options:
    """All options of one frame; absent ones are None or empty."""

    drill: int | None = None
    """The exercise this belongs to, 1 to 2^32 - 1; absent in real traffic."""
    reply_to: Reference | None = None
    answer_by_min: int | None = None
    """Minutes after the message's time, 0 to 65535."""
    cancels: Reference | None = None
    supersedes: Reference | None = None
    recipients: tuple[Recipient, ...] = ()
    """When the header says several: that many, none twice; their order is signed."""
    releaser: Releaser | None = None
    wide: tuple[WideNumber, ...] = ()
    """The numbers behind the header's escapes, by field; the frame's own fields hold them already."""
    written_at: int | None = None
    """The time on the paper, as the header's 20 bits."""
    logical: int | None = None
    """Hybrid logical counter, 16 bits."""
    unknown: tuple[tuple[int, bytes], ...] = ()
    """Options 10 to 15 by number, from a newer version: carried and covered by the signature."""

    @property
    def is_partly_readable(self) -> bool:
        """Whether something stands here that a reader ought to know and that we do not."""
        return any(number not in MAY_BE_IGNORED for number, _ in self.unknown)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        return self._order_fault() or self._number_fault()

    def _order_fault(self) -> Dropped | None:
        fields = [wide.field for wide in self.wide]
        unknown = [number for number, _ in self.unknown]
        addresses = {recipient.address for recipient in self.recipients}
        if fields != sorted(set(fields)) or unknown != sorted(set(unknown)) or len(addresses) != len(self.recipients):
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "something stands twice or out of order")
        if any(not FIRST_UNKNOWN <= number <= LAST_UNKNOWN for number in unknown):
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "a known option among the unknown")
        if any(len(value) > UNKNOWN_VALUE_BYTES_MAX for _, value in self.unknown):
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "a value longer than its length byte")
        return None

    def _number_fault(self) -> Dropped | None:
        references = (self.reply_to, self.cancels, self.supersedes)
        if any(reference is not None and not reference.is_numbered for reference in references):
            return Dropped(Reason.BAD_NUMBER, "reference in an option")
        if self.drill is not None and not 0 < self.drill < 1 << 32:
            return Dropped(Reason.BAD_NUMBER, f"drill {self.drill}")
        if any(value is not None and not 0 <= value < 1 << 16 for value in (self.answer_by_min, self.logical)):
            return Dropped(Reason.BAD_NUMBER, "an option of 16 bits")
        if self.written_at is not None and not 0 <= self.written_at < TIMES:
            return Dropped(Reason.BAD_NUMBER, f"written at {self.written_at}")
        if len(self.recipients) > RECIPIENTS_MAX or not all(_is_listed(one.address) for one in self.recipients):
            return Dropped(Reason.BAD_NUMBER, "recipients")
        if any(not SHORT_NUMBER_MAX < wide.number <= NUMBER_MAX for wide in self.wide):
            return Dropped(Reason.BAD_NUMBER, "a wide number")
        return self._releaser_fault()

    def _releaser_fault(self) -> Dropped | None:
        if self.releaser is None:
            return None
        if not 1 <= self.releaser.operator <= SHORT_NUMBER_MAX:
            return Dropped(Reason.BAD_NUMBER, f"releaser {self.releaser.operator}")
        if len(self.releaser.signature) != SIGNATURE_BYTES:
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "releaser's signature")
        return None


NO_OPTIONS: Final = Options()


def wide_numbers(author: int, recipient: Address) -> tuple[WideNumber, ...]:
    """The escapes that these two header fields need, in canonical order."""
    wide: list[WideNumber] = []
    if author > SHORT_NUMBER_MAX:
        wide.append(WideNumber(WideField.AUTHOR, author))
    if recipient.number > SHORT_NUMBER_MAX and recipient.kind is not Kind.STATION:
        wide.append(WideNumber(WideField.RECIPIENT, recipient.number))
    return tuple(wide)


def _is_listed(address: Address) -> bool:
    return address.is_certifiable and address.number <= SHORT_NUMBER_MAX
