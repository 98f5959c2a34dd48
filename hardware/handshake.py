"""The beginning of a connection: the radio says all its settings, and then the number they were asked under.

The order is fixed by the firmware (src/mesh/PhoneAPI.cpp), but nothing here depends on it; reports and packets may
come in between. The deadline moves with every message, since a large radio is slow without being silent, and ends
all the same after `HANDSHAKE_S_MAX`. The question is asked again until the answer begins: a sleeping device loses it,
and one that waits for the rest of a frame, cut off when the last program ended, takes it for that rest.
"""

from dataclasses import dataclass, field

from hardware.from_radio import ChannelInUse, Firmware, LoraSettings, OwnNumber, QueueReport, Said, SettingsComplete
from hardware.radio import RadioUp

HANDSHAKE_STEP_S = 10.0
"""From message to message; the whole takes 0.1 s on a fast radio."""

ASK_AGAIN_S = 3.0
"""From question to question; the answer begins within 0.3 s on a radio that is awake."""

CHANNELS_MAX = 8
"""A radio has no more (src/mesh/mesh-pb-constants.h, MAX_NUM_CHANNELS)."""

HANDSHAKE_S_MAX = 120.0
"""In all: who talks longer without coming to the end is no radio of ours."""

FIRMWARE_MIN = (2, 7)
"""Older ones know other sizes, limits and refusals than those that the link reckons with."""

REGION_UNSET = "UNSET"


@dataclass(frozen=True, slots=True)
class Unfit:
    """A radio that answered, and that no station can use as it is."""

    reason: str
    """What is wrong and what to do."""


@dataclass(slots=True)
class Handshake:
    """What the radio has said of itself so far."""

    nonce: int
    """What the settings were asked under."""
    began_s: float
    heard_s: float
    """When the last message came."""
    asked_s: float
    """When the settings were last asked for."""
    node_number: int | None = None
    firmware: str | None = None
    lora: LoraSettings | None = None
    tx_queue_free: int | None = None
    channels: dict[int, str] = field(default_factory=dict)
    """Names of the channels in use, by index."""
    is_complete: bool = False
    """Whether the radio has said that this was all."""

    def hear(self, said: Said, now_s: float) -> None:
        """Take one message; those without a bearing on the settings only show progress."""
        self.heard_s = now_s
        match said:
            case OwnNumber(node_number):
                self.node_number = node_number
            case Firmware(version):
                self.firmware = version
            case LoraSettings():
                self.lora = said
            case ChannelInUse(index, name) if 0 <= index < CHANNELS_MAX:
                self.channels[index] = name
            case QueueReport():
                self.tx_queue_free = said.free
            case SettingsComplete(nonce) if nonce == self.nonce:
                self.is_complete = True
            case _:
                pass

    def is_same_channel(self, one: int, other: int) -> bool:
        """Whether two channels are one: while keys are changed, both have its name and each another key."""
        return one == other or (bool(self.channels.get(one)) and self.channels.get(one) == self.channels.get(other))

    def forget(self) -> None:
        """Take nothing for known: the radio restarted before it came to the end."""
        self.node_number = self.firmware = self.lora = self.tx_queue_free = None
        self.channels.clear()

    def has_begun(self) -> bool:
        """Whether the radio has said anything of itself."""
        return self.node_number is not None or self.firmware is not None or self.lora is not None

    def why_given_up(self) -> str:
        """Say what is wrong with a radio that did not come to the end, and what to do."""
        if self.has_begun():
            return "the radio does not come to the end of its settings; restart it"
        return "the radio does not answer; check that a Meshtastic radio is at this address"

    def deadline_s(self) -> float:
        """When to give up unless more comes."""
        return min(self.heard_s + HANDSHAKE_STEP_S, self.began_s + HANDSHAKE_S_MAX)

    def next_wake_s(self) -> float:
        """When to give up, or to ask again before that."""
        return self.deadline_s() if self.has_begun() else min(self.asked_s + ASK_AGAIN_S, self.deadline_s())

    def radio_up(self) -> RadioUp | Unfit:
        """Sum up the radio, or say why no station can use it."""
        if self.node_number is None or self.firmware is None or self.lora is None:
            return Unfit("the radio left out its number, version or LoRa settings; check its firmware")
        if is_too_old(self.firmware):
            remedy = "install 2.7.26 on it, at another machine with https://flasher.meshtastic.org"
            return Unfit(f"the radio's firmware {self.firmware} is older than 2.7; {remedy}")
        if self.lora.region == REGION_UNSET:
            remedy = "stop the station and set it: bavn radio setup"
            return Unfit(f"the radio's region is UNSET, so that it sends nothing; {remedy}")
        return RadioUp(self.firmware, self.node_number, self.lora.region, self.lora.modem_preset, self.tx_queue_free)


def is_too_old(firmware: str) -> bool:
    """Whether a version such as `2.6.11.60ec05e` is older than any we know; one that says no numbers is not."""
    major, _, rest = firmware.partition(".")
    minor = rest.partition(".")[0]
    if not (major.isascii() and major.isdecimal() and minor.isascii() and minor.isdecimal()):
        return False
    return (int(major), int(minor)) < FIRMWARE_MIN
