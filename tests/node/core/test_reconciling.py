"""Rosters that differ are joined, over any links and losses, and cost little where they cannot be."""

import random
from dataclasses import replace

import pytest

from node.core.events import FrameHeard
from node.core.policy import RECALL_TRIES
from protocol.decode import decode
from protocol.frames import Beacon, Request, RequestKind, StatementFrame
from protocol.numbers import Address, Kind, Precedence
from protocol.roster_parts import RosterList, RosterSummary
from tests.support.hints import quiet_beacon
from tests.support.mesh import Mesh
from tests.support.mesh import airtime_ms as mesh_airtime_ms
from tests.support.network import CARE, KHJ, RELAY, STAFF, SmallNetwork, newcomer_statement, operator_statement
from tests.support.town import HOSPITAL, WATERWORKS, another_station, read, revocation, town_network

LINE = ((CARE, RELAY), (RELAY, STAFF), (STAFF, WATERWORKS), (WATERWORKS, HOSPITAL))
CLIQUE = tuple((a, b) for a in range(1, 6) for b in range(a + 1, 6))
NEWCOMER = 7
HOUR_S = 3600


@pytest.fixture
def town() -> SmallNetwork:
    return town_network()


def started(town: SmallNetwork, links: tuple[tuple[int, int], ...]) -> Mesh:
    mesh = Mesh(town, links=links)
    mesh.start()
    mesh.run_for(120)
    return mesh


def have(mesh: Mesh, raw: bytes) -> list[int]:
    return [number for number in mesh.nodes if raw in mesh.roster(number).statements()]


def sent(mesh: Mesh, kind: type) -> list[bytes]:
    return [p for node in mesh.nodes.values() for p in node.sent if isinstance(decode(p), kind)]


def roster_requests(mesh: Mesh) -> list[Request]:
    frames = [decode(payload) for payload in sent(mesh, Request)]
    return [one for one in frames if isinstance(one, Request) and one.kind is RequestKind.ROSTER]


def digests(mesh: Mesh) -> set[bytes]:
    return {mesh.roster(number).digest() for number in mesh.nodes}


def test_equal_rosters_say_nothing_about_them(town: SmallNetwork) -> None:
    mesh = started(town, CLIQUE)
    mesh.run_for(2 * HOUR_S)
    assert not roster_requests(mesh)
    assert not sent(mesh, StatementFrame)


def test_a_certificate_crosses_four_links_each_once_or_twice(town: SmallNetwork) -> None:
    mesh = started(town, LINE)
    certificate = newcomer_statement(NEWCOMER, CARE)
    mesh.happen(CARE, FrameHeard(certificate))
    mesh.run_until(lambda: len(have(mesh, certificate)) == 5, within_s=8 * 60)
    mesh.run_for(HOUR_S)
    assert len(digests(mesh)) == 1
    assert len(sent(mesh, StatementFrame)) <= 6
    assert len(roster_requests(mesh)) <= 10


def test_in_a_clique_one_sending_serves_all(town: SmallNetwork) -> None:
    mesh = started(town, CLIQUE)
    certificate = newcomer_statement(NEWCOMER, CARE)
    mesh.happen(CARE, FrameHeard(certificate))
    mesh.run_until(lambda: len(have(mesh, certificate)) == 5, within_s=150)
    mesh.run_for(HOUR_S)
    assert len(sent(mesh, StatementFrame)) <= 2
    assert len(roster_requests(mesh)) <= 12


def test_two_that_each_lack_something_are_joined(town: SmallNetwork) -> None:
    mesh = started(town, ((CARE, STAFF),))
    mesh.happen(CARE, FrameHeard(newcomer_statement(NEWCOMER, CARE)))
    mesh.happen(STAFF, FrameHeard(operator_statement(KHJ, 1)))
    mesh.run_until(lambda: len(digests(mesh)) == 1, within_s=180)
    assert len(sent(mesh, StatementFrame)) <= 3  # the older certificate of one of them too


@pytest.mark.parametrize("seed", range(4))
def test_rosters_are_joined_over_links_that_lose_a_third(town: SmallNetwork, seed: int) -> None:
    mesh = started(town, LINE)
    chance = random.Random(seed)
    mesh.medium = lambda _from, _to, payload: payload if chance.random() < 0.66 else None
    certificates = [newcomer_statement(20 + number, CARE) for number in range(3)]
    for number, certificate in zip((CARE, STAFF, HOSPITAL), certificates, strict=True):
        mesh.happen(number, FrameHeard(certificate))
    mesh.run_until(lambda: len(digests(mesh)) == 1, within_s=3 * HOUR_S)
    assert have(mesh, certificates[0]) == [1, 2, 3, 4, 5]


def test_a_station_that_lacks_two_hundred_catches_up_bit_by_bit(town: SmallNetwork) -> None:
    mesh = started(town, ((CARE, STAFF),))
    for number in range(100, 300):
        mesh.happen(CARE, FrameHeard(newcomer_statement(number, CARE)))
    most = 0
    before = mesh.now_ms
    while len(digests(mesh)) > 1:
        count = len(sent(mesh, StatementFrame))
        mesh.run_for(60)
        most = max(most, len(sent(mesh, StatementFrame)) - count)
        assert mesh.now_ms - before < 2 * HOUR_S * 1000
    assert most <= 3 * 8 * 2  # up to three parts for each of two neighbours' openings
    assert any(isinstance(one.roster, RosterSummary) for one in roster_requests(mesh))
    assert len(sent(mesh, StatementFrame)) < 300


def test_rosters_that_contradict_each_other_cost_ever_less(town: SmallNetwork) -> None:
    mesh = started(town, ((CARE, STAFF),))
    one = read(newcomer_statement(NEWCOMER, CARE))
    other = newcomer_statement(NEWCOMER, STAFF)
    mesh.happen(CARE, FrameHeard(one.encode()))
    mesh.happen(STAFF, FrameHeard(other))
    mesh.run_for(HOUR_S)
    first_hour = len(sent(mesh, StatementFrame)) + len(roster_requests(mesh))
    mesh.run_for(23 * HOUR_S)
    rest = len(sent(mesh, StatementFrame)) + len(roster_requests(mesh)) - first_hour
    assert first_hour <= 30
    assert rest <= 40
    assert len(digests(mesh)) == 2
    for number in (CARE, STAFF):
        assert mesh.nodes[number].store.alarms()


def test_forged_beacons_and_lists_make_a_station_send_within_a_bound(town: SmallNetwork) -> None:
    mesh = started(town, ((CARE, STAFF),))
    before = len(mesh.nodes[STAFF].sent)
    forged = quiet_beacon(CARE)
    summary = RosterSummary((bytes(2),) * 32)
    asked = Request(precedence=Precedence.FLASH, asker=CARE, asked=STAFF, kind=RequestKind.ROSTER, roster=summary)
    for second in range(600):
        mesh.happen(STAFF, FrameHeard(replace(forged, roster_digest=second.to_bytes(2, "big")).encode(), hops=0))
        mesh.happen(STAFF, FrameHeard(asked.encode(), hops=0))
        mesh.run_for(1)
    openings = [one for one in map(decode, mesh.nodes[STAFF].sent[before:]) if isinstance(one, Request)]
    assert len(openings) <= 10 + 10 * 3 + 3


def in_names_of(numbers: range, roster_digest: bytes) -> list[Beacon]:
    """Beacons that anybody can make up."""
    return [
        Beacon(
            power=0,
            station=number,
            incarnation=1,
            manned=True,
            clock_trusted=True,
            hello=True,
            last_sequence=0,
            roster_digest=roster_digest,
            inventory_digest=bytes(2),
        )
        for number in numbers
    ]


@pytest.mark.parametrize("lever", ["beacons", "lists", "questions"])
def test_forged_frames_leave_the_air_of_urgent_messages_alone(lever: str) -> None:
    names = range(10, 40)
    ends = [revocation(newcomer_statement(number, CARE)) for number in range(100, 108)]
    certificates = [newcomer_statement(number, CARE) for number in range(100, 108)]
    mesh = started(town_network(*(another_station(number) for number in names), *certificates), ((CARE, STAFF),))
    mesh.medium = lambda _from, _to, _payload: None
    for ended in ends:
        mesh.happen(CARE, FrameHeard(ended))
    mesh.run_for(HOUR_S)
    before = len(mesh.nodes[CARE].sent)
    for minute in range(60):
        for beacon in in_names_of(names, minute.to_bytes(2, "big")):
            mesh.happen(CARE, FrameHeard(beacon.encode(), hops=0))
            asks = Request(precedence=Precedence.FLASH, asker=beacon.station, asked=CARE, kind=RequestKind.ROSTER)
            if lever == "lists":
                mesh.happen(CARE, FrameHeard(replace(asks, roster=RosterList(0, 0, ())).encode(), hops=0))
            if lever == "questions":
                holders = tuple(Address(Kind.OPERATOR, number) for number in range(100, 108))
                asks = replace(asks, kind=RequestKind.CERTIFICATES, addresses=holders)
                mesh.happen(CARE, FrameHeard(asks.encode(), hops=0))
        mesh.run_for(60)
    airtime_s = sum(mesh_airtime_ms(len(payload)) for payload in mesh.nodes[CARE].sent[before:]) / 1000
    assert airtime_s * 100 <= HOUR_S * 5.3


def test_revocation_leaves_at_once_and_ahead_of_all_else(town: SmallNetwork) -> None:
    mesh = started(town, LINE)
    ended = revocation(operator_statement(KHJ))
    mesh.happen(CARE, FrameHeard(ended))
    mesh.run_until(lambda: len(have(mesh, ended)) == 5, within_s=20)


def test_revocation_reaches_who_comes_back_within_a_minute_of_contact(town: SmallNetwork) -> None:
    mesh = started(town, ((CARE, STAFF),))
    mesh.unlink(CARE, STAFF)
    mesh.run_for(HOUR_S)
    ended = revocation(operator_statement(KHJ))
    mesh.happen(CARE, FrameHeard(ended))
    mesh.run_for(2 * 24 * HOUR_S)
    mesh.cut_power(CARE)
    mesh.start(CARE)
    mesh.link(CARE, STAFF)
    mesh.run_until(lambda: len(have(mesh, ended)) == 2, within_s=90)


def test_revocation_is_repeated_a_bounded_number_of_times_for_who_does_not_take_it(town: SmallNetwork) -> None:
    mesh = started(town, ((CARE, STAFF),))
    mesh.medium = lambda _from, _to, payload: None if isinstance(decode(payload), StatementFrame) else payload
    ended = revocation(operator_statement(KHJ))
    mesh.happen(CARE, FrameHeard(ended))
    mesh.run_for(HOUR_S)
    repeats = sent(mesh, StatementFrame).count(ended)
    assert 1 + RECALL_TRIES <= repeats <= 1 + RECALL_TRIES + 8  # and in answer to lists
