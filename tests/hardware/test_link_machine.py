"""Deadlines, room in the radio, liveness and hostile speech: the link machine on a clock that the test moves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.airtime import PRESETS
from hardware.from_radio import DropReason
from hardware.liveness import DEAF_S_MAX, LEAVE_POLL_S, QUIET_S, SIGN_OF_LIFE_S_MAX, SPEAK_S, UNREPORTED_MAX
from hardware.meshtastic_protobufs import channel_pb2, mesh_pb2, portnums_pb2
from hardware.outcomes import ANSWER_S_MAX, IN_RADIO_MAX, QUEUE_STAY_S_MAX, silence_s
from hardware.radio import (
    Accepted,
    LinkHealth,
    LossAssumed,
    NodeHeard,
    PacketHeard,
    RadioDown,
    RadioUp,
    Refusal,
    Refused,
    Relayed,
    SendOutcome,
    Silent,
    TextHeard,
)
from hardware.simulated.firmware_stream import FirmwareReader
from hardware.simulated.identity import Generation, Profile
from hardware.simulated.speech import device_metrics, duty_cycle_notice, packet, queue_report, routing_error
from hardware.simulated.speech import settings as say_settings
from hardware.stream import MARK, frame
from hardware.to_radio import CONFIG_NONCE
from hardware.waiting import WAIT_S_MAX, WAITING_MAX
from tests.hardware.machine import OWN, PEER, Driver, outgoing

METRICS = device_metrics(OWN.node_number, 2.5, 1.5, 60, 1)
REBOOTED = mesh_pb2.FromRadio(rebooted=True).SerializeToString()
UP = RadioUp("2.7.26", OWN.node_number, "EU_868", "LONG_FAST", None)


@pytest.fixture
def up() -> Driver:
    driver = Driver()
    driver.bring_up()
    driver.events.clear()
    driver.written.clear()
    return driver


def private_packet(**fields: int | bytes) -> mesh_pb2.MeshPacket:
    decoded = mesh_pb2.Data(portnum=portnums_pb2.PortNum.PRIVATE_APP, payload=b"heard")
    packet = mesh_pb2.MeshPacket(to=0xFFFFFFFF, id=5, decoded=decoded)
    for name, number in ({"from": PEER} | fields).items():
        setattr(packet, name, number)
    return packet


def test_handshake_deadline_moves_with_progress() -> None:
    driver = Driver()
    driver.connect()
    for step in range(1, 6):
        driver.until(step * 9.0)
        driver.say(mesh_pb2.FromRadio(my_info=mesh_pb2.MyNodeInfo(my_node_num=1)).SerializeToString())
    driver.until(45.0 + 9.9)
    assert driver.closed == []
    driver.until(45.0 + 10.0)
    assert len(driver.closed) == 1


def test_settings_are_asked_for_until_the_answer_begins() -> None:
    driver = Driver()
    driver.connect()
    driver.until(7.0)
    assert driver.asked_s() == [0.0, 3.0, 6.0]
    driver.say(mesh_pb2.FromRadio(my_info=mesh_pb2.MyNodeInfo(my_node_num=1)).SerializeToString())
    driver.until(16.9)
    assert driver.asked_s() == [0.0, 3.0, 6.0], "a question in the middle would make the radio begin anew"


@pytest.mark.parametrize("missing", [1, 200, 508, 512])
def test_radio_that_waits_for_the_rest_of_a_cut_frame_comes_up_all_the_same(missing: int) -> None:
    driver = Driver()
    firmware = FirmwareReader()
    firmware.feed(MARK + b"\x02\x00" + bytes(512 - missing))
    driver.connect()
    driver.until(9.9)
    assert mesh_pb2.ToRadio(want_config_id=CONFIG_NONCE).SerializeToString() in firmware.feed(driver.raw)


def test_handshake_that_never_ends_is_given_up() -> None:
    driver = Driver()
    driver.connect()
    for step in range(200):
        driver.until(float(step))
        driver.say(mesh_pb2.FromRadio(my_info=mesh_pb2.MyNodeInfo(my_node_num=1)).SerializeToString())
    assert len(driver.closed) == 1


def test_frames_are_refused_at_once_unless_the_radio_is_up() -> None:
    driver = Driver()
    driver.submit(outgoing(1))
    driver.connect()
    driver.submit(outgoing(2))
    assert [driver.outcomes(ticket) for ticket in (1, 2)] == [[Refused(Refusal.RADIO_ABSENT)]] * 2
    assert driver.packets() == []


def test_written_packet_carries_own_number_channel_and_priority(up: Driver) -> None:
    up.submit(outgoing(1, b"\x00\xff", to=PEER, want_ack=True, priority=100))
    (sent,) = up.packets()
    assert getattr(sent, "from") == OWN.node_number
    assert (sent.to, sent.channel, sent.hop_limit, sent.want_ack, sent.priority) == (PEER, 0, 3, True, 100)
    assert (sent.decoded.portnum, sent.decoded.payload) == (portnums_pb2.PortNum.PRIVATE_APP, b"\x00\xff")


def test_packet_numbers_are_never_zero_nor_in_use() -> None:
    driver = Driver(packet_ids=[0, 7, 7, 2**32, 8])
    driver.bring_up()
    driver.submit(outgoing(1, want_ack=True))
    driver.say(queue_report(7, 0, 15))
    driver.submit(outgoing(2, want_ack=True))
    assert [sent.id for sent in driver.packets()] == [7, 8]


@pytest.mark.parametrize(("size", "to"), [(232, None), (220, PEER)])
def test_payload_too_large_never_reaches_the_radio(up: Driver, size: int, to: int | None) -> None:
    up.submit(outgoing(1, bytes(size), to=to))
    assert up.outcomes(1) == [Refused(Refusal.TOO_LARGE)]
    assert up.packets() == []


def test_urgent_frame_overtakes_those_that_wait(up: Driver) -> None:
    for ticket in range(3):
        up.submit(outgoing(ticket, str(ticket).encode()))
    up.submit(outgoing(9, b"urgent", priority=100))
    for sent in range(4):
        up.say(queue_report(1000 + sent, 0, 16))
    assert [sent.decoded.payload for sent in up.packets()] == [b"0", b"urgent", b"1", b"2"]


def test_radio_holds_few_of_our_frames_and_is_asked_until_one_has_left(up: Driver) -> None:
    for ticket in range(IN_RADIO_MAX + 1):
        up.submit(outgoing(ticket))
        up.say(queue_report(1000 + ticket, 0, 15 - ticket))
    assert len(up.packets()) == IN_RADIO_MAX
    up.until(2.5)
    assert up.heartbeats_s() == [1.0, 2.0]
    up.say(queue_report(0, 0, 16 - IN_RADIO_MAX + 1))
    assert len(up.packets()) == IN_RADIO_MAX + 1


def test_urgent_frame_enters_a_radio_that_holds_enough_of_the_others(up: Driver) -> None:
    for ticket in range(IN_RADIO_MAX):
        up.submit(outgoing(ticket))
        up.say(queue_report(1000 + ticket, 0, 15 - ticket))
    up.submit(outgoing(8))
    up.submit(outgoing(9, b"urgent", priority=100))
    assert [sent.decoded.payload for sent in up.packets()][IN_RADIO_MAX:] == [b"urgent"]


def test_full_radio_gets_nothing_until_it_has_a_place(up: Driver) -> None:
    up.say(queue_report(99, 0, 0))
    up.submit(outgoing(1))
    assert up.packets() == []
    up.say(queue_report(0, 0, 1))
    assert len(up.packets()) == 1


def test_frames_count_as_gone_after_a_while_whatever_the_radio_says(up: Driver) -> None:
    for ticket in range(IN_RADIO_MAX):
        up.submit(outgoing(ticket))
        up.say(queue_report(1000 + ticket, 0, 1))
    for second in range(int(QUEUE_STAY_S_MAX)):
        up.until(float(second))
        up.say(queue_report(0, 0, 1))
    up.submit(outgoing(10))
    assert len(up.packets()) == IN_RADIO_MAX
    up.until(QUEUE_STAY_S_MAX)
    assert len(up.packets()) == IN_RADIO_MAX + 1


def test_frame_without_room_goes_back_to_the_station(up: Driver) -> None:
    up.say(queue_report(99, 0, 0))
    up.submit(outgoing(1))
    for second in range(int(WAIT_S_MAX) + 1):
        up.until(float(second))
        up.say(queue_report(0, 0, 0))
    assert up.outcomes(1) == [Refused(Refusal.QUEUE_FULL)]


def test_no_more_frames_wait_than_the_bound(up: Driver) -> None:
    for ticket in range(WAITING_MAX + 3):
        up.submit(outgoing(ticket))
    assert [up.outcomes(ticket) for ticket in range(WAITING_MAX + 3)] == [[]] * (WAITING_MAX + 1) + [
        [Refused(Refusal.LINK_FULL)]
    ] * 2


def test_lost_report_is_silence_without_ack_and_patience_with_it(up: Driver) -> None:
    up.submit(outgoing(1))
    up.until(5.0)
    assert up.outcomes(1) == [Silent()]
    # Asked for its settings anew, since it may have forgotten us.
    up.say_settings()
    up.submit(outgoing(2, want_ack=True))
    up.until(11.0)
    up.say(routing_error(OWN.node_number, 1001, 0, 1))
    assert up.outcomes(2) == [Relayed()]


def test_own_time_out_ends_a_frame_that_nobody_acks(up: Driver) -> None:
    up.submit(outgoing(1, to=PEER, want_ack=True))
    up.say(queue_report(1000, 0, 15), routing_error(OWN.node_number, 1000, 0, 1))
    end_s = silence_s("LONG_FAST")
    while up.now_s < end_s - 1:
        up.until(min(up.now_s + 10, end_s - 1))
        up.say(queue_report(0, 0, 16))
    assert up.outcomes(1) == [Accepted(), Relayed()]
    up.until(end_s)
    assert up.outcomes(1) == [Accepted(), Relayed(), Silent()]


def test_acks_from_third_nodes_and_for_strange_ids_change_nothing(up: Driver) -> None:
    up.submit(outgoing(1, to=PEER, want_ack=True))
    up.say(queue_report(1000, 0, 15), routing_error(PEER + 1, 1000, 0, 1), routing_error(PEER, 999, 0, 1))
    assert up.outcomes(1) == [Accepted()]


def test_repeated_implicit_ack_is_reported_once(up: Driver) -> None:
    up.submit(outgoing(1, to=PEER, want_ack=True))
    up.say(queue_report(1000, 0, 15), *[routing_error(OWN.node_number, 1000, 0, 1)] * 2)
    assert up.outcomes(1) == [Accepted(), Relayed()]


def test_ack_that_nobody_asked_for_is_ignored(up: Driver) -> None:
    up.submit(outgoing(1, to=PEER))
    up.say(queue_report(1000, 0, 15), routing_error(PEER, 1000, 0, 1))
    assert up.outcomes(1) == [Accepted()]


def test_duty_cycle_refusal_carries_the_minutes(up: Driver) -> None:
    up.submit(outgoing(1))
    up.say(queue_report(1000, 9, 16))
    assert up.outcomes(1) == []
    up.say(duty_cycle_notice(1000, 51), routing_error(OWN.node_number, 1000, 9, 1))
    assert up.outcomes(1) == [Refused(Refusal.DUTY_CYCLE, 51 * 60)]


@pytest.mark.parametrize("notice", ["", "busy", "wait 99999999 mins", "wait ٣ mins"])
def test_duty_cycle_refusal_without_readable_minutes_says_so(up: Driver, notice: str) -> None:
    up.submit(outgoing(1))
    text = mesh_pb2.ClientNotification(reply_id=1000, message=notice)
    up.say(queue_report(1000, 9, 16), mesh_pb2.FromRadio(clientNotification=text).SerializeToString())
    assert up.outcomes(1) == [Refused(Refusal.DUTY_CYCLE, None)]


def test_duty_cycle_refusal_does_not_wait_long_for_the_minutes(up: Driver) -> None:
    up.submit(outgoing(1))
    up.say(queue_report(1000, 9, 16))
    up.until(1.0)
    assert up.outcomes(1) == [Refused(Refusal.DUTY_CYCLE, None)]


def test_quiet_radio_is_asked_and_given_up_when_it_stays_silent(up: Driver) -> None:
    up.until(QUIET_S + SIGN_OF_LIFE_S_MAX - 1)
    assert (up.heartbeats_s(), up.closed) == ([QUIET_S, QUIET_S + 5, QUIET_S + 10], [])
    up.until(QUIET_S + SIGN_OF_LIFE_S_MAX)
    assert len(up.closed) == 1
    assert up.machine.next_wake_s() is None


def test_garbage_is_no_sign_of_life(up: Driver) -> None:
    for second in range(100):
        up.until(float(second))
        up.say(b"\xff\xff\xff")
    assert len(up.closed) == 1
    assert up.machine.drops[DropReason.UNDECODABLE] > QUIET_S


def test_talkative_radio_hears_from_us_before_it_drops_us(up: Driver) -> None:
    for second in range(0, 900, 10):
        up.until(float(second))
        up.say(METRICS)
    assert up.heartbeats_s() == [SPEAK_S, 2 * SPEAK_S]


def test_idle_link_wakes_at_most_every_five_seconds(up: Driver) -> None:
    wakes = 0
    while up.now_s < 600:
        due_s = up.machine.next_wake_s()
        assert due_s is not None
        up.until(due_s)
        wakes += 1
        up.say(METRICS)
    assert wakes <= 600 / 5


def test_lost_link_ends_every_ticket_before_it_says_so(up: Driver) -> None:
    up.submit(outgoing(1, want_ack=True))
    up.say(queue_report(1000, 0, 15))
    up.submit(outgoing(2))
    up.submit(outgoing(3))
    up.take(up.machine.lost("power", 0.0))
    assert [event for _, event in up.events[1:]] == [
        SendOutcome(1, Silent()),
        SendOutcome(2, Silent()),
        SendOutcome(3, Refused(Refusal.RADIO_ABSENT)),
        RadioDown("power"),
    ]


def test_outage_is_told_once_and_again_when_its_reason_changes() -> None:
    driver = Driver()
    for reason in ("refused", "refused", "no answer", "refused"):
        driver.take(driver.machine.lost(reason, 0.0))
    assert [event for _, event in driver.events] == [
        RadioDown("refused"),
        RadioDown("no answer"),
        RadioDown("refused"),
    ]


def test_link_comes_up_again_after_an_outage(up: Driver) -> None:
    up.take(up.machine.lost("power", 0.0))
    up.bring_up()
    up.submit(outgoing(1))
    assert UP in [event for _, event in up.events]
    assert len(up.packets()) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"from": OWN.node_number}, DropReason.OWN_ECHO),
        ({"to": PEER}, DropReason.OTHER_NODE),
        ({"channel": 3}, DropReason.OTHER_CHANNEL),
        ({"rx_snr": float("nan")}, DropReason.BAD_VALUE),
    ],
)
def test_payload_that_is_not_for_us_is_counted_and_dropped(up: Driver, fields: dict[str, int], reason: str) -> None:
    up.say(packet(private_packet(**fields)))
    assert up.events == []
    assert up.machine.drops == {reason: 1}


def test_a_channel_of_the_same_name_is_the_same_channel_while_keys_are_changed() -> None:
    up = Driver()
    up.connect()
    profile = Profile(OWN, Generation.V2_7, PRESETS["LONG_FAST"], "2.7.26")
    *said, complete = say_settings(profile, up.machine._config_nonce)
    secondary = channel_pb2.Channel.Role.SECONDARY
    for index, name in ((0, "bavn"), (1, "folk"), (2, "bavn"), (200, "bavn")):
        channel = channel_pb2.Channel(index=index, role=secondary, settings=channel_pb2.ChannelSettings(name=name))
        said.append(mesh_pb2.FromRadio(channel=channel).SerializeToString())
    up.say(*said, complete)
    up.events.clear()
    for index in (2, 1, 200, 3):
        up.say(packet(private_packet(channel=index)))
    assert len(up.events) == 1
    assert up.machine.drops == {DropReason.OTHER_CHANNEL: 3}


def test_payload_to_our_key_is_heard_on_any_channel(up: Driver) -> None:
    up.say(packet(private_packet(to=OWN.node_number, channel=3, pki_encrypted=1)))
    ((_, heard),) = up.events
    assert isinstance(heard, PacketHeard)
    assert (heard.to_node, heard.hops) == (OWN.node_number, None)


def text_packet(text: bytes = b"KVIT 4", **fields: int | bytes) -> mesh_pb2.MeshPacket:
    fields = {"to": OWN.node_number, "id": 5, "rx_rssi": -101, **fields}
    made = private_packet(**fields)
    made.decoded.portnum, made.decoded.payload = portnums_pb2.PortNum.TEXT_MESSAGE_APP, text
    return made


def test_text_to_our_key_is_heard_with_the_key_that_the_radio_names(up: Driver) -> None:
    up.say(packet(text_packet(pki_encrypted=1, public_key=bytes(range(32)))))
    ((_, heard),) = up.events
    assert isinstance(heard, TextHeard)
    assert (heard.text, heard.from_node, heard.to_node) == (b"KVIT 4", PEER, OWN.node_number)
    assert (heard.packet_id, heard.sender_key, heard.rssi_dbm) == (5, bytes(range(32)), -101)


def test_text_under_a_channels_key_names_no_sender_whatever_stands_in_it(up: Driver) -> None:
    up.say(packet(text_packet(channel=1, public_key=bytes(32))))
    ((_, heard),) = up.events
    assert isinstance(heard, TextHeard)
    assert heard.sender_key == b""


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (text_packet(to=0x0A0B0C0D), DropReason.OTHER_NODE),
        (text_packet(b""), DropReason.BAD_VALUE),
        (text_packet(b"x" * 238), DropReason.BAD_VALUE),
    ],
    ids=["to another", "empty", "too long"],
)
def test_text_that_is_not_for_a_station_is_dropped(up: Driver, made: mesh_pb2.MeshPacket, reason: DropReason) -> None:
    up.say(packet(made))
    assert up.events == []
    assert up.machine.drops == {reason: 1}


def test_text_to_all_is_heard_on_the_channel_of_handhelds_alone(up: Driver) -> None:
    for channel in (0, 1, 2):
        up.say(packet(text_packet(to=0xFFFFFFFF, channel=channel)))
    assert up.machine.drops == {}
    ((_, heard),) = up.events
    assert isinstance(heard, TextHeard)
    assert heard.to_node is None


def test_node_that_tells_who_or_where_it_is_is_on(up: Driver) -> None:
    for port in (portnums_pb2.PortNum.NODEINFO_APP, portnums_pb2.PortNum.POSITION_APP):
        made = private_packet()
        made.decoded.portnum = port
        up.say(packet(made))
    assert [event for _, event in up.events] == [NodeHeard(PEER)] * 2


def test_text_is_written_on_the_port_of_texts(up: Driver) -> None:
    up.submit(replace(outgoing(1, b"#4 Kom hjem", to=PEER, want_ack=True), is_text=True))
    (written,) = up.packets()
    assert (written.decoded.portnum, written.decoded.payload) == (portnums_pb2.PortNum.TEXT_MESSAGE_APP, b"#4 Kom hjem")
    assert written.to == PEER


def test_radio_that_restarts_is_set_up_anew_over_the_same_connection_and_what_waits_still_goes(up: Driver) -> None:
    up.submit(outgoing(1, to=PEER, want_ack=True))
    up.say(queue_report(1000, 0, 15))
    up.submit(outgoing(2))
    up.submit(outgoing(3))
    up.until(1.0)
    up.say(REBOOTED)
    assert (up.outcomes(1), up.outcomes(2), up.outcomes(3)) == ([Accepted(), Silent()], [Silent()], [])
    assert up.asked_s() == [1.0]
    up.submit(outgoing(4, b"meanwhile"))
    up.until(2.0)
    up.say_settings()
    assert [event for _, event in up.events if isinstance(event, RadioUp | RadioDown)] == [UP]
    up.say(queue_report(1002, 0, 15))
    up.say(queue_report(1003, 0, 14))
    assert (up.outcomes(3), up.outcomes(4)) == ([Accepted()], [Accepted()])
    assert up.closed == []
    assert up.machine.health(2.0).restarts == 1


def test_radio_that_restarts_amid_its_settings_is_asked_from_the_beginning() -> None:
    driver = Driver()
    driver.connect()
    first, *_ = driver.settings()
    driver.say(first)
    driver.until(1.0)
    driver.say(REBOOTED)
    assert driver.asked_s() == [0.0, 1.0]
    driver.say_settings()
    assert driver.machine.is_up


def test_radio_that_restarts_and_then_says_nothing_is_given_up_and_what_waits_goes_back(up: Driver) -> None:
    up.say(REBOOTED)
    up.submit(outgoing(1))
    up.until(10.0)
    assert len(up.closed) == 1
    up.take(up.machine.lost(up.closed[0], up.now_s))
    assert up.outcomes(1) == [Refused(Refusal.RADIO_ABSENT)]


def test_accepted_frame_that_was_still_inside_a_lost_radio_ends_silent_and_one_that_had_left_does_not(
    up: Driver,
) -> None:
    up.submit(outgoing(1))
    up.say(queue_report(1000, 0, 15), queue_report(0, 0, 16))
    up.submit(outgoing(2))
    up.say(queue_report(1001, 0, 15))
    up.take(up.machine.lost("power", 0.0))
    assert (up.outcomes(1), up.outcomes(2)) == ([Accepted()], [Accepted(), Silent()])


def test_radio_is_asked_whether_a_frame_has_left_it(up: Driver) -> None:
    up.submit(outgoing(1))
    up.say(queue_report(1000, 0, 15))
    up.until(6.0)
    assert up.heartbeats_s() == [LEAVE_POLL_S]
    up.say(queue_report(0, 0, 16))
    up.until(20.0)
    assert up.heartbeats_s() == [LEAVE_POLL_S]


def test_radio_that_hands_nothing_on_any_more_is_asked_for_its_settings_anew(up: Driver) -> None:
    up.say(METRICS)
    while up.now_s < DEAF_S_MAX:
        up.until(up.now_s + 10)
        up.say(queue_report(0, 0, 16))
    assert up.asked_s() == [DEAF_S_MAX]
    up.say_settings()
    assert [event for _, event in up.events][1:] == [LossAssumed(DEAF_S_MAX)], "no radio went and none came"


def test_radio_that_never_hands_anything_on_is_asked_anew_without_any_alarm(up: Driver) -> None:
    while up.now_s < DEAF_S_MAX:
        up.until(up.now_s + 10)
        up.say(queue_report(0, 0, 16))
    up.say_settings()
    assert up.machine.is_up
    assert up.events == []


def test_radio_that_reports_on_no_frame_is_asked_for_its_settings_anew(up: Driver) -> None:
    for ticket in range(UNREPORTED_MAX):
        up.submit(outgoing(ticket))
        up.until(up.now_s + ANSWER_S_MAX)
        up.say(queue_report(0, 0, 16))
    up.until(up.now_s + 1)
    assert len(up.asked_s()) == 1


def test_loss_is_assumed_after_every_absence_but_not_at_the_beginning() -> None:
    driver = Driver()
    driver.bring_up()
    driver.take(driver.machine.lost("cable", 0.0))
    driver.until(20.0)
    driver.bring_up()
    assert [event for _, event in driver.events] == [UP, RadioDown("cable"), UP, LossAssumed(20.0)]


@pytest.mark.parametrize(
    ("firmware", "region", "words"),
    [
        ("2.6.11.60ec05e", "EU_868", "firmware 2.6.11.60ec05e is older than 2.7; install 2.7.26"),
        ("2.7.26.54e0d8d", "UNSET", "sends nothing; stop the station and set it: bavn radio setup"),
    ],
)
def test_radio_that_no_station_can_use_is_told_with_the_remedy(firmware: str, region: str, words: str) -> None:
    driver = Driver()
    driver.connect()
    driver.say_settings(firmware=firmware, region=region)
    (reason,) = driver.closed
    assert words in reason
    assert not driver.machine.is_up


def test_version_that_is_no_number_is_not_taken_for_an_old_one() -> None:
    driver = Driver()
    driver.connect()
    driver.say_settings(firmware="custom")
    assert driver.machine.is_up


def test_health_counts_what_the_link_met(up: Driver) -> None:
    up.submit(outgoing(1, bytes(232)))
    up.say(METRICS, b"\xff\xff\xff", queue_report(0, 0, 7))
    assert up.machine.health(12.5) == LinkHealth(
        silent_s=12,
        queue_free=7,
        air_util_tx_pct=1.5,
        restarts=0,
        reconnections=0,
        refusals={Refusal.TOO_LARGE: 1},
        drops={DropReason.UNDECODABLE.value: 1},
    )
    up.take(up.machine.lost("cable", 13.0))
    up.until(20.0)
    up.bring_up()
    health = up.machine.health(20.0)
    assert (health.reconnections, health.queue_free, health.air_util_tx_pct) == (1, None, None)


def test_restart_behind_a_network_is_seen_by_the_radios_uptime(up: Driver) -> None:
    for at_s, uptime_s in ((0, 1000), (30, 1031), (60, 10), (90, 40)):
        up.until(float(at_s))
        up.say(device_metrics(OWN.node_number, 0.0, 0.0, uptime_s, 1))
    assert up.machine.health(180.0).restarts == 1


def test_frame_cut_short_gives_back_those_it_swallowed(up: Driver) -> None:
    heard = frame(packet(private_packet()))
    up.take(up.machine.received(heard[:20] + heard * 3, 0.0))
    assert len([event for _, event in up.events if isinstance(event, PacketHeard)]) == 3
    assert up.machine.drops == {DropReason.CUT: 1}


FIELDS = st.integers(0, 2**32 - 1)
ERRORS = st.integers(0, 60) | st.just(2**31 - 1)
SPEECH = st.one_of(
    st.binary(max_size=600),
    st.builds(lambda port, payload: packet(_any_packet(port, payload)), st.sampled_from([5, 67, 256]), st.binary()),
    st.builds(queue_report, st.sampled_from([0, 1000, 1001]), st.integers(0, 60), st.integers(0, 2**32 - 1)),
    st.builds(routing_error, st.sampled_from([OWN.node_number, PEER]), st.integers(1000, 1003), ERRORS, FIELDS),
    st.builds(duty_cycle_notice, st.sampled_from([0, 1000]), FIELDS),
    st.just(mesh_pb2.FromRadio(rebooted=True).SerializeToString()),
)


def _any_packet(port: int, payload: bytes) -> mesh_pb2.MeshPacket:
    data = mesh_pb2.Data(portnum=portnums_pb2.PortNum.ValueType(port), payload=payload[:200])
    return mesh_pb2.MeshPacket(to=0xFFFFFFFF, decoded=data)


@given(st.lists(SPEECH | st.integers(1, 30), max_size=30))
def test_whatever_the_radio_says_every_ticket_ends_once_and_nothing_raises(speech: list[bytes | int]) -> None:
    driver = Driver()
    driver.bring_up()
    for ticket in range(3):
        driver.submit(outgoing(ticket, to=PEER if ticket else None, want_ack=ticket > 0))
    for said in speech:
        if isinstance(said, int):
            driver.until(driver.now_s + said)
        elif len(said) <= 512:
            driver.say(said)
        else:
            driver.take(driver.machine.received(MARK + said, driver.now_s))
    driver.until(driver.now_s + 600)
    driver.take(driver.machine.lost("end", 0.0))
    for ticket in range(3):
        outcomes = driver.outcomes(ticket)
        ends = [outcome for outcome in outcomes if not isinstance(outcome, Accepted | Relayed)]
        assert outcomes, "a ticket without any outcome"
        assert len(ends) <= 1
        assert not ends or outcomes[-1] == ends[0]
        assert outcomes == list(dict.fromkeys(outcomes)), "an outcome told twice"
