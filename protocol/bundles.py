"""BUNDLE: receipts that ride on a frame which goes anyway (SPEC.md, section 12).

```
BUNDLE  version 2 | type 4 | riders less one 2, then 1-4 riders, then one whole frame
rider   sequence 14 | form 2 | MAC 24                                      5 bytes
        and in form 3    station 10 | state 3 | reserved 3                 7 bytes
```
In forms 0-2 the form is the state, and the message's origin is the station that the main frame is for.
"""

from dataclasses import dataclass
from typing import Final

from protocol.acts import Act
from protocol.custody import Digest, HoldState
from protocol.framing import fitting
from protocol.hints import Beacon, Inventory
from protocol.layout import Layout
from protocol.messages import Long, Message, Notice, SignedOther
from protocol.numbers import FrameType, Kind, is_sequence, is_station
from protocol.reasons import Dropped, LocalProtocolError, Reason, refuse_ours
from protocol.requests import Request

BUNDLE_HEADER: Final = Layout(2, 4, 2)
RIDER: Final = Layout(14, 2, 24)
RIDER_NAMED: Final = Layout(10, 3, 3)
RIDERS_MAX: Final = 4
"""Two bits."""
RIDER_MAC_BYTES: Final = 3
"""One forged rider in 16 million passes, and then pauses one message."""
NAMED: Final = 3
"""The form whose origin and state follow."""

Main = Message | Long | Notice | SignedOther | Act | Digest | Beacon | Inventory | Request
"""What a receipt may ride on: frames that name the station which sends them."""


@dataclass(frozen=True, slots=True)
class Rider:
    """A RECEIPT in brief, from the station whose frame it rides on."""

    station: int
    """The origin of the message that it is about."""
    sequence: int
    """In the origin's newest incarnation."""
    state: HoldState
    mac: bytes
    """3 bytes; see `protocol.receipts`."""

    def encode(self, main_for: int) -> bytes:
        """5 bytes when the main frame is for its origin anyway, else 7."""
        form = self.state.value if _is_short(self.station, self.state, main_for) else NAMED
        brief = RIDER.pack(self.sequence, form, int.from_bytes(self.mac, "big"))
        return brief if form != NAMED else brief + RIDER_NAMED.pack(self.station, self.state, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some riders and the frame that they ride on."""

    riders: tuple[Rider, ...]
    """1 to `RIDERS_MAX`, none twice."""
    main: Main

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: they do not fit together, or the other end would drop it.
        """
        refuse_ours(self.fault())
        if any(len(rider.mac) != RIDER_MAC_BYTES for rider in self.riders):
            raise LocalProtocolError("a rider without its MAC")
        header = BUNDLE_HEADER.pack(0, FrameType.BUNDLE, len(self.riders) - 1)
        main_for = destination_of(self.main)
        return fitting(header + b"".join(rider.encode(main_for) for rider in self.riders) + self.main.encode())

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        about = {(rider.station, rider.sequence, rider.state) for rider in self.riders}
        if not 1 <= len(self.riders) <= RIDERS_MAX or len(about) < len(self.riders):
            return Dropped(Reason.BAD_NUMBER, "riders")
        if not all(is_station(rider.station) and is_sequence(rider.sequence) for rider in self.riders):
            return Dropped(Reason.BAD_NUMBER, "station or sequence of a rider")
        return None


def issuer_of(main: Main) -> int:
    """The station that sends a main frame, and issues what rides on it."""
    return main.asker if isinstance(main, Request) else main.station


def destination_of(main: Main) -> int:
    """The station that a main frame is for, whose messages its riders are about unless they say otherwise; else 0."""
    match main:
        case Message() | Long() | Notice() | SignedOther():
            return main.recipient.number if main.recipient.kind is Kind.STATION else 0
        case Act():
            return main.about.station
        case Request():
            return main.asked
        case Digest() | Beacon() | Inventory():
            return 0


def decode_riders(raw: bytes) -> tuple[tuple[tuple[Rider, bool], ...], bytes] | Dropped:
    """Read the riders of a BUNDLE, each with whether its main frame names its station; and that frame's bytes."""
    _, _, count = BUNDLE_HEADER.unpack(raw[:1])
    riders: list[tuple[Rider, bool]] = []
    place = BUNDLE_HEADER.size
    for _ in range(count + 1):
        if len(raw) < place + RIDER.size:
            return Dropped(Reason.TRUNCATED, "rider")
        sequence, form, mac = RIDER.unpack(raw[place : place + RIDER.size])
        place += RIDER.size
        station, state = 0, form
        if form == NAMED:
            if len(raw) < place + RIDER_NAMED.size:
                return Dropped(Reason.TRUNCATED, "rider")
            station, state, reserved = RIDER_NAMED.unpack(raw[place : place + RIDER_NAMED.size])
            place += RIDER_NAMED.size
            if reserved:
                return Dropped(Reason.RESERVED_BITS, "rider")
            if state > HoldState.ACT_AT_STATION:
                return Dropped(Reason.BAD_NUMBER, f"state {state}")
        rider = Rider(station, sequence, HoldState(state), mac.to_bytes(RIDER_MAC_BYTES, "big"))
        riders.append((rider, form != NAMED))
    return tuple(riders), raw[place:]


def bundle(riders: tuple[tuple[Rider, bool], ...], main: Main) -> Bundle | Dropped:
    """Put together what was read of both."""
    main_for = destination_of(main)
    named: list[Rider] = []
    for rider, is_short in riders:
        if not is_short and _is_short(rider.station, rider.state, main_for):
            return Dropped(Reason.BAD_NUMBER, "a rider names whom its frame is for")
        named.append(Rider(main_for, rider.sequence, rider.state, rider.mac) if is_short else rider)
    read = Bundle(tuple(named), main)
    return read.fault() or read


def _is_short(station: int, state: HoldState, main_for: int) -> bool:
    return station == main_for and state.value < NAMED
