"""What a station enters in its log, in the commit that makes it so."""

from hashlib import sha256
from itertools import pairwise

import pytest

from node.core.effects import Refused
from node.core.events import Composed, DutyChanged, FrameHeard, Started, Stopped
from node.core.log_entries import REAL, LogEntry, LogKind, beginning
from node.core.records import Item
from protocol.frames import ActKind
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, MLA, RELAY, STAFF, SmallNetwork, operator_statement

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """Three stations in a row, running, KHJ on duty at the last, everybody heard."""
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    network.log_in(STAFF, KHJ)
    mesh.start()
    mesh.duty(STAFF)
    mesh.run_for(30)
    return mesh


def log(mesh: Mesh, number: int) -> list[LogEntry]:
    return list(mesh.nodes[number].store.log_entries(REAL, 1, 10_000))


def kinds(mesh: Mesh, number: int, about: Item | None = None) -> list[LogKind]:
    subject = None if about is None else about.key
    return [LogKind(entry.kind) for entry in log(mesh, number) if about is None or entry.subject == subject]


def delivered(mesh: Mesh) -> Item:
    """Send a message from the care home to the crisis staff, who acknowledge it, and wait for the proofs."""
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=60)
    mesh.act(STAFF, message, KHJ)
    mesh.run_for(900)
    return message


def test_a_message_is_told_at_its_origin_from_writing_to_the_act(mesh: Mesh) -> None:
    message = delivered(mesh)
    entries = [entry for entry in log(mesh, CARE) if entry.subject == message.key]
    assert entries[0].kind == LogKind.COMPOSED
    assert entries[0].about == message.fingerprint
    assert (entries[0].detail("to"), entries[0].detail("precedence")) == ("function:1", "flash")
    (heard,) = [entry for entry in entries if entry.kind == LogKind.ACT_HEARD]
    assert heard.who == Address(Kind.OPERATOR, KHJ)
    assert (heard.detail("act"), heard.detail("station")) == ("acknowledged", str(STAFF))


def test_an_arrival_names_the_station_whose_signature_proves_it(mesh: Mesh) -> None:
    message = delivered(mesh)
    moves = [entry for entry in log(mesh, CARE) if entry.kind == LogKind.MOVED and entry.about == message.fingerprint]
    by_rung = {entry.detail("rung"): entry.who for entry in moves}
    assert by_rung["sent"] == Address(Kind.STATION, CARE)
    assert by_rung["at_station"] == Address(Kind.STATION, STAFF)


def test_the_relay_and_the_recipient_tell_it_too(mesh: Mesh) -> None:
    message = delivered(mesh)
    assert kinds(mesh, RELAY, message)[0] is LogKind.ACCEPTED
    assert LogKind.ACT_HEARD in kinds(mesh, RELAY, message)
    assert kinds(mesh, STAFF, message)[:2] == [LogKind.ACCEPTED, LogKind.ACTED]


def test_every_stations_chain_is_whole(mesh: Mesh) -> None:
    delivered(mesh)
    for number in (CARE, RELAY, STAFF):
        entries = log(mesh, number)
        assert entries[0].previous == beginning(mesh.network.roster.root, number, REAL)
        assert all(later.previous == before.hash for before, later in pairwise(entries))


def test_no_text_of_a_message_stands_in_the_log(mesh: Mesh) -> None:
    text = "Generatoren er gaaet i staa"
    message = mesh.compose(CARE, TO_STAFF, text)
    mesh.run_for(120)
    mesh.act(STAFF, message, KHJ, ActKind.ACCEPTED)
    mesh.run_for(120)
    assert all(text.encode() not in entry.encode() for number in (CARE, RELAY, STAFF) for entry in log(mesh, number))


def test_a_refused_request_leaves_no_entry(mesh: Mesh) -> None:
    before = log(mesh, CARE)
    mesh.happen(CARE, Composed(1, MLA, TO_STAFF, "Ikke på vagt", Precedence.ROUTINE))
    assert isinstance(mesh.nodes[CARE].replies[-1], Refused)
    assert log(mesh, CARE) == before


def test_an_entry_and_what_it_tells_fall_together_with_a_commit_that_fails(mesh: Mesh) -> None:
    node = mesh.nodes[CARE]
    before = log(mesh, CARE)
    assert node.station is not None
    effects = node.station.handle(Composed(1, 0, TO_STAFF, "Tabt", Precedence.ROUTINE), mesh.moment(node))
    assert len(log(mesh, CARE)) > len(before)
    node.store.rollback()
    node.station.withdraw(effects)
    assert log(mesh, CARE) == before
    message = mesh.compose(CARE, TO_STAFF)
    assert log(mesh, CARE)[len(before)].about == message.fingerprint


def test_start_stop_and_other_settings_are_entered(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    for settings in ("a", "a", "b"):
        mesh.happen(CARE, Started(version="0.1.0", configuration=settings))
        mesh.happen(CARE, Stopped())
    entries = [entry for entry in log(mesh, CARE) if entry.kind != LogKind.INCARNATED]
    told = [(LogKind(entry.kind), entry.detail("version"), entry.detail("configuration")) for entry in entries]
    assert told[2:5] == [
        (LogKind.CONFIGURED, "", ""),
        (LogKind.STOPPED, "", ""),
        (LogKind.STARTED, "0.1.0", "a"),
    ]
    changes = [entry for entry in log(mesh, CARE) if entry.kind == LogKind.CONFIGURED]
    assert [(entry.detail("before"), entry.detail("now")) for entry in changes] == [("", "a"), ("a", "b")]


def test_who_comes_and_goes_is_entered_once(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    network.log_in(CARE, MLA)
    for _ in range(2):
        mesh.happen(CARE, DutyChanged())
    network.log_out(CARE, MLA)
    mesh.happen(CARE, DutyChanged())
    people = [(LogKind(entry.kind), entry.who.number) for entry in log(mesh, CARE) if entry.who.kind is Kind.OPERATOR]
    assert people == [(LogKind.LOGGED_IN, MLA), (LogKind.LOGGED_OUT, MLA)]


def test_a_login_whose_commit_failed_is_entered_the_next_time(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    network.log_in(CARE, MLA)
    node = mesh.nodes[CARE]
    assert node.station is not None
    effects = node.station.handle(DutyChanged(), mesh.moment(node))
    node.store.rollback()
    node.station.withdraw(effects)
    mesh.happen(CARE, DutyChanged())
    assert kinds(mesh, CARE).count(LogKind.LOGGED_IN) == 1


@pytest.mark.parametrize(
    ("before_ms", "after_ms", "entered"),
    [(0, 60_000, 1), (0, -60_000, 1), (0, 4_000, 0), (None, 0, 1), (0, None, 1), (None, None, 0)],
)
def test_a_step_of_the_clock_is_entered(
    network: SmallNetwork, before_ms: int | None, after_ms: int | None, entered: int
) -> None:
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.nodes[CARE].utc_offset_ms = before_ms
    mesh.start(CARE)
    mesh.run_for(60)
    mesh.nodes[CARE].utc_offset_ms = after_ms
    mesh.run_for(300)
    assert kinds(mesh, CARE).count(LogKind.CLOCK) == entered


def test_a_certificate_from_the_air_is_entered(mesh: Mesh) -> None:
    for _ in range(2):
        mesh.happen(CARE, FrameHeard(operator_statement(MLA, renewal=1)))
    (entry,) = [entry for entry in log(mesh, CARE) if entry.kind == LogKind.CERTIFIED]
    assert entry.detail("statement").startswith("operator of operator 1")
    assert entry.about == sha256(operator_statement(MLA, renewal=1)).digest()


def test_an_idle_station_enters_nothing(mesh: Mesh) -> None:
    mesh.run_for(3600)
    before = log(mesh, CARE)
    mesh.run_for(6 * 3600)
    assert log(mesh, CARE) == before
