"""Shifts on virtual time: begun, locked by hand or by themselves, remembered through a restart, told to others."""

from dataclasses import replace

from node.core.effects import Done, Refusal, Refused
from node.core.events import ActPerformed
from node.core.log_entries import REAL, LogKind
from node.core.people_records import OnDuty
from node.core.policy import LOCK_WARNING_MS, Policy
from node.core.records import Rung
from node.core.shift_events import Locked, LoggedIn, LoggedOut, Present
from protocol.frames import ActKind
from protocol.numbers import Address, Kind
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, MLA, STAFF, small_network

IDLE_S, ABSENT_S = 600, 1_800
POLICY = Policy(lock_idle_ms=IDLE_S * 1000, absent_ms=ABSENT_S * 1000)
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


def mesh(policy: Policy = POLICY) -> Mesh:
    made = Mesh(small_network(), links=((CARE, STAFF),), policy=policy)
    made.start()
    return made


def log_in(mesh: Mesh, operator: int = KHJ) -> None:
    mesh.network.log_in(STAFF, operator)
    mesh.happen(STAFF, LoggedIn(1, operator))
    assert mesh.nodes[STAFF].replies[-1] == Done()


def people(mesh: Mesh) -> list[tuple[int, bool]]:
    """Who is on duty, and whether the key is locked."""
    return [(one.operator, one.locked_at is not None) for one in mesh.nodes[STAFF].store.on_duty()]


def is_manned(mesh: Mesh) -> bool:
    node = mesh.nodes[STAFF]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).is_manned


def arrival(mesh: Mesh) -> Rung | None:
    """What the care home is told of a message that reaches the crisis staff now."""
    sent = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: (mesh.rung(CARE, sent, STAFF) or Rung.QUEUED) >= Rung.AT_STATION, 900)
    return mesh.rung(CARE, sent, STAFF)


def test_a_shift_begins_and_ends() -> None:
    town = mesh()
    log_in(town)
    assert people(town) == [(KHJ, False)]
    town.happen(STAFF, LoggedOut(2, (KHJ,)))
    assert (people(town), town.network.signer(STAFF).operators(), is_manned(town)) == ([], [], False)


def test_nobody_is_on_duty_whose_key_is_not_open() -> None:
    town = mesh()
    town.happen(STAFF, LoggedIn(1, KHJ))
    assert town.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_ON_DUTY)
    assert people(town) == []


def test_a_locked_key_signs_nothing_and_its_holder_stays_on_duty() -> None:
    town = mesh()
    log_in(town)
    sent = town.compose(CARE, TO_STAFF)
    town.run_until(lambda: town.has(STAFF, sent), 60)
    town.happen(STAFF, Locked(2, (KHJ,)))
    there = town.nodes[STAFF].store.message(sent.key)
    assert there is not None
    town.happen(STAFF, ActPerformed(3, KHJ, there.id, ActKind.ACKNOWLEDGED))
    assert town.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_ON_DUTY)
    assert people(town) == [(KHJ, True)]


def test_login_opens_a_locked_key_and_the_shift_goes_on() -> None:
    town = mesh()
    log_in(town)
    (begun,) = town.nodes[STAFF].store.on_duty()
    town.run_for(100)
    town.happen(STAFF, Locked(2, (KHJ,)))
    town.run_for(100)
    log_in(town)
    assert list(town.nodes[STAFF].store.on_duty()) == [begun]


def test_only_the_key_that_is_meant_is_locked() -> None:
    town = mesh()
    log_in(town, KHJ)
    log_in(town, MLA)
    town.happen(STAFF, Locked(2, (MLA,)))
    assert people(town) == [(MLA, True), (KHJ, False)]
    assert town.network.signer(STAFF).operators() == [KHJ]


def test_keys_lock_by_themselves_after_a_warning_when_nobody_does_anything() -> None:
    town = mesh()
    log_in(town)
    node = town.nodes[STAFF]
    assert node.station is not None
    town.run_for(IDLE_S - LOCK_WARNING_MS / 1000 - 1)
    assert node.station.snapshot(town.moment(node)).locks_in_ms is None
    stirs = node.stirs
    town.run_for(2)
    assert node.stirs > stirs, "clients hear that the keys are about to lock"
    locks_in_ms = node.station.snapshot(town.moment(node)).locks_in_ms
    assert locks_in_ms is not None
    assert 0 < locks_in_ms <= LOCK_WARNING_MS
    town.run_for(LOCK_WARNING_MS / 1000)
    assert (people(town), town.network.signer(STAFF).operators()) == ([(KHJ, True)], [])
    assert any("locked" in line for line in node.log)


def test_a_pressed_key_keeps_them_open() -> None:
    town = mesh()
    log_in(town)
    for _ in range(5):
        town.run_for(IDLE_S - 30)
        town.happen(STAFF, Present(2))
    assert people(town) == [(KHJ, False)]
    town.run_for(IDLE_S + 1)
    assert people(town) == [(KHJ, True)]


def test_the_stations_own_reports_are_nobodys_presence() -> None:
    town = mesh()
    log_in(town)
    for _ in range(4):
        town.run_for(IDLE_S / 3)
        town.compose(STAFF, Address(Kind.STATION, CARE), author=0)
    assert people(town) == [(KHJ, True)]


def test_keys_stay_open_where_the_lock_is_switched_off() -> None:
    town = mesh(replace(POLICY, lock_idle_ms=0))
    log_in(town)
    town.run_for(86_400)
    assert people(town) == [(KHJ, False)]


def test_a_locked_station_is_manned_for_a_while_and_not_for_ever() -> None:
    town = mesh()
    log_in(town)
    town.happen(STAFF, Locked(2, (KHJ,)))
    assert arrival(town) is Rung.AT_STATION
    town.run_for(ABSENT_S)
    assert not is_manned(town)
    assert arrival(town) is Rung.UNATTENDED


def test_after_a_restart_all_are_locked_and_nobody_is_taken_to_be_there() -> None:
    town = mesh()
    log_in(town)
    town.cut_power(STAFF)
    town.network.log_out(STAFF, KHJ)
    town.start(STAFF)
    assert people(town) == [(KHJ, True)]
    assert not is_manned(town)
    log_in(town)
    assert is_manned(town)


def test_logging_out_ends_a_locked_shift_too() -> None:
    town = mesh()
    log_in(town)
    town.happen(STAFF, Locked(2, (KHJ,)))
    town.happen(STAFF, LoggedOut(3, (KHJ,)))
    assert (people(town), is_manned(town)) == ([], False)


def test_a_second_lock_does_not_make_the_absence_younger() -> None:
    town = mesh()
    log_in(town)
    town.happen(STAFF, Locked(2, (KHJ,)))
    (locked,) = town.nodes[STAFF].store.on_duty()
    town.run_for(60)
    town.happen(STAFF, Locked(3, (KHJ,)))
    assert list(town.nodes[STAFF].store.on_duty()) == [locked]
    assert isinstance(locked, OnDuty)


def test_a_key_that_a_newer_roster_takes_away_ends_its_shift() -> None:
    town = mesh()
    log_in(town)
    town.network.log_out(STAFF, KHJ)
    town.run_for(120)
    assert (people(town), is_manned(town)) == ([], False)


def test_the_log_tells_of_shifts_and_locks_in_the_commit_that_makes_them() -> None:
    town = mesh()
    log_in(town)
    town.happen(STAFF, Locked(2, (KHJ,)))
    log_in(town)
    town.run_for(IDLE_S + 1)
    town.happen(STAFF, LoggedOut(3, (KHJ,)))
    entries = town.nodes[STAFF].store.log_entries(REAL, 1, 99)
    people = [(entry.kind, entry.detail("by")) for entry in entries if entry.who == Address(Kind.OPERATOR, KHJ)]
    assert people == [
        (LogKind.LOGGED_IN, ""),
        (LogKind.LOCKED, "hand"),
        (LogKind.UNLOCKED, ""),
        (LogKind.LOCKED, "idle"),
        (LogKind.LOGGED_OUT, ""),
    ]


def test_a_restart_ends_no_shift_in_the_log() -> None:
    town = mesh()
    log_in(town)
    town.cut_power(STAFF)
    town.network.log_out(STAFF, KHJ)
    town.start(STAFF)
    entries = town.nodes[STAFF].store.log_entries(REAL, 1, 99)
    people = [(entry.kind, entry.detail("by")) for entry in entries if entry.who == Address(Kind.OPERATOR, KHJ)]
    assert people == [(LogKind.LOGGED_IN, ""), (LogKind.LOCKED, "restart")]
