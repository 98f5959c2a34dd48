"""Which packets are for this station.

Private payloads: of another radio, on our channel or to our key, to all or us. Texts: to us, however they came, or to
all on the handhelds' channel; stations never text each other.
"""

from collections.abc import Callable

from hardware.from_radio import DropReason, PrivatePayload, TextPayload
from hardware.radio import BROADCAST_NODE, PacketHeard, TextHeard
from hardware.wanted import HANDHELD_CHANNEL


def heard_of(
    said: PrivatePayload | TextPayload, own_number: int, is_our_channel: Callable[[int], bool]
) -> PacketHeard | TextHeard | DropReason | None:
    """Make an event of a packet, or say why it is dropped; None: people text each other, which is none of our business.

    Args:
        said: as the radio handed it on.
        own_number: the radio's own.
        is_our_channel: whether one of the radio's channels is that of the stations.
    """
    if said.from_node == own_number:
        return DropReason.OWN_ECHO
    if said.to_node not in (BROADCAST_NODE, own_number):
        return DropReason.OTHER_NODE
    if isinstance(said, TextPayload):
        return _text_heard(said)
    return _packet_heard(said, is_our_channel)


def _packet_heard(said: PrivatePayload, is_our_channel: Callable[[int], bool]) -> PacketHeard | DropReason:
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


def _text_heard(said: TextPayload) -> TextHeard | None:
    if said.to_node == BROADCAST_NODE and said.channel != HANDHELD_CHANNEL:
        return None
    return TextHeard(
        text=said.text,
        from_node=said.from_node,
        to_node=None if said.to_node == BROADCAST_NODE else said.to_node,
        packet_id=said.packet_id,
        sender_key=said.sender_key,
        hops=said.hops,
        snr_db=said.snr_db,
        rssi_dbm=said.rssi_dbm,
    )
