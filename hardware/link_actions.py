"""What the link's machine wants done: orders to whoever holds the connection, to be carried out in their order."""

from dataclasses import dataclass

from hardware.radio import RadioEvent


@dataclass(frozen=True, slots=True)
class Write:
    """Write these bytes to the radio, completely."""

    chunk: bytes


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand this event to the station."""

    event: RadioEvent


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection; report it back as lost, for this reason."""

    reason: str


Action = Write | Deliver | Close
