"""The oracle: one message for each cause, over what a run is told to have been; and a real run without any."""

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation
from node.core.policy import Policy
from node.simulation.annals import Annals
from node.simulation.landscape import radio_name
from node.simulation.meetings import Meetings, meetings
from node.simulation.oracle import UNDER_WAY_S, Cause, Judgement, Written, broken_promises, judge
from node.simulation.paths import HAND_OVER_S, graphs
from node.simulation.rehearsal import rehearse
from node.simulation.scenario import Courier, Place, Scenario, StationPlan
from node.simulation.watching import Booted, Fact, LinkChanged, OnAir, RadioSwitched, WentDown
from protocol.numbers import Precedence
from tests.node.simulation.test_world import row

HOUR_S = 3600.0
END_S = 12 * HOUR_S
PRESET = PRESETS["MEDIUM_FAST"]


def empty(*couriers: Courier) -> Scenario:
    """Six stations; what becomes of them is told."""
    stations = tuple(StationPlan(number, f"S{number}", "", Place(0, 0)) for number in range(1, 7))
    return Scenario("told", END_S, PRESET, Generation.V2_7, stations, couriers=couriers)


def told(*later: tuple[float, Fact], off: int = 0) -> Annals:
    """1 - 2 - 3 - 4 in a row, 5 and 6 apart; all run but one, and then what comes later."""
    annals = Annals()
    for number in range(1, 7):
        if number != off:
            annals.saw(RadioSwitched(radio_name(number), is_on=True), 0.0)
            annals.saw(Booted(number, 1), 40.0)
    for one, other in ((1, 2), (2, 3), (3, 4)):
        annals.saw(LinkChanged(one, other, carries=True), 0.0)
    for at_s, fact in sorted(later, key=lambda each: each[0]):
        annals.saw(fact, at_s)
    return annals


def verdict(
    annals: Annals, scenario: Scenario | None = None, *, to: int = 4, at_s: float = HOUR_S, life_s: float = END_S
) -> Judgement:
    """Of a ROUTINE message of station 1 that did not arrive."""
    scenario = scenario or empty()
    met = meetings(scenario, annals, END_S)
    message = Written("message 1/1/1", 1, Precedence.ROUTINE, at_s, at_s + life_s, (to,), frozenset())
    return judge([message], met, graphs(met, annals, PRESET, Policy()))


def down(station: int, at_s: float) -> tuple[tuple[float, Fact], ...]:
    return (at_s, WentDown(station, 2, "battery")), (at_s, RadioSwitched(radio_name(station), is_on=False))


def up(station: int, at_s: float) -> tuple[tuple[float, Fact], ...]:
    return (at_s, RadioSwitched(radio_name(station), is_on=True)), (at_s + 40, Booted(station, 3))


def only(judgement: Judgement) -> Cause:
    (one,) = judgement.undelivered
    return one.cause


def test_what_had_a_path_and_did_not_arrive_is_a_broken_invariant() -> None:
    judgement = verdict(told())
    assert only(judgement) is Cause.UNEXPLAINED
    assert judgement.owed == 1
    assert [broken.rule for broken in broken_promises(judgement)] == ["undelivered"]
    assert judgement.undelivered[0].path_s == HOUR_S + 2 * HAND_OVER_S  # Over two radios each.


def test_a_path_may_lead_through_times_that_lie_one_after_the_other() -> None:
    moved = told(
        (2 * HOUR_S, LinkChanged(2, 3, carries=False)),
        (0.0, LinkChanged(1, 2, carries=False)),
        (3 * HOUR_S, LinkChanged(1, 2, carries=True)),
        (4 * HOUR_S, LinkChanged(1, 2, carries=False)),
        (5 * HOUR_S, LinkChanged(2, 3, carries=True)),
    )
    judgement = verdict(moved)
    assert only(judgement) is Cause.UNEXPLAINED
    assert (judgement.undelivered[0].path_s or 0) > 5 * HOUR_S


def test_the_same_times_the_other_way_round_are_no_path() -> None:
    moved = told(
        (0.0, LinkChanged(1, 2, carries=False)),
        (3 * HOUR_S, LinkChanged(2, 3, carries=False)),
        (5 * HOUR_S, LinkChanged(1, 2, carries=True)),
    )
    assert only(verdict(moved)) is Cause.NO_PATH


def test_a_contact_that_ends_before_both_know_of_it_is_not_owed() -> None:
    brief = told((HOUR_S, LinkChanged(4, 5, carries=True)), (HOUR_S + 240, LinkChanged(4, 5, carries=False)))
    assert only(verdict(brief, to=5)) is Cause.NO_PATH


@pytest.mark.parametrize(
    ("annals", "to", "cause"),
    [
        (told(), 5, Cause.NO_PATH),
        (told(*down(1, HOUR_S + 60)), 4, Cause.ORIGIN_OFF),
        (told(*down(4, HOUR_S + 60)), 4, Cause.RECIPIENT_OFF),
        (told((END_S - UNDER_WAY_S, LinkChanged(4, 5, carries=True))), 5, Cause.UNDER_WAY),
    ],
)
def test_what_had_no_path_says_why(annals: Annals, to: int, cause: Cause) -> None:
    assert only(verdict(annals, to=to)) is cause


def test_a_path_after_the_lifetime_is_too_late() -> None:
    late = told(*up(4, 8 * HOUR_S), off=4)
    assert only(verdict(late, life_s=3 * HOUR_S)) is Cause.EXPIRED
    assert only(verdict(late)) is Cause.UNEXPLAINED


def test_a_path_over_who_has_no_airtime_left_is_none() -> None:
    def spent(station: int, us_a_minute: int) -> list[tuple[float, Fact]]:
        fact = OnAir(radio_name(station), us_a_minute, 60, is_relay=True)
        return [(minute * 60.0, fact) for minute in range(int(END_S // 60))]

    # 5.5 % of every hour by stations 2 and 3: more than the bulk may use, while FLASH still may.
    annals = told(*spent(2, 3_300_000), *spent(3, 3_300_000))
    assert only(verdict(annals)) is Cause.NO_AIRTIME
    met = meetings(empty(), annals, END_S)
    flash = Written("message 1/1/1", 1, Precedence.FLASH, HOUR_S, END_S, (4,), frozenset({4}))
    assert judge([flash], met, graphs(met, annals, PRESET, Policy())) == Judgement(1, ())


def test_a_courier_is_a_path_where_there_is_no_other() -> None:
    courier = empty(Courier(route=(4, 6), leg_s=1_800.0))
    judgement = verdict(told(), courier, to=6)
    assert only(judgement) is Cause.UNEXPLAINED
    assert judgement.undelivered[0].path_s == 5 * 1_800.0 + 60  # 4 has it too late for the stop at 1:00.


def test_a_courier_passes_by_who_has_no_power() -> None:
    courier = empty(Courier(route=(4, 6), leg_s=1_800.0))
    assert only(verdict(told(*down(6, 600.0)), courier, to=6)) is Cause.RECIPIENT_OFF


def test_hops_are_counted_over_radios_that_are_on() -> None:
    met: Meetings = meetings(empty(), told(*down(2, HOUR_S)), END_S)
    assert met.radio_hops(1, 0.5 * HOUR_S) == {1: 0, 2: 1, 3: 2, 4: 3}
    assert met.radio_hops(1, 2 * HOUR_S) == {1: 0}


def test_a_small_network_delivers_all_that_it_owes() -> None:
    rehearsed = rehearse(row(4, hours=1.5, quiet_s=1800.0), 3)
    assert rehearsed.judgement.owed > 0
    assert rehearsed.judgement.unexplained() == ()
    assert not rehearsed.broken
