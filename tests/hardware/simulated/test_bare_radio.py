"""A radio without its client stream tells its host what the link over a real one tells a station."""

import pytest

from hardware.radio import Accepted, Delivered, Outcome, Outgoing, Refusal, Refused, Relayed, Silent
from hardware.simulated.air import Link
from hardware.simulated.contacts import Contacts
from hardware.simulated.identity import Generation
from tests.hardware.simulated.bare_bench import BareBench, NotingHost, broadcast, direct
from tests.hardware.simulated.bench import Bench
from tests.hardware.virtual_link import VirtualLink

CUT = Link(8.0, loss=1.0)


@pytest.mark.parametrize("generation", list(Generation))
def test_broadcast_crosses_a_chain_with_its_hops(generation: Generation) -> None:
    bench = BareBench("abcd", generation=generation)
    bench.send("a", broadcast(1))
    bench.run(60)
    assert [payload for _, payload in bench.hosts["d"].payloads] == [b"hello"]
    assert (bench.hosts["d"].hops, bench.hosts["d"].from_nodes) == ([2], [bench.number("a")])
    assert bench.hosts["a"].outcomes(1) == [Accepted()]


def test_nothing_comes_from_inside_a_call_of_the_host() -> None:
    bench = BareBench("ab")
    bench.send("a", Outgoing(1, bytes(232), 3, False, None, 64))
    assert bench.hosts["a"].answers == []
    bench.run(0)
    assert bench.hosts["a"].outcomes(1) == [Refused(Refusal.TOO_LARGE)]


@pytest.mark.parametrize(
    ("cut", "outgoing", "expected"),
    [
        pytest.param("", ("c", True), [Accepted(), Relayed(), Delivered()], id="over a relay"),
        pytest.param("bc", ("c", True), [Accepted(), Relayed(), Silent()], id="last hop cut"),
        pytest.param("ab", ("c", True), [Accepted(), Silent()], id="first hop cut"),
        pytest.param("", (None, True), [Accepted(), Relayed()], id="broadcast that wants an ack"),
        pytest.param("", (None, False), [Accepted()], id="broadcast"),
    ],
)
def test_outcomes_are_those_of_the_link_to_a_device(
    cut: str, outgoing: tuple[str | None, bool], expected: list[Outcome]
) -> None:
    to, want_ack = outgoing
    bare, whole = BareBench("abc"), Bench("abc")
    for bench in (bare, whole):
        if cut:
            bench.air.set_link(*cut, CUT)
    link = VirtualLink(whole, "a")
    whole.run(1)
    frame = Outgoing(1, b"hello", 3, want_ack, None if to is None else bare.number(to), 64)
    bare.send("a", frame)
    link.send(frame)
    bare.run(600)
    whole.run(600)
    assert bare.hosts["a"].outcomes(1) == link.outcomes(1) == expected


def test_link_holds_sixteen_and_all_go_out_in_order() -> None:
    bench = BareBench("ab")
    for ticket in range(21):
        bench.send("a", broadcast(ticket, b"%d" % ticket, hop_limit=0))
    bench.run(55)
    host = bench.hosts["a"]
    assert [host.outcomes(ticket) for ticket in range(20)] == [[Accepted()]] * 20
    assert host.outcomes(20) == [Refused(Refusal.LINK_FULL)]
    assert [payload for _, payload in bench.hosts["b"].payloads] == [b"%d" % ticket for ticket in range(20)]


def test_duty_cycle_refuses_and_says_for_how_long() -> None:
    bench = BareBench("a")
    for ticket in range(300):
        bench.send("a", broadcast(ticket, bytes(231), hop_limit=0))
        bench.run(6)
        match bench.hosts["a"].outcomes(ticket):
            case [Refused(Refusal.DUTY_CYCLE, int(retry_after_s))]:
                break
    else:
        raise AssertionError("never refused")
    bench.run(retry_after_s + 60)
    bench.send("a", broadcast(1000))
    bench.run(1)
    assert bench.hosts["a"].outcomes(1000) == [Accepted()]
    assert max(sent_pct for _, sent_pct in bench.hosts["a"].uses) == pytest.approx(10, abs=0.1)


def test_key_that_is_not_known_is_refused() -> None:
    bench = BareBench("ab", keys=Contacts())
    bench.send("a", direct(1, bench.number("b")))
    bench.run(1)
    assert bench.hosts["a"].outcomes(1) == [Refused(Refusal.KEY_UNKNOWN)]


def test_what_comes_while_the_host_is_away_waits_in_thirty_two_places() -> None:
    bench = BareBench("ab", preset="SHORT_FAST")
    bench.radios["b"].detach()
    for number in range(40):
        bench.send("a", broadcast(number, b"%d" % number, hop_limit=0))
        bench.run(1)
    back = NotingHost(bench.scheduler)
    bench.radios["b"].attach(back)
    assert back.payloads == []
    bench.run(0)
    assert [payload for _, payload in back.payloads] == [b"%d" % number for number in range(32)]
    bench.send("a", broadcast(99, b"afterwards", hop_limit=0))
    bench.run(1)
    assert back.payloads[-1][1] == b"afterwards"


def test_host_that_comes_back_hears_nothing_of_the_tickets_it_left() -> None:
    bench = BareBench("abc")
    bench.send("a", direct(1, bench.number("c")))
    bench.radios["a"].detach()
    bench.run(60)
    back = NotingHost(bench.scheduler)
    bench.radios["a"].attach(back)
    bench.run(200)
    assert back.answers == []
    assert [payload for _, payload in bench.hosts["c"].payloads] == [b"hello"]


def test_power_cut_ends_the_tickets_and_the_radio_forgets_what_waited() -> None:
    bench = BareBench("ab")
    bench.radios["b"].detach()
    bench.send("a", broadcast(1, hop_limit=0))
    bench.run(10)
    bench.send("a", direct(2, bench.number("b")))
    bench.run(0)
    for name in "ab":
        bench.radios[name].switch_off()
    bench.send("a", broadcast(3))
    bench.run(1)
    assert bench.hosts["a"].outcomes(2) == [Accepted(), Silent()]
    assert bench.hosts["a"].outcomes(3) == [Refused(Refusal.RADIO_ABSENT)]
    back = NotingHost(bench.scheduler)
    bench.radios["b"].attach(back)
    bench.radios["b"].switch_on()
    bench.run(600)
    assert back.payloads == []


def test_radio_tells_its_figures_once_a_minute() -> None:
    bench = BareBench("ab", preset="MEDIUM_FAST")
    bench.run(30)
    bench.send("a", broadcast(1, bytes(200), hop_limit=0))
    bench.run(571)
    assert len(bench.hosts["a"].uses) == 10
    assert bench.hosts["b"].uses[0][0] > 0
    assert bench.hosts["b"].uses[0][1] == 0


def test_same_seed_gives_the_same_air() -> None:
    def one() -> list[tuple[float, bytes]]:
        bench = BareBench("abcde", link=Link(8.0, loss=0.2), seed=5)
        for number in range(10):
            bench.send("a", broadcast(number, b"%d" % number))
            bench.run(20)
        return bench.hosts["e"].payloads

    assert one() == one()


def test_frame_in_anothers_name_is_told_as_his() -> None:
    bench = BareBench("ab")
    assert bench.radios["a"].inject(b"forged", 0, from_node=7)
    bench.run(10)
    assert (bench.hosts["b"].from_nodes, bench.hosts["b"].payloads[0][1]) == ([7], b"forged")


def test_host_must_be_attached_to_send() -> None:
    bench = BareBench("a")
    bench.radios["a"].detach()
    with pytest.raises(RuntimeError):
        bench.send("a", broadcast(1))
