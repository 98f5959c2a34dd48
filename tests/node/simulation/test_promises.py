"""What is promised, measured: a revocation under way, FLASH by its hops, and what hints take of the channel."""

from dataclasses import replace

import pytest

from node.simulation.invariants import Ledger
from node.simulation.landscape import radio_name
from node.simulation.meetings import meetings
from node.simulation.promises import Spread, promises
from node.simulation.rehearsal import Rehearsed, rehearse
from node.simulation.scenario import Revocation, Traffic
from node.simulation.watching import Learned, OnAir
from protocol.numbers import FrameType, Precedence
from tests.node.simulation.test_oracle import END_S, HOUR_S, down, empty, told
from tests.node.simulation.test_world import row


@pytest.fixture(scope="module")
def played() -> Rehearsed:
    """Four stations in a row, all FLASH, and a key that ends."""
    urgent = Traffic(messages_per_hour=40, shares=((Precedence.FLASH, 1.0),), quiet_s=600.0)
    return rehearse(replace(row(4, hours=0.75), traffic=urgent, revocations=(Revocation(900.0, 1, 4),)), 1)


def test_a_revocation_reaches_all_who_can_be_reached(played: Rehearsed) -> None:
    (spread,) = played.promises.revocations
    assert spread.reachable == spread.late == 3
    assert played.broken == ()


def test_flash_is_told_by_the_hops_of_its_way(played: Rehearsed) -> None:
    flash = played.promises.flash
    assert set(flash) - {"all"} <= {"1", "2", "3"}
    assert flash["all"].count == sum(times.count for hops, times in flash.items() if hops != "all") > 10
    assert 0 < played.promises.flash_an_hour_most <= played.figures.written


def test_hints_are_counted_where_they_are_heard() -> None:
    beacon = OnAir(radio_name(1), 6_000_000, 30, is_relay=False, main=FrameType.BEACON)
    digest = OnAir(radio_name(1), 6_000_000, 30, is_relay=False, main=FrameType.DIGEST)
    annals = told(*((minute * 60.0, fact) for minute in range(int(END_S // 60)) for fact in (beacon, digest)))
    measured = promises(Ledger(), annals, meetings(empty(), annals, END_S))
    assert measured.hints_pct_most == pytest.approx(10.0)
    assert measured.hints_pct == pytest.approx(20.0 / 6, abs=0.01)  # Station 1 itself, and 2 of the other five.


def test_who_goes_down_meanwhile_counts_as_unreachable() -> None:
    at_s = HOUR_S
    learned = [(at_s + wait_s, Learned(number, 0)) for number, wait_s in ((1, 0.0), (2, 10.0), (3, 400.0))]
    annals = told(*learned, *down(4, at_s + 60))
    (spread,) = promises(Ledger(), annals, meetings(empty(), annals, END_S)).revocations
    assert spread == Spread(at_s, reachable=2, soon=1, late=2)
