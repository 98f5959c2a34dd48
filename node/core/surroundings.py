"""What a station is given when it is made: who it is, whom it trusts, and its means."""

from collections import Counter
from dataclasses import dataclass, field

from node.core.logbook import Logbook
from node.core.policy import Policy
from node.core.ports import Airtime, Jitter, Signer, Store
from protocol.reasons import Reason
from protocol.roster import Roster
from protocol.sealing import Signatures


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
    drops: Counter[Reason] = field(default_factory=Counter)
    """Frames dropped since the start, by reason."""
    attended_until: int = 0
    """Station time up to which somebody is taken to be here though no key is open: see `node.core.shifts`."""
    logbook: Logbook = field(init=False)
    """What happened is entered there, in the commit that makes it so."""

    def __post_init__(self) -> None:
        self.logbook = Logbook(self)

    def is_manned(self, at: int) -> bool:
        """Whether somebody is on duty here."""
        return bool(self.signer.operators()) or at < self.attended_until

    @property
    def incarnation_bits(self) -> int:
        """The incarnation as it stands on the air."""
        return self.incarnation & 0b11
