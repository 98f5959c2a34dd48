"""Which private-port payloads are for this station: of another radio, on our channel or to our key, to all or us."""

from collections.abc import Callable

from hardware.from_radio import DropReason, PrivatePayload
from hardware.radio import BROADCAST_NODE, PacketHeard


def packet_heard(
    said: PrivatePayload, own_number: int, is_our_channel: Callable[[int], bool]
) -> PacketHeard | DropReason:
    """Make an event of a payload, or say why it is dropped.

    Args:
        said: as the radio handed it on.
        own_number: the radio's own.
        is_our_channel: whether one of the radio's channels is that of the stations.
    """
    if said.from_node == own_number:
        return DropReason.OWN_ECHO
    if said.to_node not in (BROADCAST_NODE, own_number):
        return DropReason.OTHER_NODE
    if not said.to_our_key and not is_our_channel(said.channel):
        return DropReason.OTHER_CHANNEL
    return PacketHeard(
        payload=said.payload,
        from_node=said.from_node,
        to_node=None if said.to_node == BROADCAST_NODE else said.to_node,
        packet_id=said.packet_id,
        hops=said.hops,
        snr_db=said.snr_db,
        rssi_dbm=said.rssi_dbm,
    )
