"""Whatever is put back from a backup, a number once given never comes again, and what cannot be known is in doubt."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from node.core.continuity import Doubt
from node.core.moment import Anchor, Moment
from node.store.opening import STORE_NAME, Opened, open_store


class Machine:
    """A station's two paths: where its store is, and where its keys are."""

    def __init__(self, directory: Path) -> None:
        self.state = directory / "state"
        self.keys = directory / "keys"
        self.keys.mkdir(parents=True)

    def open(self) -> Opened:
        return open_store(self.state, self.keys / "station-5.numbers")

    def live(self, messages: int, incarnation: int = 1) -> list[int]:
        """Start, give numbers to some messages and stop."""
        opened = self.open()
        opened.store.skip_to(incarnation, 0)
        given = [opened.store.take_sequence(incarnation) for _ in range(messages)]
        opened.store.set_anchor(Anchor(0, Moment("boot", 0, None)))
        opened.store.commit()
        opened.close()
        return given

    def doubt(self) -> Doubt | None:
        opened = self.open()
        doubt = opened.store.continuity().doubt
        opened.close()
        return doubt


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def copied(path: Path) -> Path:
    return Path(shutil.copytree(path, path.with_name(f"{path.name}-backup"), dirs_exist_ok=True))


def put_back(path: Path) -> None:
    shutil.rmtree(path)
    shutil.copytree(path.with_name(f"{path.name}-backup"), path)


def test_first_start_is_in_no_doubt(machine: Machine) -> None:
    assert machine.doubt() is None
    assert machine.live(2) == [1, 2]


def test_ordinary_restarts_are_in_no_doubt(machine: Machine) -> None:
    for first in (1, 4, 7):
        assert machine.live(3) == [first, first + 1, first + 2]
        assert machine.doubt() is None


def test_state_put_back_from_a_backup_is_in_doubt_and_no_number_comes_again(machine: Machine) -> None:
    machine.live(40)
    copied(machine.state)
    machine.live(17)
    put_back(machine.state)
    assert machine.doubt() is Doubt.RESTORED
    assert machine.live(1) == [58]


def test_keys_put_back_from_a_backup_are_in_doubt_and_no_number_comes_again(machine: Machine) -> None:
    machine.live(40)
    copied(machine.keys)
    machine.live(17)
    put_back(machine.keys)
    assert machine.doubt() is Doubt.RESTORED
    assert machine.live(1) == [58]


def test_doubt_outlives_restarts_that_find_nothing_amiss(machine: Machine) -> None:
    machine.live(40)
    copied(machine.state)
    machine.live(17)
    put_back(machine.state)
    assert [machine.doubt() for _ in range(3)] == [Doubt.RESTORED] * 3


def test_database_alone_put_back_goes_on_above_the_numbers_beside_it(machine: Machine) -> None:
    machine.live(40)
    database = machine.state / STORE_NAME
    backup = database.read_bytes()
    machine.live(17)
    database.write_bytes(backup)
    assert machine.doubt() is None
    assert machine.live(1) == [58]


def test_new_medium_with_keys_from_a_backup_is_in_doubt(machine: Machine) -> None:
    machine.live(3)
    shutil.rmtree(machine.state)
    assert machine.doubt() is Doubt.NEW_STORE


def test_new_medium_with_keys_from_a_backup_of_the_first_day_is_in_doubt(machine: Machine) -> None:
    machine.live(0)
    copied(machine.keys)
    machine.live(20)
    shutil.rmtree(machine.state)
    put_back(machine.keys)
    assert machine.doubt() is Doubt.NEW_STORE


def test_state_from_a_backup_with_keys_from_the_stick_is_in_doubt(machine: Machine) -> None:
    machine.live(3)
    shutil.rmtree(machine.keys)
    machine.keys.mkdir()
    assert machine.doubt() is Doubt.RESTORED
    assert machine.live(1) == [4]


def test_state_of_another_machine_is_in_doubt(machine: Machine, tmp_path: Path) -> None:
    other = Machine(tmp_path / "other")
    machine.live(3)
    other.live(3)
    shutil.rmtree(machine.state)
    shutil.copytree(other.state, machine.state)
    assert machine.doubt() is Doubt.RESTORED


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"this is no database"),
        lambda path: [one.unlink() for one in path.parent.glob(f"{STORE_NAME}*") if one.suffix != ".numbers"],
    ],
    ids=["damaged", "lost"],
)
def test_database_damaged_where_it_stands_is_in_no_doubt_and_counts_on(
    machine: Machine, damage: Callable[[Path], object]
) -> None:
    machine.live(41)
    damage(machine.state / STORE_NAME)
    assert machine.doubt() is None
    assert machine.live(1) == [42]


def test_power_cut_between_the_two_notes_is_no_doubt(machine: Machine) -> None:
    machine.live(3)
    opened = machine.open()
    opened.store.numbers.note(1, 4)
    opened.close()
    assert machine.doubt() is None
    assert machine.live(1) == [5]


def test_power_cut_between_the_two_notes_of_a_skip_is_no_doubt(machine: Machine) -> None:
    machine.live(3)
    opened = machine.open()
    opened.store.numbers.note(1, 300)
    opened.close()
    assert machine.doubt() is None
    assert machine.live(1) == [301]


def test_power_cut_at_any_step_of_naming_the_records_is_no_doubt(machine: Machine) -> None:
    machine.open().close()
    beside, witness = machine.state / "store.db.numbers", machine.keys / "station-5.numbers"
    named = beside.read_bytes()
    for is_witness_named in (True, False):  # what was written last is lost first
        shutil.rmtree(machine.state)
        machine.state.mkdir()
        beside.write_bytes(named)
        witness.write_bytes(named if is_witness_named else b"")
        assert machine.doubt() is None


def test_image_of_the_whole_medium_agrees_with_itself(machine: Machine) -> None:
    """Nothing local can tell: that is what neighbours are asked for."""
    machine.live(40)
    copied(machine.state)
    copied(machine.keys)
    machine.live(17)
    put_back(machine.state)
    put_back(machine.keys)
    assert machine.doubt() is None
    assert machine.live(1) == [41]
