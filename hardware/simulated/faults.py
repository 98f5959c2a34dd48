"""What can go wrong with a simulated device, and when: the `[[fault]]` tables of an air file.

Each kind is something that real radios, cables and programs were seen to do, or that firmware and kernel allow.
"""

from dataclasses import dataclass
from enum import StrEnum

from hardware.simulated.air_table import Table

FAULTS_MAX = 4096
"""Four times the long soak."""

AT_S_MAX = 7 * 86_400.0
FOR_S_MAX = 86_400.0
FAULT_KEYS = ("at_s", "device", "kind", "for_s", "amount")


class FaultKind(StrEnum):
    """What goes wrong; `amount` where it says so."""

    HANG = "hang"
    """Takes everything and answers nothing."""
    STUCK = "stuck"
    """Reads nothing more."""
    GARBAGE = "garbage"
    """`amount` bytes of chance before each frame."""
    CUT = "cut"
    """Each frame ends somewhere in the middle."""
    LOG_TEXT = "log_text"
    """A line of log text before each frame."""
    SLOW = "slow"
    """Frames come at `amount` bytes a second."""
    LATE = "late"
    """Each frame comes `amount` seconds late."""
    REBOOT = "reboot"
    """Restarts; `for_s` without life. A terminal stays and shows the boot text, then the device's word."""
    DROP = "drop"
    """Forgets its client once."""
    POWER = "power"
    """`for_s` without power: a terminal hangs up, another one comes."""
    REPLUG = "replug"
    """The cable is pulled and put back after `for_s`; the device lives on."""
    THIEF = "thief"
    """A second client takes the port, again every `amount` seconds."""
    REPORTS_LOST = "reports_lost"
    """No queue report arrives."""
    QUEUE_FULL = "queue_full"
    """Every packet of the client is refused for want of a place."""
    DUTY_CYCLE = "duty_cycle"
    """Every packet is refused by the duty cycle, for `amount` minutes."""
    REFUSAL = "refusal"
    """Every packet is queued and then refused with the `Routing.Error` of number `amount`."""
    WRONG_NONCE = "wrong_nonce"
    """The settings end with another number than they were asked under."""
    NO_COMPLETE = "no_complete"
    """The settings never end."""
    UNKNOWN_FIELDS = "unknown_fields"
    """Each message carries a field that only a newer firmware knows, and between them come unknown messages."""
    OVERSIZED = "oversized"
    """Before each frame the beginning of one that is longer than any may be."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """What `amount` may be, and what it is when left out."""

    least: float
    most: float
    usual: float


_AMOUNTS = {
    FaultKind.GARBAGE: _Amount(1, 512, 40),
    FaultKind.SLOW: _Amount(50, 1_000_000, 960),
    FaultKind.LATE: _Amount(0.01, 60, 2),
    FaultKind.THIEF: _Amount(0.1, 3600, 5),
    FaultKind.DUTY_CYCLE: _Amount(1, 60, 12),
    FaultKind.REFUSAL: _Amount(1, 60, 38),
}
"""By kind; all others have none. 960 bytes a second are a serial port at 9600 baud; 38 is RATE_LIMIT_EXCEEDED."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, once."""

    at_s: float
    """Since the air began."""
    device: str
    kind: FaultKind
    for_s: float = 0.0
    amount: float = 0.0
    """0 where the kind has none."""

    def __str__(self) -> str:
        amount = f", amount {self.amount:g}" if self.amount else ""
        return f"{self.kind} of {self.device} at {self.at_s:.1f} s for {self.for_s:.1f} s{amount}"


def begun_now(device: str, kind: str, for_s: object, amount: object) -> Fault | str:
    """Make a fault that begins at once, out of what somebody asks for; what is wrong with it otherwise."""
    if kind not in list(FaultKind):
        return f"kind is none of {', '.join(FaultKind)}"
    bounds = _AMOUNTS.get(FaultKind(kind), _Amount(0, 0, 0))
    if not isinstance(for_s, int | float) or not 0 <= for_s <= FOR_S_MAX:
        return f"for_s is not a number from 0 to {FOR_S_MAX:g}"
    chosen = bounds.usual if amount is None else amount
    if not isinstance(chosen, int | float) or not bounds.least <= chosen <= bounds.most:
        return f"amount is not a number from {bounds.least:g} to {bounds.most:g}"
    return Fault(0.0, device, FaultKind(kind), float(for_s), float(chosen))


def usual_amount(kind: FaultKind) -> float:
    """What `amount` is when it is left out."""
    return _AMOUNTS[kind].usual if kind in _AMOUNTS else 0.0


def read_fault(table: Table, devices: list[str]) -> Fault:
    """Read one `[[fault]]` table.

    Raises:
        AirFileError: something in it cannot be.
    """
    kind = FaultKind(table.choice("kind", [kind.value for kind in FaultKind]))
    bounds = _AMOUNTS.get(kind)
    if bounds is None and table.has("amount"):
        raise table.wrong("amount", f"{kind} has none; leave it out")
    return Fault(
        at_s=table.real("at_s", 0.0, AT_S_MAX),
        device=table.choice("device", devices),
        kind=kind,
        for_s=table.real("for_s", 0.0, FOR_S_MAX, default=0.0),
        amount=0.0 if bounds is None else table.real("amount", bounds.least, bounds.most, default=bounds.usual),
    )
