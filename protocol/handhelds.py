"""A field unit's plain radio: known by its number and key, never an author (SPEC.md, section 10).

```
6 handheld    node number u32 | home station u16 | radio's public key 32 | code | name
```
"""

from dataclasses import dataclass
from typing import Final

from protocol.layout import Layout
from protocol.names import decode_names, encode_names, names_fault
from protocol.numbers import is_station
from protocol.reasons import Dropped, Reason

HANDHELD_FIELDS: Final = Layout(32, 16)
RADIO_KEY_BYTES: Final = 32
"""X25519, of the radio's firmware."""
NODE_NUMBERS_RESERVED: Final = (0, 0xFFFFFFFF)
"""Nobody and everybody [firmware 2.7, NodeNum]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandheldBody:
    """A registered radio; messages from it are witnessed, never signed."""

    node_number: int
    """Meshtastic's, 32 bits."""
    home_station: int
    """The station that texts with it."""
    radio_key: bytes
    """32 bytes: what shows that a number was not taken by another radio."""
    code: str
    name: str

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        fields = HANDHELD_FIELDS.pack(self.node_number, self.home_station)
        return fields + self.radio_key + encode_names(self.code, self.name)

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if not is_station(self.home_station):
            return Dropped(Reason.BAD_NUMBER, f"home station {self.home_station}")
        if not 0 <= self.node_number <= 0xFFFFFFFF or self.node_number in NODE_NUMBERS_RESERVED:
            return Dropped(Reason.BAD_NUMBER, f"node number {self.node_number}")
        if len(self.radio_key) != RADIO_KEY_BYTES:
            return Dropped(Reason.STATEMENT_MALFORMED, "radio's key")
        return names_fault(self.code, self.name)


def decode_handheld(raw: bytes) -> HandheldBody | Dropped:
    """Read the body of class 6."""
    fields, rest = raw[: HANDHELD_FIELDS.size], raw[HANDHELD_FIELDS.size :]
    names = decode_names(rest[RADIO_KEY_BYTES:])
    if isinstance(names, Dropped):
        return names
    node_number, home_station = HANDHELD_FIELDS.unpack(fields)
    return HandheldBody(
        node_number=node_number,
        home_station=home_station,
        radio_key=rest[:RADIO_KEY_BYTES],
        code=names[0],
        name=names[1],
    )
