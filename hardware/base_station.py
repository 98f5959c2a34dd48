"""What is wrong with a radio's settings for a base station, each with the remedy in words.

Two grades. `WRONG`: messages do not get through, anybody joins in, or the law is broken. `ADVICE`: it costs airtime,
power or certainty. What a plan may want otherwise, such as more hops, is never more than advice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hardware.airtime import PRESETS
from hardware.handshake import is_too_old
from hardware.portrait import KeyKind, Portrait

REGION: Final = "EU_868"

FIRMWARE_KNOWN: Final = ("2.7.", "2.8.")
"""What the link was recorded with."""

SLOW_PRESETS: Final = ("LONG_MODERATE", "LONG_SLOW")
"""A signed message takes 4 and 8 s, and three quarters of its airtime are lost to others."""

HOP_LIMIT: Final = 3
"""More only where the plan needs it: each hop costs the whole network its airtime."""

POSITION_INTERVAL_S_MIN: Final = 3 * 3600
TELEMETRY_INTERVAL_S_MIN: Final = 3600
"""More often, a radio's own packets take airtime from messages. 0 is the firmware's default, an hour and more."""


class Grade(StrEnum):
    """How bad it is."""

    WRONG = "wrong"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change."""

    grade: Grade
    problem: str
    """What is so, and what comes of it."""
    remedy: str


def findings(radio: Portrait) -> list[Finding]:
    """Look a radio over; what is wrong comes first."""
    found = [*_sending(radio), *_relaying(radio), *_secrecy(radio), *_modules(radio), *_firmware(radio)]
    return sorted(found, key=lambda finding: finding.grade is Grade.ADVICE)


def _sending(radio: Portrait) -> Iterator[Finding]:
    lora = radio.lora
    if lora.region == "UNSET":
        yield Finding(Grade.WRONG, "region UNSET: the radio sends nothing", f"set it to {REGION}")
    elif lora.region != REGION:
        yield Finding(Grade.WRONG, f"region {lora.region}: not the band that is legal here", f"set it to {REGION}")
    if lora.preset in SLOW_PRESETS:
        yield Finding(Grade.WRONG, f"preset {lora.preset}: too slow for signed messages", "set the network's preset")
    elif lora.preset not in PRESETS:
        yield Finding(Grade.WRONG, f"preset {lora.preset}: not one of {REGION}", "set the network's preset")
    if not lora.sends:
        yield Finding(Grade.WRONG, "sending is switched off", "switch tx_enabled on")
    if lora.overrides_duty_cycle:
        yield Finding(
            Grade.WRONG, "the duty-cycle limit is overridden: against the law", "switch override_duty_cycle off"
        )
    if lora.hop_limit > HOP_LIMIT:
        yield Finding(
            Grade.ADVICE, f"hop limit {lora.hop_limit}: its own packets cost more air", f"set it to {HOP_LIMIT}"
        )


def _relaying(radio: Portrait) -> Iterator[Finding]:
    if radio.rebroadcast_mode != "ALL":
        problem = f"rebroadcast mode {radio.rebroadcast_mode}: does not relay stations' frames"
        yield Finding(Grade.WRONG, problem, "set it to ALL")
    if radio.role == "CLIENT_MUTE":
        yield Finding(Grade.WRONG, "role CLIENT_MUTE: relays nothing", "set it to CLIENT")
    elif radio.role in ("ROUTER", "ROUTER_LATE"):
        yield Finding(Grade.ADVICE, f"role {radio.role}: only for high sites", "set it to CLIENT anywhere else")
    elif radio.role != "CLIENT":
        yield Finding(Grade.WRONG, f"role {radio.role}: not made for a base station", "set it to CLIENT")


def _secrecy(radio: Portrait) -> Iterator[Finding]:
    primary = next((channel for channel in radio.channels if channel.role == "PRIMARY"), None)
    if primary is None:
        yield Finding(Grade.WRONG, "no primary channel: nothing can be sent", "set one up, with a random 256-bit key")
    elif not primary.key.is_own:
        problem = f"primary channel with {primary.key} key: anybody joins the network"
        if primary.key is KeyKind.NONE:
            problem = "primary channel not encrypted: anybody joins the network"
        yield Finding(Grade.WRONG, problem, "give it a random 256-bit key, the same in all radios")
    elif primary.key is KeyKind.OWN_128:
        yield Finding(Grade.ADVICE, "primary channel with a key of 128 bits", "give it a random one of 256 bits")
    if not radio.has_key:
        problem = "no key of its own yet: direct messages to it fail"
        yield Finding(Grade.WRONG, problem, "set the region, restart the radio and look again")
    strangers = sum(not node.has_key for node in radio.nodes)
    if strangers:
        problem = f"{strangers} known {'node has' if strangers == 1 else 'nodes have'} no key: direct messages fail"
        yield Finding(Grade.ADVICE, problem, "load the contacts of all stations beforehand")
    if radio.lora.allows_mqtt:
        yield Finding(Grade.WRONG, "asks others to put its packets on MQTT", "switch ok_to_mqtt off")


def _modules(radio: Portrait) -> Iterator[Finding]:
    modules = radio.modules
    if modules.mqtt:
        yield Finding(Grade.WRONG, "MQTT is on: packets leave for the internet", "switch it off")
    if modules.store_forward:
        yield Finding(Grade.ADVICE, "Store & Forward is on: its replays take airtime", "switch it off")
    if modules.bluetooth:
        yield Finding(Grade.ADVICE, "Bluetooth is on: a phone takes the radio from the station", "switch it off")
    position_s, telemetry_s = modules.position_interval_s, modules.telemetry_interval_s
    if modules.sends_position and position_s is not None and position_s < POSITION_INTERVAL_S_MIN:
        said = f"every {position_s // 60} minutes" if position_s else "at the firmware's usual interval"
        yield Finding(Grade.ADVICE, f"sends its position {said}", "once in 12 hours is enough for a station")
    if telemetry_s is not None and 0 < telemetry_s < TELEMETRY_INTERVAL_S_MIN:
        problem = f"sends telemetry every {telemetry_s // 60} minutes"
        yield Finding(Grade.ADVICE, problem, "once in 12 hours is enough for a station")


def _firmware(radio: Portrait) -> Iterator[Finding]:
    if is_too_old(radio.firmware):
        problem = f"firmware {radio.firmware}: too old, the link does not use it"
        yield Finding(Grade.WRONG, problem, "install 2.7.26, with https://flasher.meshtastic.org")
    elif not radio.firmware.startswith(FIRMWARE_KNOWN):
        yield Finding(Grade.ADVICE, f"firmware {radio.firmware}: not tried with Bavn", "install 2.7.26, or try it well")
