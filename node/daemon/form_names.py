"""What a station knows of the names in a form: codes, numbers of messages, local time."""

from dataclasses import dataclass
from typing import Final, Protocol

from node.api.ladder import ShownTime
from node.core.numbering import human_number, key_in
from node.core.records import ItemKey
from node.forms.local_time import instant_s, instant_text, read_instant
from node.words.phrases import clock_text
from protocol.numbers import Address, Kind, Reference
from protocol.roster import Roster

NUMBER_DIGITS_MAX: Final = 5
"""Of any number in the roster."""


class KnowsRoster(Protocol):
    """A station's surroundings, or a roster's file."""

    @property
    def roster(self) -> Roster:
        """Who is who."""


@dataclass(frozen=True, slots=True)
class StationNames:
    """Implements `protocol.forms.plain.Names`; used on the store's thread."""

    here: KnowsRoster
    utc_ms: int
    """Now, as far as the machine knows: what is written is local time, whoever vouches for the clock."""
    near_utc_ms: int | None = None
    """When the form came: its times are nearest to that, since the 20 bits of a time repeat. None: now."""

    def holder(self, text: str, kinds: tuple[Kind, ...]) -> Address | None:
        """The one holder of these kinds that a text means: `kind:number`, a code, a number, a beginning."""
        kind, colon, number = text.partition(":")
        if colon:
            is_number = number.isascii() and number.isdecimal() and len(number) <= NUMBER_DIGITS_MAX
            if kind.upper() not in Kind.__members__ or not is_number:
                return None
            addresses: tuple[Address, ...] = (Address(Kind[kind.upper()], int(number)),)
        else:
            addresses = self.here.roster.find(text)
        known = [one for one in addresses if one.kind in kinds and self.here.roster.certificate(one) is not None]
        return known[0] if len(known) == 1 else None

    def holder_text(self, address: Address) -> str:
        """A code where that means nobody else."""
        certificate = self.here.roster.certificate(address)
        if certificate is not None and self.here.roster.find(certificate.code) == (address,):
            return certificate.code
        return f"{address.kind.name.lower()}:{address.number}"

    def message(self, text: str) -> Reference | None:
        """A number as people write it; the message need not be here."""
        key = key_in(self.here.roster, text)
        return None if key is None else Reference(key.station, key.incarnation & 3, key.sequence)

    def message_text(self, reference: Reference) -> str:
        """The number as people write it."""
        incarnation = self.here.roster.full_incarnation(reference.station, reference.incarnation) or 1
        return human_number(self.here.roster, ItemKey(reference.station, incarnation, reference.sequence))

    def instant(self, text: str) -> int | None:
        """The next such time, or on the day that is named."""
        return read_instant(text, self.utc_ms)

    def instant_text(self, wire: int) -> str:
        """With its day."""
        return instant_text(wire, self._near_utc_ms)

    def holder_said(self, address: Address) -> str:
        """Name and code."""
        certificate = self.here.roster.certificate(address)
        if certificate is None:
            return self.holder_text(address)
        return f"{self.here.roster.name_of(address)} ({certificate.code})"

    def instant_said(self, wire: int) -> str:
        """With its day where that is another one."""
        utc_ms = instant_s(wire, self._near_utc_ms) * 1000
        return clock_text(ShownTime(utc_ms, trusted=True), ShownTime(self.utc_ms, trusted=True))

    @property
    def _near_utc_ms(self) -> int:
        return self.utc_ms if self.near_utc_ms is None else self.near_utc_ms
