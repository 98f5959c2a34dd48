"""What the logbook writes: whom it names, in which chain, and how often an alarm."""

from itertools import pairwise

import pytest

from node.core.log_entries import NO_KEY, REAL, LogKind, beginning
from node.core.logbook import Logbook, frame_hash
from node.core.moment import Moment
from node.core.turn import Turn
from node.store.memory import MemoryStore
from protocol.numbers import Address, Kind
from protocol.roster import Roster
from tests.node.store.test_contract import item
from tests.support.network import CARE, KHJ, SmallNetwork


class Station:
    """What a logbook needs to know of its station."""

    def __init__(self, network: SmallNetwork) -> None:
        self.number = CARE
        self.roster: Roster = network.roster
        self.store = MemoryStore()


@pytest.fixture
def here(network: SmallNetwork) -> Station:
    return Station(network)


def turn(at: int = 5) -> Turn:
    return Turn(at, Moment("boot", at, 1_790_000_000_000 + at, 30))


def test_each_entry_names_the_one_before(here: Station) -> None:
    logbook = Logbook(here)
    for _ in range(4):
        logbook.enter(LogKind.NOTE, turn())
    written = here.store.log_entries(REAL, 1, 9)
    assert [entry.number for entry in written] == [1, 2, 3, 4]
    assert written[0].previous == beginning(here.roster.root, CARE, REAL)
    assert all(later.previous == before.hash for before, later in pairwise(written))


def test_who_is_named_with_the_key_certified_now(here: Station) -> None:
    logbook = Logbook(here)
    by_person = logbook.enter(LogKind.LOGGED_IN, turn(), who=Address(Kind.OPERATOR, KHJ))
    by_station = logbook.enter(LogKind.STARTED, turn())
    by_stranger = logbook.enter(LogKind.QUARANTINED, turn(), who=Address(Kind.OPERATOR, 999))
    assert by_station.who == Address(Kind.STATION, CARE)
    assert len({by_person.key, by_station.key, NO_KEY}) == 3
    assert by_stranger.key == NO_KEY


def test_what_is_about_an_item_of_an_exercise_stands_in_its_own_chain(here: Station) -> None:
    logbook = Logbook(here)
    real = here.store.add_item(item())
    drill = here.store.add_item(item(2, drill=77))
    for one in (real, drill, real, drill):
        logbook.enter(LogKind.COMPOSED, turn(), about=one)
    assert list(here.store.log_chains()) == [REAL, 77]
    for chain, one in ((REAL, real), (77, drill)):
        written = here.store.log_entries(chain, 1, 9)
        assert [entry.subject for entry in written] == [one.key] * 2
        assert written[0].about == one.fingerprint
        assert written[0].detail("frame") == frame_hash(one.sealed)
        assert written[0].previous == beginning(here.roster.root, CARE, chain)


def test_a_text_that_is_too_long_is_cut_between_two_letters(here: Station) -> None:
    entry = Logbook(here).enter(LogKind.NOTE, turn(), details={"text": "æ" * 3000})
    assert entry.detail("text") == "æ" * 2048


def test_no_clock_leaves_no_time(here: Station) -> None:
    entry = Logbook(here).enter(LogKind.NOTE, Turn(5, Moment("boot", 5, None, 30)))
    assert (entry.utc_ms, entry.uncertainty_ms) == (None, 0)
