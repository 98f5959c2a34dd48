"""Link and simulated devices together, over the minutes and hours that real radios take."""

import pytest

from hardware.radio import (
    Accepted,
    AirUse,
    Delivered,
    Outgoing,
    PacketHeard,
    RadioDown,
    RadioUp,
    Refusal,
    Refused,
    Relayed,
    Silent,
)
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation
from tests.hardware.simulated.bench import Bench
from tests.hardware.virtual_link import VirtualLink


def broadcast(ticket: int, payload: bytes = b"hello", *, want_ack: bool = False, hop_limit: int = 3) -> Outgoing:
    return Outgoing(ticket, payload, hop_limit, want_ack, None, 64)


def direct(ticket: int, to: int, payload: bytes = b"hello") -> Outgoing:
    return Outgoing(ticket, payload, 3, True, to, 64)


@pytest.mark.parametrize("generation", list(Generation))
def test_radio_comes_up_with_what_it_says_of_itself(generation: Generation) -> None:
    bench = Bench("a", preset="MEDIUM_FAST", generation=generation)
    link = VirtualLink(bench, "a")
    bench.run(1)
    (up,) = link.events
    assert isinstance(up, RadioUp)
    assert up.firmware.startswith(generation)
    assert (up.node_number, up.region, up.modem_preset) == (bench.number("a"), "EU_868", "MEDIUM_FAST")


def test_link_to_an_idle_radio_stands_for_a_day() -> None:
    bench = Bench("a")
    link = VirtualLink(bench, "a")
    bench.run(24 * 3600)
    assert not any(isinstance(event, RadioDown) for event in link.events)
    assert sum(isinstance(event, AirUse) for event in link.events) == 24 * 60


def test_direct_message_over_a_relay_is_relayed_and_then_delivered() -> None:
    bench = Bench("abc")
    link, far = VirtualLink(bench, "a"), VirtualLink(bench, "c")
    bench.run(1)
    link.send(direct(1, bench.number("c")))
    bench.run(60)
    assert link.outcomes(1) == [Accepted(), Relayed(), Delivered()]
    (heard,) = (event for event in far.events if isinstance(event, PacketHeard))
    assert (heard.payload, heard.from_node, heard.to_node, heard.hops) == (
        b"hello",
        bench.number("a"),
        bench.number("c"),
        1,
    )


def test_last_hop_cut_is_relayed_and_then_silent() -> None:
    bench = Bench("abc")
    bench.air.set_link("b", "c", Link(8.0, loss=1.0))
    link = VirtualLink(bench, "a")
    bench.run(1)
    link.send(direct(1, bench.number("c")))
    bench.run(600)
    assert link.outcomes(1) == [Accepted(), Relayed(), Silent()]


def test_nobody_there_is_silent() -> None:
    bench = Bench("a")
    link = VirtualLink(bench, "a")
    bench.run(1)
    link.send(broadcast(1, want_ack=True))
    bench.run(60)
    assert link.outcomes(1) == [Accepted(), Silent()]


def test_node_without_a_known_key_is_refused() -> None:
    bench = Bench("a")
    link = VirtualLink(bench, "a")
    bench.run(1)
    link.send(direct(1, 0xDEADBEEF))
    bench.run(1)
    assert link.outcomes(1) == [Refused(Refusal.KEY_UNKNOWN)]


def test_burst_waits_in_the_link_and_all_of_it_goes_out_in_order() -> None:
    bench = Bench("ab")
    link, far = VirtualLink(bench, "a"), VirtualLink(bench, "b")
    bench.run(1)
    for ticket in range(17):
        link.send(broadcast(ticket, b"%d" % ticket, hop_limit=0))
    bench.run(55)
    assert all(link.outcomes(ticket) == [Accepted()] for ticket in range(17))
    heard = [event.payload for event in far.events if isinstance(event, PacketHeard)]
    assert heard == [b"%d" % ticket for ticket in range(17)]


def test_urgent_frame_overtakes_in_link_and_radio() -> None:
    bench = Bench("ab")
    link, far = VirtualLink(bench, "a"), VirtualLink(bench, "b")
    bench.run(1)
    for ticket in range(12):
        link.send(broadcast(ticket, bytes([ticket]) * 200, hop_limit=0))
    bench.run(1)
    link.send(Outgoing(99, b"flash", 0, False, None, 100))
    bench.run(10)
    heard = [event.payload[:5] for event in far.events if isinstance(event, PacketHeard)]
    assert b"flash" in heard[:2]


def test_duty_cycle_stops_the_sending_and_says_for_how_long() -> None:
    bench = Bench("a")
    link = VirtualLink(bench, "a")
    bench.run(1)
    for ticket in range(300):
        link.send(broadcast(ticket, bytes(231), hop_limit=0))
        bench.run(6)
        match link.outcomes(ticket):
            case [Accepted()]:
                continue
            case [Refused(Refusal.DUTY_CYCLE, retry_after_s)]:
                break
    else:
        raise AssertionError("never refused")
    assert retry_after_s is not None
    bench.run(retry_after_s - 120)
    link.send(broadcast(1000))
    bench.run(1)
    assert isinstance(link.outcomes(1000)[0], Refused)
    bench.run(120)
    link.send(broadcast(1001))
    bench.run(1)
    assert link.outcomes(1001) == [Accepted()]


def test_power_cut_ends_tickets_and_link() -> None:
    bench = Bench("ab")
    link = VirtualLink(bench, "a")
    bench.run(1)
    link.send(direct(1, bench.number("b")))
    bench.run(0.01)
    bench.devices["a"].switch_off()
    bench.run(1)
    assert link.outcomes(1) == [Accepted(), Silent()]
    assert isinstance(link.events[-1], RadioDown)
    link.send(broadcast(2))
    assert link.outcomes(2) == [Refused(Refusal.RADIO_ABSENT)]


def test_lossy_chain_gives_every_ticket_a_last_outcome() -> None:
    bench = Bench("abc", preset="MEDIUM_FAST", seed=4)
    for pair in ("ab", "bc"):
        bench.air.set_link(*pair, Link(2.0, loss=0.3))
    link, far = VirtualLink(bench, "a"), VirtualLink(bench, "c")
    bench.run(1)
    for ticket in range(20):
        link.send(direct(ticket, bench.number("c"), b"%d" % ticket))
        bench.run(30)
    bench.run(120)
    last = [link.outcomes(ticket)[-1] for ticket in range(20)]
    assert set(last) == {Delivered(), Silent()}
    heard = {event.payload for event in far.events if isinstance(event, PacketHeard)}
    assert all(b"%d" % ticket in heard for ticket in range(20) if last[ticket] == Delivered())
