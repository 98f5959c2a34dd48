"""A channel as the link that Meshtastic's apps read: the `ChannelSet` in URL-safe base64 behind a fixed address.

    https://meshtastic.org/e/#CgUYAyIBAQ...         (firmware protobufs, apponly.proto; the apps' own "share channel")

Whoever has the link has the key.
"""

import base64
from typing import Final

from hardware.meshtastic_protobufs import apponly_pb2, channel_pb2, config_pb2
from hardware.profile import NetworkProfile

PREFIX: Final = "https://meshtastic.org/e/#"

_KINDS: Final = config_pb2.Config.LoRaConfig


def handheld_url(profile: NetworkProfile) -> str:
    """Make the link of the handheld channel, with the LoRa settings that an app must write with it."""
    channel = profile.handheld_channel
    lora = _KINDS(
        use_preset=True,
        modem_preset=_KINDS.ModemPreset.Value(profile.preset),
        region=_KINDS.RegionCode.Value(profile.region),
        hop_limit=profile.hop_limit,
        tx_enabled=True,
        sx126x_rx_boosted_gain=True,
    )
    settings = channel_pb2.ChannelSettings(psk=channel.key, name=channel.name)
    encoded = apponly_pb2.ChannelSet(settings=[settings], lora_config=lora).SerializeToString()
    return PREFIX + base64.urlsafe_b64encode(encoded).decode().rstrip("=")
