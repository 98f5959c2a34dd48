"""Functions: taken at one station, known at all, the latest word wins, and messages follow the holder."""

from dataclasses import replace

import pytest

from node.core.effects import Done, Refusal, Refused
from node.core.events import DutyChanged
from node.core.functions import _is_later
from node.core.log_entries import REAL, LogKind
from node.core.people_records import FunctionWord
from node.core.records import Rung
from node.core.shift_events import FunctionGivenUp, FunctionTaken, HandOverAccepted, HandOverAlone, HandOverOffered
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.certificates import FunctionBody, Right
from protocol.notices import FunctionDuty
from protocol.numbers import EVERYBODY, Address, Kind, Precedence
from protocol.statements import Statement
from tests.support.mesh import Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    authority_statement,
    function_statement,
    person_statement,
    signed,
    small_network,
)

LOG, SPOKESMAN = 2, 3
PNI = 5
FIRE, FIRE_LEADER = 2, 4
_FIRE_LEADER = FunctionBody(home_stations=(RELAY,), code="ILB", name="Indsatsleder brand")
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
MORE = (
    function_statement(LOG, "LOG", "Logfører", (STAFF,), deputy=SPOKESMAN),
    function_statement(SPOKESMAN, "PRES", "Presse", (STAFF,), deputy=CRISIS_STAFF),
    authority_statement(FIRE, "BRF", "Brand Fyn"),
    signed(
        Statement(body=_FIRE_LEADER, number=FIRE_LEADER, issuer=FIRE, renewal=0, birth=b"fire"), f"authority {FIRE}"
    ),
    person_statement(PNI, "PNI", "Pia Nielsen", Right.FLASH, STAFF),
)


@pytest.fixture
def town() -> Mesh:
    mesh = Mesh(small_network(*MORE), links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    for station, operator in ((STAFF, KHJ), (STAFF, PNI), (CARE, MLA)):
        mesh.network.log_in(station, operator)
    mesh.run_for(120)
    return mesh


def surroundings(town: Mesh, number: int) -> Surroundings:
    station = town.nodes[number].station
    assert isinstance(station, Station)
    return station._here


def holder(town: Mesh, number: int, function: int = CRISIS_STAFF) -> tuple[int, int] | None:
    """Who holds it and where, as a station knows it."""
    word = surroundings(town, number).holder_of(function)
    return None if word is None else (word.operator, word.station)


def asked(town: Mesh, number: int, event: "FunctionTaken | FunctionGivenUp") -> Done | Refused:
    town.happen(number, event)
    answer = town.nodes[number].replies[-1]
    assert isinstance(answer, Done | Refused)
    return answer


def take(town: Mesh, number: int, operator: int, function: int = CRISIS_STAFF) -> None:
    assert asked(town, number, FunctionTaken(1, operator, (function,))) == Done()


def test_every_station_knows_the_holder_and_still_after_a_power_cut(town: Mesh) -> None:
    take(town, STAFF, KHJ)
    town.run_for(300)
    assert [holder(town, number) for number in (CARE, RELAY, STAFF)] == [(KHJ, STAFF)] * 3
    town.cut_power(CARE)
    town.start(CARE)
    assert holder(town, CARE) == (KHJ, STAFF)


def test_a_station_that_was_off_learns_it_from_a_neighbour(town: Mesh) -> None:
    town.cut_power(CARE)
    take(town, STAFF, KHJ)
    town.run_for(1_800)
    town.start(CARE)
    town.run_until(lambda: holder(town, CARE) == (KHJ, STAFF), 900)


def test_the_later_word_counts_wherever_it_was_said(town: Mesh) -> None:
    take(town, STAFF, KHJ)
    town.run_for(300)
    take(town, CARE, MLA)
    town.run_for(300)
    assert [holder(town, number) for number in (CARE, RELAY, STAFF)] == [(MLA, CARE)] * 3
    assert asked(town, CARE, FunctionGivenUp(1, MLA, (CRISIS_STAFF,))) == Done()
    town.run_for(300)
    assert [holder(town, number) for number in (CARE, RELAY, STAFF)] == [None] * 3


def test_a_message_goes_to_the_home_station_and_to_the_holders(town: Mesh) -> None:
    take(town, CARE, MLA)
    town.run_for(300)
    sent = town.compose(RELAY, TO_STAFF)
    town.run_until(lambda: all(town.rung(RELAY, sent, one) is Rung.AT_STATION for one in (STAFF, CARE)), 900)
    there = town.nodes[CARE].store.message(sent.key)
    assert there is not None
    assert there.is_for_me
    town.act(CARE, sent, MLA)


def test_what_was_accepted_before_does_not_move_with_the_function(town: Mesh) -> None:
    sent = town.compose(RELAY, TO_STAFF)
    take(town, CARE, MLA)
    town.run_for(600)
    assert town.rung(RELAY, sent, STAFF) is Rung.AT_STATION
    assert town.rung(RELAY, sent, CARE) is None


def test_taking_what_one_holds_costs_no_air(town: Mesh) -> None:
    take(town, STAFF, KHJ)
    before = town.nodes[STAFF].store.last_sequence(1)
    take(town, STAFF, KHJ)
    assert town.nodes[STAFF].store.last_sequence(1) == before


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (FunctionTaken(1, MLA, (CRISIS_STAFF,)), Refusal.NOT_ON_DUTY),
        (FunctionTaken(1, KHJ, (77,)), Refusal.FUNCTION_UNKNOWN),
        (FunctionTaken(1, KHJ, (FIRE_LEADER,)), Refusal.OTHER_AUTHORITY),
        (FunctionGivenUp(1, KHJ, (CRISIS_STAFF,)), Refusal.NOT_THE_HOLDER),
        (FunctionGivenUp(1, KHJ, (LOG, CRISIS_STAFF)), Refusal.NOT_THE_HOLDER),
    ],
)
def test_what_cannot_be_is_refused_and_tells_nobody(
    town: Mesh, event: FunctionTaken | FunctionGivenUp, refusal: Refusal
) -> None:
    take(town, STAFF, KHJ, LOG)
    if refusal is Refusal.NOT_THE_HOLDER and len(event.functions) == 1:
        take(town, STAFF, PNI)
    before = town.nodes[STAFF].store.last_sequence(1)
    assert asked(town, STAFF, event) == Refused(refusal)
    assert town.nodes[STAFF].store.last_sequence(1) == before
    assert holder(town, STAFF, LOG) == (KHJ, STAFF)


def test_the_deputys_holder_stands_in_and_a_circle_of_deputies_ends(town: Mesh) -> None:
    here = surroundings(town, STAFF)
    assert (here.deputy_of(LOG), here.deputy_of(CRISIS_STAFF), here.deputy_of(77)) == (SPOKESMAN, 0, 0)
    take(town, STAFF, KHJ)
    assert here.deputy_of(LOG) == CRISIS_STAFF, "nobody holds the first deputy"
    take(town, STAFF, PNI, SPOKESMAN)
    assert here.deputy_of(LOG) == SPOKESMAN


def offer_to(town: Mesh, incoming: int) -> None:
    town.happen(STAFF, HandOverOffered(1, KHJ, incoming))


def test_both_hand_over_and_the_log_has_both(town: Mesh) -> None:
    take(town, STAFF, KHJ)
    take(town, STAFF, KHJ, LOG)
    offer_to(town, PNI)
    assert holder(town, STAFF) == (KHJ, STAFF), "an offer alone moves nothing"
    town.happen(STAFF, HandOverAccepted(2, PNI))
    assert town.nodes[STAFF].replies[-1] == Done()
    town.run_for(600)
    for number in (CARE, STAFF):
        assert (holder(town, number), holder(town, number, LOG)) == ((PNI, STAFF), (PNI, STAFF))
    entry = town.nodes[STAFF].store.last_log_entry(REAL, LogKind.HANDED_OVER)
    assert entry is not None
    assert (entry.detail("from"), entry.detail("to"), entry.detail("by")) == ("KHJ", "PNI", "both")


def test_nobody_takes_a_shift_that_is_not_offered_to_him_or_twice(town: Mesh) -> None:
    town.happen(STAFF, HandOverAccepted(1, PNI))
    assert town.nodes[STAFF].replies[-1] == Refused(Refusal.NOTHING_OFFERED)
    offer_to(town, MLA)
    assert town.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_ON_DUTY)
    offer_to(town, PNI)
    for expected in (Done(), Refused(Refusal.NOTHING_OFFERED)):
        town.happen(STAFF, HandOverAccepted(2, PNI))
        assert town.nodes[STAFF].replies[-1] == expected


def test_the_outgoing_who_has_left_hands_nothing_over(town: Mesh) -> None:
    take(town, STAFF, KHJ)
    offer_to(town, PNI)
    town.network.log_out(STAFF, KHJ)
    town.happen(STAFF, HandOverAccepted(2, PNI))
    assert town.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_ON_DUTY)
    assert holder(town, STAFF) == (KHJ, STAFF)


def test_who_is_not_relieved_gives_all_up_and_everybody_sees_why(town: Mesh) -> None:
    take(town, STAFF, KHJ)
    take(town, STAFF, KHJ, LOG)
    town.happen(STAFF, HandOverAlone(1, KHJ))
    town.run_for(600)
    for number in (CARE, STAFF):
        words = [town.nodes[number].store.function_word(function) for function in (CRISIS_STAFF, LOG)]
        assert [(word.is_taken, word.is_unrelieved) for word in words if word is not None] == [(False, True)] * 2
    entry = town.nodes[STAFF].store.last_log_entry(REAL, LogKind.HANDED_OVER)
    assert entry is not None
    assert (entry.detail("by"), entry.detail("relief")) == ("one", "absent")


def word(**changes: int | None) -> FunctionWord:
    made = FunctionWord(CRISIS_STAFF, KHJ, STAFF, True, False, 1, 10, 1_000, 5_000)
    return replace(made, **changes)  # type: ignore[arg-type] - the caller names real fields


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        (word(sequence=11, said_utc_ms=1), word()),
        (word(incarnation=2, sequence=1), word()),
        (word(station=CARE, said_utc_ms=6_000, said_at=1), word()),
        (word(station=CARE, said_utc_ms=None, said_at=1_001), word()),
        (word(), word(station=CARE)),
    ],
)
def test_of_two_words_one_is_the_later_on_every_station(later: FunctionWord, earlier: FunctionWord) -> None:
    assert _is_later(later, earlier)
    assert not _is_later(earlier, later)


def test_a_clock_that_runs_ahead_holds_a_function_for_no_longer(town: Mesh) -> None:
    town.nodes[CARE].utc_offset_ms = 86_400_000
    take(town, CARE, MLA)
    town.run_for(300)
    take(town, STAFF, KHJ)
    town.run_for(300)
    assert holder(town, STAFF) == holder(town, RELAY) == (KHJ, STAFF)


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (FunctionDuty(FIRE_LEADER, KHJ, is_taken=True), KHJ),
        (FunctionDuty(CRISIS_STAFF, PNI, is_taken=True), KHJ),
        (FunctionDuty(CRISIS_STAFF, KHJ, is_taken=True), 0),
    ],
)
def test_nobody_speaks_for_another_or_for_another_authority(town: Mesh, body: FunctionDuty, author: int) -> None:
    node = town.nodes[STAFF]
    anchor = node.store.anchor()
    assert isinstance(node.station, Station)
    assert anchor is not None
    turn = Turn(anchor.at, town.moment(node))
    sent = node.station._machines.notices.compose(body, EVERYBODY, Precedence.PRIORITY, turn, author=author)
    town.happen(STAFF, DutyChanged())
    town.run_for(600)
    assert sent is not None
    assert town.has(CARE, sent)
    assert holder(town, CARE, body.function) is None
