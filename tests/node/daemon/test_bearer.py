"""Radio events become the core's and frames the radio's, each with its own meaning and no other."""

from collections.abc import Callable

import pytest

from hardware import radio as hw
from hardware.airtime import PRESETS
from hardware.channel_price import ChannelPrice
from node.core.effects import SendFrame
from node.core.events import (
    AirMeasured,
    BearerDown,
    BearerUp,
    Event,
    FrameHeard,
    FrameOutcome,
    NodeHeard,
    Outcome,
    TextHeard,
)
from node.daemon.bearer import Bearer
from node.daemon.link_state import LinkState
from protocol.numbers import Precedence

UP = hw.RadioUp("2.7.26.54e0d8d", 7, "EU_868", "MEDIUM_FAST", 16)


class ScriptedRadio:
    """Keeps what it is given; says what a test has it say."""

    def __init__(self) -> None:
        self.sent: list[hw.Outgoing] = []

    async def run(self, deliver: Callable[[hw.RadioEvent], None]) -> None:
        raise NotImplementedError

    def send(self, outgoing: hw.Outgoing) -> None:
        self.sent.append(outgoing)

    def health(self) -> hw.LinkHealth:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (hw.PacketHeard(b"x", 7, None, 2, 3, 4.0, -90), FrameHeard(b"x", 3, 7)),
        (hw.PacketHeard(b"x", 7, None, 2, None, 4.0, -90), FrameHeard(b"x", None, 7)),
        *((hw.PacketHeard(b"x", number, None, 2, 0, 4.0, -90), FrameHeard(b"x", 0)) for number in (0, 1, 3, 2**32 - 1)),
        (
            hw.TextHeard(b"KVIT", 7, 9, 2, bytes(32), 1, 4.4, -90),
            TextHeard(b"KVIT", 7, 2, is_for_us_alone=True, sender_key=bytes(32), hops=1, snr_db=4, rssi_dbm=-90),
        ),
        (hw.TextHeard(b"x", 7, None, 2, b"", 1, 4.4, -90), TextHeard(b"x", 7, 2, False, b"", 1, 4, -90)),
        (hw.NodeHeard(7), NodeHeard(7)),
        (hw.SendOutcome(5, hw.Accepted()), FrameOutcome(5, Outcome.ACCEPTED)),
        (hw.SendOutcome(5, hw.Relayed()), FrameOutcome(5, Outcome.RELAYED)),
        (hw.SendOutcome(5, hw.Delivered()), FrameOutcome(5, Outcome.DELIVERED)),
        (hw.SendOutcome(5, hw.Silent()), FrameOutcome(5, Outcome.SILENT)),
        (hw.SendOutcome(5, hw.Refused(hw.Refusal.QUEUE_FULL)), FrameOutcome(5, Outcome.REFUSED)),
        (hw.SendOutcome(5, hw.Refused(hw.Refusal.DUTY_CYCLE, 60)), FrameOutcome(5, Outcome.REFUSED, 60_000)),
        (hw.SendOutcome(5, hw.Refused(hw.Refusal.KEY_UNKNOWN)), FrameOutcome(5, Outcome.UNADDRESSABLE)),
        (hw.AirUse(12.34, 0.5), AirMeasured(1234, 50)),
        (hw.AirUse(12.34, 0.5, 70), AirMeasured(1234, 50, 70)),
        (UP, BearerUp()),
        (hw.RadioDown("unplugged"), BearerDown("unplugged")),
    ],
)
def test_every_word_of_the_radio_has_its_event(said: hw.RadioEvent, expected: Event) -> None:
    posted: list[Event] = []
    Bearer(ScriptedRadio(), posted.append, lambda event: None).heard(said)
    assert posted == [expected]


def test_loss_that_is_assumed_is_told_for_the_log_and_decides_nothing() -> None:
    posted: list[Event] = []
    told: list[hw.RadioEvent] = []
    Bearer(ScriptedRadio(), posted.append, told.append).heard(hw.LossAssumed(12.0))
    assert (posted, told) == ([], [hw.LossAssumed(12.0)])


def test_the_more_urgent_has_the_higher_rank_in_the_radio() -> None:
    radio = ScriptedRadio()
    bearer = Bearer(radio, lambda event: None, lambda event: None)
    for precedence in Precedence:
        bearer.send(SendFrame(1 + precedence, b"x", 3, True, precedence))
    ranks = [outgoing.priority for outgoing in radio.sent]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)
    assert radio.sent[0] == hw.Outgoing(1, b"x", 3, True, None, ranks[0])


def test_a_frame_for_one_radio_is_addressed_to_it() -> None:
    radio = ScriptedRadio()
    bearer = Bearer(radio, lambda event: None, lambda event: None)
    bearer.send(SendFrame(1, b"x", 0, False, Precedence.ROUTINE, to_node=7))
    assert (radio.sent[0].destination, radio.sent[0].is_text) == (7, False)


def test_a_text_goes_out_as_one() -> None:
    radio = ScriptedRadio()
    text = SendFrame(1, b"x", 3, True, Precedence.ROUTINE, to_node=7, is_text=True)
    Bearer(radio, lambda event: None, lambda event: None).send(text)
    assert radio.sent[0].is_text


def test_the_link_remembers_what_it_last_saw_and_since_when_it_is_away() -> None:
    link = LinkState("tcp://radio:4403", "MEDIUM_FAST", since_boot_ms=0)
    link.told(UP, 1_000)
    assert (link.up, link.since_boot_ms) == (UP, 1_000)
    link.told(hw.RadioDown("unplugged"), 2_000)
    link.told(hw.RadioDown("still unplugged"), 3_000)
    assert (link.up, link.last, link.since_boot_ms, link.reason) == (None, UP, 2_000, "still unplugged")


def test_the_link_says_what_is_news() -> None:
    link = LinkState("tcp://radio:4403", "MEDIUM_FAST", since_boot_ms=0)
    told = (UP, UP, hw.RadioDown("unplugged"), hw.RadioDown("unplugged"), hw.RadioDown("gone"), UP)
    assert [link.told(event, 1_000) for event in told] == [True, False, True, False, True, True]


@pytest.mark.parametrize(
    ("firmware", "is_dearer"),
    [("2.7.26.54e0d8d", False), ("2.8.0.abc", True), ("3.0", True), ("", False), ("x.y", False), ("2", False)],
)
def test_a_firmware_that_signs_makes_short_frames_dearer(firmware: str, *, is_dearer: bool) -> None:
    price = ChannelPrice(PRESETS["MEDIUM_FAST"])
    before_ms = price(80)
    price.radio_runs(firmware)
    assert (price(80) > before_ms) is is_dearer
    assert price(231) == ChannelPrice(PRESETS["MEDIUM_FAST"])(231)
