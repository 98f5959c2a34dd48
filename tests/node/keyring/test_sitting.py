"""One sitting: what it enters is believed, stored together, and never half."""

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from node.keyring.enrolment import Enrolment
from node.keyring.entries import EMERGENCY_NUMBERS, free_number, newest_entries
from node.keyring.errors import KeyringError
from node.keyring.folder import NEXT
from node.keyring.keyfile import Holder, make_key_file
from node.keyring.registrar import Registrar, emergency_number
from node.keyring.renewing import Changes, Renewing
from node.keyring.roster_file import RosterFile
from node.keyring.sitting import Sitting, revocation_name
from node.keyring.sole_use import SoleUse
from node.keyring.terms import Term, day_number, day_of, day_text, usual_term
from protocol.numbers import Address, Kind, Reference
from protocol.reasons import Dropped, Reason
from protocol.revocations import RevocationReason
from protocol.roster import Roster
from protocol.statements import ROOT, GroupKind, OperatorBody, Right, StationBody
from tests.support.enrolled import CARE, CRISIS_STAFF, KHJ, MLA, PASSPHRASE, RELAY, STAFF, enrol

ASK, BRF = 1, 2
NEW = "ny og bedre sætning"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small network; copied for every test."""
    directory = tmp_path_factory.mktemp("made")
    enrol(directory)
    return directory


@pytest.fixture
def network(made: Path, tmp_path: Path) -> Enrolment:
    return Enrolment(shutil.copytree(made, tmp_path / "network"), random.Random(5).randbytes)


def opened(network: Enrolment, *issuers: int) -> Sitting:
    sitting = network.sitting()
    for issuer in issuers:
        sitting.open(issuer, PASSPHRASE)
    return sitting


def files(network: Enrolment) -> dict[str, bytes]:
    directory = network.folder.directory
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def roster_of(network: Enrolment) -> Roster:
    return network.roster_file().roster


# One at a time


def test_nobody_changes_what_somebody_sits_over(network: Enrolment) -> None:
    sitting = opened(network, ASK)
    before = files(network)
    with pytest.raises(KeyringError, match=r"somebody is at work in .*nothing was changed"):
        network.sitting()
    assert files(network) == before
    Registrar(sitting).add_station(ASK, 9, "BIB", "Biblioteket")
    sitting.store()
    assert network.sitting().roster.station(9) is not None


def test_a_sitting_that_was_dropped_is_in_nobodys_way(network: Enrolment) -> None:
    sitting = opened(network, ASK)
    del sitting
    assert network.sitting().is_idle


def test_there_is_no_sitting_over_a_directory_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="there is no directory"):
        SoleUse(tmp_path / "net")


# Entering


def test_a_sitting_that_is_not_stored_changes_nothing(network: Enrolment) -> None:
    before = files(network)
    Registrar(opened(network, ASK)).add_station(ASK, 9, "NY", "Ny")
    assert files(network) == before


def test_what_contradicts_late_leaves_nothing_of_what_was_entered_before(network: Enrolment) -> None:
    before = files(network)
    registrar = Registrar(opened(network, ASK))
    registrar.add_station(ASK, 9, "NY", "Ny")
    with pytest.raises(KeyringError, match="code of station 9"):
        registrar.add_station(ASK, 10, "NY", "Endnu en")
    assert files(network) == before


def test_only_whose_key_is_on_the_table_certifies(network: Enrolment) -> None:
    with pytest.raises(KeyringError, match="authority 2 has to sign this"):
        Registrar(opened(network, ASK)).add_station(BRF, 9, "NY", "Ny")


def test_the_largest_names_fit_a_frame(network: Enrolment) -> None:
    sitting = opened(network, ROOT, ASK)
    code, name = "ÆØÅÆØ", "Å" * 20
    registrar = Registrar(sitting)
    registrar.add_authority(9, code, name, PASSPHRASE)
    registrar.add_station(ASK, 9, code, name)
    registrar.add_operator(ASK, 9, code, name, 9, Right(63), PASSPHRASE)
    registrar.add_function(ASK, 9, code, name, (CARE, STAFF, 9))
    registrar.add_group(ASK, 9, code, name, GroupKind.STATIONS, [Address(Kind.STATION, CARE)])
    registrar.add_handheld(ASK, 9, code, name, 9, 0xA1B2C3D4, bytes(range(32)))
    registrar.add_emergency(9, PASSPHRASE)
    for address in registrar.without_exercise_key(ASK):
        registrar.add_exercise(address, PASSPHRASE)
    sitting.store()
    sizes = [len(raw) for raw in roster_of(network).statements()]
    assert max(sizes) <= 200
    assert max(len(raw) for raw in network.folder.presigned().values()) <= 200


def test_exercise_keys_have_the_same_number_and_birth(network: Enrolment) -> None:
    sitting = opened(network, ASK)
    registrar = Registrar(sitting)
    assert len(registrar.without_exercise_key(ASK)) == 4
    for address in registrar.without_exercise_key(ASK):
        registrar.add_exercise(address, "øvelse makes perfect")
    assert registrar.without_exercise_key(ASK) == ()
    sitting.store()
    roster = roster_of(network)
    for address in (Address(Kind.STATION, CARE), Address(Kind.OPERATOR, MLA)):
        real, exercise = roster.renewals(address)[0], roster.renewals(address, exercise=True)[0]
        assert (real.birth, real.issuer) == (exercise.birth, exercise.issuer)
        assert real.public_key != exercise.public_key
    key = network.folder.key(Holder.OPERATOR, MLA, exercise=True)
    assert key.open("øvelse makes perfect").public_keys()[0] == roster.keys(Kind.OPERATOR, MLA, exercise=True)[0]


def test_an_emergency_key_is_marked_and_at_home_at_its_station(network: Enrolment) -> None:
    sitting = opened(network, ASK)
    Registrar(sitting).add_emergency(STAFF, PASSPHRASE)
    with pytest.raises(KeyringError, match="already"):
        Registrar(sitting).add_emergency(STAFF, PASSPHRASE)
    sitting.store()
    operator = roster_of(network).operator(emergency_number(STAFF))
    assert operator is not None
    assert Right.EMERGENCY in operator.body.rights
    assert (operator.body.code, operator.body.home_station) == ("NØD3", STAFF)
    assert operator.statement.number in EMERGENCY_NUMBERS


def test_a_group_and_its_members_change_apart(network: Enrolment) -> None:
    group, stations = 1, [Address(Kind.STATION, number) for number in (CARE, RELAY, STAFF)]
    sitting = opened(network, ASK)
    Registrar(sitting).add_group(ASK, group, "ALLE", "Alle stationer", GroupKind.STATIONS, stations)
    sitting.store()
    assert roster_of(network).members(group) == tuple(stations)
    sitting = opened(network, ASK)
    sitting.enter_members(group, (stations[0],))
    sitting.store()
    assert roster_of(network).members(group) == (stations[0],)
    with pytest.raises(KeyringError, match="station 9"):
        Registrar(opened(network, ASK)).add_group(
            ASK, 2, "FEJL", "Fejl", GroupKind.STATIONS, [Address(Kind.STATION, 9)]
        )


def test_a_function_has_a_deputy_that_exists(network: Enrolment) -> None:
    sitting = opened(network, ASK)
    registrar = Registrar(sitting)
    with pytest.raises(KeyringError, match="function 9 cannot stand in"):
        registrar.add_function(ASK, 2, "LOG", "Logistik", (STAFF,), 9)
    registrar.add_function(ASK, 2, "LOG", "Logistik", (STAFF,), CRISIS_STAFF)
    Renewing(sitting).renew(Address(Kind.FUNCTION, CRISIS_STAFF), Changes(deputy=2))
    sitting.store()
    function = roster_of(network).function(CRISIS_STAFF)
    assert function is not None
    assert function.body.deputy == 2


def test_clerks_who_work_apart_get_numbers_apart(network: Enrolment) -> None:
    roster = roster_of(network)
    assert free_number(roster, Kind.STATION, ASK) == 2 + 2
    assert free_number(roster, Kind.STATION, BRF) == 101
    assert free_number(roster, Kind.OPERATOR, BRF) == 101
    assert free_number(roster, Kind.AUTHORITY, ROOT) == 3
    assert free_number(roster, Kind.OPERATOR, 200) == 3


# Sections


def test_every_sitting_signs_the_next_version_of_the_sections_it_changed(network: Enrolment) -> None:
    before = {number: roster_of(network).section(number) for number in (ASK, BRF)}
    assert all(section.is_whole for section in before.values())
    sitting = opened(network, ASK)
    Registrar(sitting).add_station(ASK, 9, "NY", "Ny")
    sitting.store()
    roster = roster_of(network)
    assert roster.section(ASK).version == before[ASK].version + 1
    assert roster.section(ASK).is_whole
    assert roster.section(BRF) == before[BRF]


def test_a_section_that_misses_something_shows(network: Enrolment) -> None:
    roster = roster_of(network)
    without = [raw for raw in roster.statements() if raw not in roster.section_statements(ASK)[:1]]
    assert not Roster.build(roster.root, without)[0].section(ASK).is_whole


# Renewing


def test_a_renewal_says_it_anew_in_earnest_and_for_exercises(network: Enrolment) -> None:
    address = Address(Kind.OPERATOR, KHJ)
    sitting = opened(network, ASK)
    Registrar(sitting).add_exercise(address, PASSPHRASE)
    changes = Changes(name="Karl Hjorth", homes=(CARE,), rights=Right.FLASH, last=900)
    Renewing(sitting).renew(address, changes)
    sitting.store()
    for exercise in (False, True):
        newest = roster_of(network).renewals(address, exercise=exercise)[0]
        assert isinstance(newest.body, OperatorBody)
        assert (newest.body.name, newest.body.home_station, newest.body.rights) == ("Karl Hjorth", CARE, Right.FLASH)
        assert newest.valid_until == 900
        assert newest.renewal == 1
    assert network.folder.key(Holder.OPERATOR, KHJ).public_key == roster_of(network).keys(Kind.OPERATOR, KHJ)[0]


def test_a_renewal_that_changes_nothing_is_none(network: Enrolment) -> None:
    with pytest.raises(KeyringError, match="nothing to renew"):
        Renewing(opened(network, ASK)).renew(Address(Kind.OPERATOR, KHJ), Changes(name="Karl Hjort"))


def test_a_new_key_takes_the_old_files_place_and_gets_a_revocation(network: Enrolment) -> None:
    address = Address(Kind.OPERATOR, KHJ)
    (old,) = roster_of(network).keys(Kind.OPERATOR, KHJ)
    sitting = opened(network, ASK)
    Renewing(sitting).renew(address, Changes(new_key=True, passphrase=NEW))
    sitting.store()
    new, still_good = roster_of(network).keys(Kind.OPERATOR, KHJ)
    assert still_good == old
    assert network.folder.key(Holder.OPERATOR, KHJ).open(NEW).public_keys()[0] == new
    assert revocation_name(address, new) in network.folder.presigned()


@pytest.mark.parametrize("is_certified", [True, False])
def test_a_cut_between_key_and_roster_is_settled_by_who_comes_next(network: Enrolment, is_certified: bool) -> None:
    before = network.roster_file()
    sitting = opened(network, ASK)
    Renewing(sitting).renew(Address(Kind.OPERATOR, KHJ), Changes(new_key=True, passphrase=NEW))
    sitting.store()
    after, keys = network.roster_file(), network.folder.keys
    shutil.move(keys / "operator-2.key", keys / f"operator-2.key{NEXT}")
    make_key_file(Holder.OPERATOR, KHJ, random.Random(3).randbytes, PASSPHRASE).write(keys)
    (after if is_certified else RosterFile(before.name, before.roster)).write(network.folder.roster_path)
    network.sitting()
    certified = after.roster.keys(Kind.OPERATOR, KHJ)[0]
    assert (network.folder.key(Holder.OPERATOR, KHJ).public_key == certified) is is_certified
    assert not list(keys.glob(f"*{NEXT}"))


def test_a_dead_station_comes_back_with_new_keys_and_the_next_incarnation(network: Enrolment) -> None:
    address = Address(Kind.STATION, CARE)
    (old,) = roster_of(network).keys(Kind.STATION, CARE)
    sitting = opened(network, ASK)
    Registrar(sitting).add_exercise(address, "")
    Renewing(sitting).replace_station(CARE)
    sitting.revoke(address, old, ASK, RevocationReason.LOST, 77, (Reference(CARE, 1, 12),))
    sitting.store()
    roster = roster_of(network)
    for exercise in (False, True):
        newest = roster.renewals(address, exercise=exercise)[0]
        assert isinstance(newest.body, StationBody)
        assert newest.body.incarnation == 2
        key = network.folder.key(Holder.STATION, CARE, exercise=exercise)
        assert (key.public_key, key.exchange_key) == (newest.public_key, newest.body.exchange_key)
    revocation = roster.revocation_of(address, old)
    assert revocation is not None
    assert (revocation.reason, revocation.marks) == (RevocationReason.LOST, (Reference(CARE, 1, 12),))
    assert roster.revocation_of(address, roster.keys(Kind.STATION, CARE)[0]) is None


def test_an_authority_gets_a_new_key_and_all_it_says_stands_when_the_old_one_falls(network: Enrolment) -> None:
    address = Address(Kind.AUTHORITY, ASK)
    sitting = opened(network, ASK)
    registrar = Registrar(sitting)
    registrar.add_group(ASK, 1, "ALLE", "Alle", GroupKind.STATIONS, [Address(Kind.STATION, CARE)])
    registrar.add_exercise(Address(Kind.OPERATOR, MLA), PASSPHRASE)
    sitting.revoke(Address(Kind.OPERATOR, KHJ), sitting.roster.keys(Kind.OPERATOR, KHJ)[0], ASK, RevocationReason.LEFT)
    sitting.store()
    before = roster_of(network)
    (old,) = before.keys(Kind.AUTHORITY, ASK)

    sitting = opened(network, ROOT)
    renewing = Renewing(sitting)
    renewing.renew_authority(ASK, NEW)
    renewing.sign_section_again(ASK)
    sitting.take_in(network.folder.presigned()[revocation_name(address, old)])
    sitting.store()

    after = roster_of(network)
    assert after.revocation_of(address, old) is not None
    told = [(one.address, one.exercise, one.body) for one in newest_entries(before) if one.issuer == ASK]
    assert [(one.address, one.exercise, one.body) for one in newest_entries(after) if one.issuer == ASK] == told
    assert after.members(1) == before.members(1)
    assert after.revocation_of(Address(Kind.OPERATOR, KHJ), after.keys(Kind.OPERATOR, KHJ)[0]) is not None
    assert after.section(ASK).version == before.section(ASK).version + 1
    assert after.section(ASK).is_whole
    again = network.sitting()
    again.open(ASK, NEW)
    Registrar(again).add_station(ASK, 9, "NY", "Ny")


def test_an_authoritys_revocation_without_signing_anew_takes_its_section_with_it(network: Enrolment) -> None:
    address = Address(Kind.AUTHORITY, ASK)
    (old,) = roster_of(network).keys(Kind.AUTHORITY, ASK)
    sitting = opened(network, ROOT)
    sitting.take_in(network.folder.presigned()[revocation_name(address, old)])
    assert sitting.roster.station(CARE) is None
    assert sitting.roster.station(RELAY) is not None


# Revocations for the safe


def test_everybody_with_a_key_has_a_revocation_in_the_safe_that_ends_just_that_key(network: Enrolment) -> None:
    roster, presigned = roster_of(network), network.folder.presigned()
    holders = [entry for entry in newest_entries(roster) if entry.public_key is not None]
    assert len(presigned) == len(holders) == 7
    for entry in holders:
        assert entry.public_key is not None
        raw = presigned[revocation_name(entry.address, entry.public_key)]
        assert len(raw) <= 200
        revoked = roster.with_statement(raw)
        assert not isinstance(revoked, Dropped)
        revocation = revoked.revocation_of(entry.address, entry.public_key)
        assert revocation is not None
        assert (revocation.reason, revocation.marks) == (RevocationReason.PRESIGNED, ())
    assert network.folder.revocations.stat().st_mode & 0o77 == 0


def test_a_revocation_with_marks_joins_the_one_from_the_safe(network: Enrolment) -> None:
    address = Address(Kind.OPERATOR, KHJ)
    (key,) = roster_of(network).keys(Kind.OPERATOR, KHJ)
    sitting = opened(network, ASK)
    sitting.take_in(network.folder.presigned()[revocation_name(address, key)])
    sitting.revoke(address, key, ASK, RevocationReason.STOLEN, 5, (Reference(STAFF, 1, 3),))
    sitting.revoke(address, key, ASK, RevocationReason.STOLEN, 6, (Reference(STAFF, 1, 4),))
    revocation = sitting.roster.revocation_of(address, key)
    assert revocation is not None
    assert revocation.reason is RevocationReason.STOLEN
    assert revocation.marks == (Reference(STAFF, 1, 4),)


def test_an_authority_cannot_end_anothers_key(network: Enrolment) -> None:
    address = Address(Kind.STATION, RELAY)
    sitting = opened(network, ASK)
    with pytest.raises(KeyringError, match="not to be certified"):
        sitting.revoke(address, sitting.roster.keys(Kind.STATION, RELAY)[0], ASK, RevocationReason.STOLEN)


# Days


def test_terms_are_days_that_people_write(network: Enrolment) -> None:
    assert day_text(day_of("2027-06-30")) == "2027-06-30"
    assert usual_term(Kind.OPERATOR, 100) == Term(0, 100 + 3 * 365)
    assert usual_term(Kind.FUNCTION, 100) == Term()
    for text in ("30/6-2027", "2024-12-31", "2025-01-01", "2999-01-01"):
        with pytest.raises(KeyringError, match="no day"):
            day_of(text)


def test_a_clock_that_cannot_be_right_certifies_nothing() -> None:
    with pytest.raises(KeyringError, match="set its clock"):
        day_number(date(1970, 1, 1))


def test_another_networks_revocation_is_not_believed(network: Enrolment, tmp_path: Path) -> None:
    other = enrol(tmp_path / "other", seed=2)
    raw = next(iter(other.folder.presigned().values()))
    refused = roster_of(network).with_statement(raw)
    assert isinstance(refused, Dropped)
    assert refused.reason is Reason.BAD_SIGNATURE
