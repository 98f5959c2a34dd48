"""A packet as it is on the air."""

from dataclasses import dataclass

from hardware.airtime import HEADER_BYTES, PKC_BYTES
from hardware.simulated.channels import Channel


def last_byte(node_number: int) -> int:
    """Name a node in the one byte that relays and next hops have; never 0 (src/mesh/NodeDB.h)."""
    return node_number & 0xFF or 0xFF


@dataclass(frozen=True, slots=True)
class AirFrame:
    """A packet as it is on the air."""

    from_node: int
    to_node: int
    packet_id: int
    hop_limit: int
    hop_start: int
    want_ack: bool
    relay_node: int
    """Last byte of the number of whoever sends this copy."""
    channel: Channel | None
    """Whose members read it; None for a direct message encrypted to the destination's key."""
    data: bytes
    """The encoded `Data`, in the clear: encryption is modelled by its size and by who gets the frame to see."""
    next_hop: int = 0
    """Last byte of the number of the neighbour asked to pass it on; 0 asks everybody."""
    signature_bytes: int = 0

    @property
    def to_key(self) -> bool:
        """Whether it is encrypted to the destination's key."""
        return self.channel is None

    @property
    def channel_hash(self) -> int:
        """The byte that names the channel on the air."""
        return 0 if self.channel is None else self.channel.hash

    @property
    def hops_used(self) -> int | None:
        """Relays so far; None when the packet does not tell before it is read."""
        if self.hop_start == 0 or self.hop_start < self.hop_limit:
            return None
        return self.hop_start - self.hop_limit

    @property
    def lora_bytes(self) -> int:
        """Size on the air."""
        return HEADER_BYTES + len(self.data) + (PKC_BYTES if self.to_key else 0) + self.signature_bytes

    def relayed_by(self, node_number: int) -> "AirFrame":
        """Return the copy that a relay sends."""
        # Field by field: `replace` takes twice as long, and this is done for every second frame heard.
        return AirFrame(
            from_node=self.from_node,
            to_node=self.to_node,
            packet_id=self.packet_id,
            hop_limit=self.hop_limit - 1,
            hop_start=self.hop_start,
            want_ack=self.want_ack,
            relay_node=last_byte(node_number),
            channel=self.channel,
            data=self.data,
            next_hop=self.next_hop,
            signature_bytes=self.signature_bytes,
        )
