"""What a station knows of a radio: frames go out under a ticket, events come back.

Nothing of one make of radio crosses this boundary. A ticket passes these outcomes in this order and no other; the
last column is what the sender hears at the end when nothing goes wrong:

    without want_ack            Accepted                              Accepted
    broadcast with want_ack     Accepted, Relayed                     Relayed
    to one node, want_ack       Accepted, perhaps Relayed, Delivered  Delivered

`Refused` and `Silent` may take the place of any of them and end the ticket; one before the last may be missing when
the radio's word about it was lost. None of all these is a receipt: they pace the sender.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

from hardware.addresses import parse_address

HOP_LIMIT_MAX = 7
"""The header has three bits for hops; the firmware sends anything above as 3."""

PRIORITY_MAX = 127

TEXT_BYTES_MAX = 237
"""More than any firmware lets into one text."""

BROADCAST_NODE = 0xFFFFFFFF
"""The number that addresses every node; never a destination here."""

RESERVED_NODES = 4
"""Numbers below this are no radio's (firmware src/mesh/NodeDB.cpp, NUM_RESERVED); 1 means everybody as well."""


def answerable(from_node: int) -> int | None:
    """Return the number a packet came from if it may be a destination: whoever made it could write anything there."""
    return from_node if RESERVED_NODES <= from_node < BROADCAST_NODE else None


class Priority(IntEnum):
    """Rank inside the radio's own queue: a full queue evicts the lowest silently (MeshPacket.Priority)."""

    BACKGROUND = 10
    DEFAULT = 64
    RELIABLE = 70
    RESPONSE = 80
    HIGH = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One frame for the radio."""

    ticket: int
    """The sender's own number for this attempt; comes back in every `SendOutcome`. Never reused while open."""
    payload: bytes
    """At most 231 bytes to the channel, 219 to one destination (RADIOS.md)."""
    hop_limit: int
    """0 to `HOP_LIMIT_MAX`; h reaches h + 1 hops away. With `want_ack` the radio makes 3 of a 0."""
    want_ack: bool
    """Let the radio repeat the frame, up to three times in all, until it overhears a relay or gets an ack."""
    destination: int | None
    """A node number: encrypted to that radio's key. None: broadcast on the station channel."""
    priority: int
    """1 to 127, `Priority` names the usual ones; orders the queues of link and radio, nothing on the air."""
    is_text: bool = False
    """A text for a handheld's screen, always to one destination. The radio takes one in 2 s (RADIOS.md)."""

    def __post_init__(self) -> None:
        """Raise ValueError for a number out of range: the maker's mistake, not the world's."""
        if not (0 <= self.hop_limit <= HOP_LIMIT_MAX and 1 <= self.priority <= PRIORITY_MAX and self.payload):
            raise ValueError(f"not to be sent: {self}")
        if self.destination is not None and not 0 < self.destination < BROADCAST_NODE:
            raise ValueError(f"no node has the number {self.destination}")
        if self.is_text and self.destination is None:
            raise ValueError("a text goes to one handheld")


class Refusal(StrEnum):
    """Why a frame was not sent. The words are for logs; screens have their own."""

    RADIO_ABSENT = "radio absent"
    """No link to the radio at this moment; `RadioUp` tells when it is back."""
    LINK_FULL = "link queue full"
    """More frames wait in this process than the link holds; send again after other outcomes came."""
    QUEUE_FULL = "radio queue full"
    """The radio's own queue had no place."""
    TOO_LARGE = "payload too large"
    """More than one LoRa frame holds; the same frame will never go."""
    DUTY_CYCLE = "duty cycle"
    """The legal share of sending time is used up; `retry_after_s` says until when."""
    NO_CHANNEL = "no such channel"
    """The configured channel is not enabled in the radio."""
    KEY_UNKNOWN = "destination key unknown"
    """One of the two radios lacks the other's key; a broadcast still goes."""
    RATE_LIMIT = "radio rate limit"
    """The radio holds this kind of packet back."""
    NOT_POSSIBLE = "refused by the radio"
    """Any other refusal."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The radio has the frame in its queue: not yet sent."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """Some radio was overheard repeating the frame. Says nothing about the destination."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The destination's radio acknowledged the frame. Says nothing about the station behind it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The radio, or the link before it, did not send the frame."""

    reason: Refusal
    retry_after_s: int | None = None
    """Seconds until trying again can work, when that is known."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody answered: the radio gave up, or said nothing in time. The frame may have arrived all the same."""


Outcome = Accepted | Relayed | Delivered | Refused | Silent


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of one `Outgoing`, so far."""

    ticket: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RadioUp:
    """The link to the radio stands and its settings are read.

    Comes again, without a `RadioDown`, when the radio restarted behind a connection that stands: it was set up anew,
    what it held has ended, and what waits in the link still waits.
    """

    firmware: str
    """The version as the radio says it, such as `2.7.26.54e0d8d`."""
    node_number: int
    """The radio's own number. May change at a factory reset: never an identity."""
    region: str
    """Such as `EU_868`; never `UNSET`: such a radio sends nothing, and stays down."""
    modem_preset: str
    """Such as `LONG_FAST`; `CUSTOM` when the radio uses no preset."""
    tx_queue_free: int | None
    """Places free in the radio's own queue; None when it has not said."""


@dataclass(frozen=True, slots=True)
class RadioDown:
    """There is no link to the radio. Comes once an outage and again when the reason changes.

    Tickets without a last outcome get theirs before this event.
    """

    reason: str
    """One line for logs and the operator: what happened and what to check."""


@dataclass(frozen=True, slots=True)
class LossAssumed:
    """What came over the air meanwhile may be lost, and nobody will say so. Follows each `RadioUp` but the first.

    A radio keeps 8 to 100 packets for an absent host, drops the others silently, and keeps none through a restart.
    """

    away_s: float
    """How long the radio was not listened to."""


@dataclass(frozen=True, slots=True)
class PacketHeard:
    """A private-port payload from another station's radio. Unauthenticated, unordered, possibly hostile."""

    payload: bytes
    from_node: int
    to_node: int | None
    """Our own number when sent to this radio alone; None for a broadcast."""
    packet_id: int
    hops: int | None
    """Relays between the sender's radio and ours, 0 when heard directly; None when the packet does not tell."""
    snr_db: float
    """Of the last hop."""
    rssi_dbm: int
    """Of the last hop."""


@dataclass(frozen=True, slots=True)
class TextHeard:
    """A text that a person typed on a plain handheld. Its number proves nothing, its key what the radio says of it."""

    text: bytes
    """As it came: UTF-8 from honest radios, at most `TEXT_BYTES_MAX`."""
    from_node: int
    to_node: int | None
    """Our own number when sent to this radio alone; None: to all on the handhelds' channel."""
    packet_id: int
    sender_key: bytes
    """The public key with which the radio decrypted it, 32 bytes; empty: only the channel's key was used."""
    hops: int | None
    snr_db: float
    rssi_dbm: int


@dataclass(frozen=True, slots=True)
class NodeHeard:
    """A sign that another radio is on: it told who, where or how it is."""

    from_node: int


@dataclass(frozen=True, slots=True)
class AirUse:
    """How busy the radio finds the air; about once a minute."""

    channel_utilization_pct: float
    """Sent and heard, last minute."""
    air_util_tx_pct: float
    """Sent by this radio, relaying included, last hour; counted from its start, which may be less long ago."""
    uptime_s: int | None = None
    """How long ago that was; None when the radio does not tell."""


RadioEvent = RadioUp | RadioDown | LossAssumed | PacketHeard | TextHeard | NodeHeard | SendOutcome | AirUse


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """What the link has met since the program started, for the operator."""

    silent_s: int | None
    """Since anything readable came from the radio; None: nothing yet."""
    queue_free: int | None
    """Places in the radio's own queue as it last said; None while it is away or has not said."""
    air_util_tx_pct: float | None
    """Sent in the last hour as the radio counts it, from its start; None while it is away or has not said."""
    restarts: int
    """Times the radio was seen to have started anew."""
    reconnections: int
    """Times the link came up again."""
    refusals: Mapping[Refusal, int]
    """Frames not sent, by reason."""
    drops: Mapping[str, int]
    """Messages of the radio that were not used, by reason."""


class Radio(Protocol):
    """One radio, present or not. All calls from one event loop."""

    async def run(self, deliver: Callable[[RadioEvent], None]) -> None:
        """Keep the link up until cancelled, reconnecting for ever, and hand every event to `deliver`.

        `deliver` is called on the event loop, must not block and must not raise. Call `run` once.
        """

    def send(self, outgoing: Outgoing) -> None:
        """Take a frame to be sent; never waits, never raises for the world's sake.

        Every outcome, `Refusal.RADIO_ABSENT` included, comes through `deliver`, and never from inside this call.
        """

    def health(self) -> LinkHealth:
        """Tell what the link has met so far."""


def open_radio(address: str, *, channel_index: int = 0, chance: random.Random | None = None) -> Radio:
    """Make the radio that an address names; nothing is opened before its `run`.

    Args:
        address: as `hardware.addresses.parse_address` reads it.
        channel_index: the radio's channel for stations, 0 to 7.
        chance: source of packet numbers and of jitter between attempts; the system's entropy when None.

    Raises:
        AddressError: the address is none; its text says what to write instead.
    """
    parsed = parse_address(address)
    # The link brings protobuf along, some ten megabytes: only a process that has a radio pays for it.
    from hardware.link import MeshtasticLink
    from hardware.ways import way_to

    return MeshtasticLink(
        way_to(parsed),
        channel_index=channel_index,
        chance=random.SystemRandom() if chance is None else chance,
    )
