"""What a station is given when it is made: who it is, whom it trusts, and its means."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from node.core.continuity import Doubt
from node.core.logbook import Logbook
from node.core.people_records import FunctionWord
from node.core.policy import Policy
from node.core.ports import Airtime, DirectMessages, Jitter, Signer, Store
from protocol.codec import RAW_ONLY, Codecs
from protocol.forms.book import FormBook
from protocol.numbers import Address, Kind
from protocol.reasons import Reason
from protocol.roster import Roster
from protocol.sealing import Signatures

DEPUTIES_MAX: Final = 4
"""In a row: who stands in for a stand-in's stand-in is looked up by people."""


@dataclass(slots=True)
class Surroundings:
    """Shared by the machines of one station."""

    number: int
    """This station's number."""
    incarnation: int
    """Its certified incarnation, in full."""
    roster: Roster
    """Immutable; replaced whole when a statement is accepted."""
    store: Store
    signer: Signer
    signatures: Signatures
    jitter: Jitter
    airtime: Airtime
    policy: Policy
    forms: FormBook = field(default_factory=FormBook)
    """The forms that are known here."""
    codecs: Codecs = RAW_ONLY
    """How texts are coded and read; the daemon loads all there are."""
    words: Callable[[str], str] = str
    """From the English text to the one in use, for what handhelds are told; braces in it are for `str.format`."""
    drops: Counter[Reason] = field(default_factory=Counter)
    """Frames dropped since the start, by reason."""
    attended_until: int = 0
    """Station time up to which somebody is taken to be here though no key is open: see `node.core.shifts`."""
    direct: DirectMessages | None = None
    """What a message to one radio costs; None: the bearer has none."""
    doubt: Doubt | None = None
    """Why the station is receive-only, None while it is sure of its own count: see `node.core.marks`."""
    logbook: Logbook = field(init=False)
    """What happened is entered there, in the commit that makes it so."""

    def __post_init__(self) -> None:
        self.logbook = Logbook(self)

    def is_manned(self, at: int) -> bool:
        """Whether somebody is on duty here."""
        return bool(self.signer.operators()) or at < self.attended_until

    def holder_of(self, function: int) -> FunctionWord | None:
        """Who holds a function as far as is known here; None when nobody does, or not any more by the roster."""
        word = self.store.function_word(function)
        certificate = None if word is None else self.roster.operator(word.operator)
        if word is None or not word.is_taken or certificate is None:
            return None
        return (
            None
            if self.roster.revocation_of(Address(Kind.OPERATOR, word.operator), certificate.body.public_key) is not None
            else word
        )

    def deputy_of(self, function: int) -> int:
        """The first in the row of deputies whom somebody holds, else the first of all; 0 when there is none."""
        row = self.deputies_of(function)
        return next((one for one in row if self.holder_of(one) is not None), row[0] if row else 0)

    def deputies_of(self, function: int) -> list[int]:
        """The row of deputies by certificates, whoever holds them; a circle ends where it began to repeat."""
        row: list[int] = []
        while (certificate := self.roster.function(function)) is not None and len(row) < DEPUTIES_MAX:
            function = certificate.body.deputy
            if not function or function in row:
                break
            row.append(function)
        return row

    def destinations(self, to: Address) -> tuple[int, ...]:
        """Where somebody is reached now: the home stations, and where a function's holder took it."""
        homes = self.roster.home_stations(to)
        holder = self.holder_of(to.number) if to.kind is Kind.FUNCTION and homes else None
        if holder is None or holder.station in homes or self.roster.station(holder.station) is None:
            return homes
        return (*homes, holder.station)

    @property
    def is_kiosk(self) -> bool:
        """Whether this station is certified for people who do not log in."""
        certificate = self.roster.station(self.number)
        return certificate is not None and certificate.body.is_kiosk

    @property
    def needs_releaser(self) -> bool:
        """Whether this station is certified to make no FLASH with one signature."""
        certificate = self.roster.station(self.number)
        return certificate is not None and certificate.body.needs_releaser

    @property
    def incarnation_bits(self) -> int:
        """The incarnation as it stands on the air."""
        return self.incarnation & 0b11
