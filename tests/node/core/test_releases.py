"""Two persons for a FLASH where the roster demands it, and nowhere else."""

import pytest

from node.core.effects import Accepted, Done, Refusal, Refused, Waits
from node.core.events import Composed, DraftKept
from node.core.log_entries import REAL, LogKind
from node.core.people_records import Draft
from node.core.policy import AWAITING_MAX, Policy
from node.core.records import Item
from node.core.shift_events import LoggedIn, ReleaseGiven, ReleaseWithdrawn
from protocol.certificates import Right
from protocol.decode import decode
from protocol.frames import Message
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, STAFF, person_statement, small_network, station_statement

RLS, ENVELOPE, NOBODY = 5, 9, 6
TO_CARE = Address(Kind.STATION, CARE)
MORE = (
    station_statement(STAFF, renewal=1, needs_releaser=True),
    person_statement(RLS, "RLS", "Rikke Lund Steen", Right.FLASH | Right.SECOND_RELEASER, STAFF),
    person_statement(NOBODY, "NBY", "Niels Bye", Right.FLASH, STAFF),
    person_statement(ENVELOPE, "NØD", "Nødnøgle Krisestaben", Right.EMERGENCY, STAFF),
)


@pytest.fixture
def town() -> Mesh:
    mesh = Mesh(small_network(*MORE), links=((CARE, STAFF),), policy=Policy(lock_idle_ms=0))
    mesh.start()
    for operator in (KHJ, RLS, NOBODY):
        mesh.network.log_in(STAFF, operator)
    mesh.run_for(120)
    return mesh


def answer(town: Mesh, event: Composed | ReleaseGiven | ReleaseWithdrawn | DraftKept | LoggedIn) -> object:
    town.happen(STAFF, event)
    return town.nodes[STAFF].replies[-1]


def flash(author: int = KHJ, draft: int = 0, text: str = "Evakuér.") -> Composed:
    return Composed(1, author, TO_CARE, text, Precedence.FLASH, draft=draft)


def waiting(town: Mesh) -> list[int]:
    return [one.id for one in town.nodes[STAFF].store.awaiting()]


def item_of(town: Mesh, accepted: object) -> Item:
    assert isinstance(accepted, Accepted), accepted
    item = town.nodes[STAFF].store.item(accepted.item_id)
    assert item is not None
    return item


def test_a_flash_waits_takes_no_number_and_survives_a_power_cut(town: Mesh) -> None:
    before = town.nodes[STAFF].store.last_sequence(1)
    assert answer(town, flash()) == Waits(1)
    town.cut_power(STAFF)
    town.start(STAFF)
    assert waiting(town) == [1]
    assert town.nodes[STAFF].store.last_sequence(1) == before


def test_a_second_person_lets_it_go_and_the_recipient_verifies_both(town: Mesh) -> None:
    assert answer(town, flash()) == Waits(1)
    item = item_of(town, answer(town, ReleaseGiven(2, RLS, 1)))
    assert waiting(town) == []
    town.run_until(lambda: town.has(CARE, item), 300)
    there = town.nodes[CARE].store.message(item.key)
    assert there is not None
    frame = decode(there.sealed)
    assert isinstance(frame, Message)
    assert frame.options.releaser is not None
    assert (frame.author, frame.options.releaser.operator) == (KHJ, RLS)
    entry = town.nodes[STAFF].store.last_log_entry(REAL, LogKind.RIGHT_USED)
    assert entry is not None
    assert (entry.who.number, entry.detail("right"), entry.about) == (RLS, "second_releaser", item.fingerprint)


@pytest.mark.parametrize(
    ("operator", "number", "refusal"),
    [
        (KHJ, 1, Refusal.MAY_NOT_RELEASE),
        (NOBODY, 1, Refusal.MAY_NOT_RELEASE),
        (77, 1, Refusal.NOT_ON_DUTY),
        (RLS, 2, Refusal.NOTHING_WAITS),
    ],
)
def test_not_everybody_releases_and_not_everything(town: Mesh, operator: int, number: int, refusal: Refusal) -> None:
    answer(town, flash())
    refused = answer(town, ReleaseGiven(2, operator, number))
    assert isinstance(refused, Refused)
    assert refused.refusal is refusal
    assert waiting(town) == [1]


def test_whose_author_has_left_waits_on(town: Mesh) -> None:
    answer(town, flash())
    town.network.log_out(STAFF, KHJ)
    assert answer(town, ReleaseGiven(2, RLS, 1)) == Refused(Refusal.NOT_ON_DUTY)
    assert waiting(town) == [1]


def test_what_is_withdrawn_is_not_sent(town: Mesh) -> None:
    answer(town, flash())
    assert answer(town, ReleaseWithdrawn(2, NOBODY, 1)) == Done()
    assert waiting(town) == []
    refused = answer(town, ReleaseGiven(3, RLS, 1))
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.NOTHING_WAITS


def test_the_stations_own_flash_waits_too(town: Mesh) -> None:
    assert answer(town, flash(author=0)) == Waits(1)
    item = item_of(town, answer(town, ReleaseGiven(2, RLS, 1)))
    town.run_until(lambda: town.has(CARE, item), 300)


def test_what_is_less_urgent_waits_for_nobody(town: Mesh) -> None:
    assert isinstance(answer(town, Composed(1, KHJ, TO_CARE, "Hvordan går det?", Precedence.IMMEDIATE)), Accepted)


def test_the_emergency_key_waits_for_nobody(town: Mesh) -> None:
    town.network.log_in(STAFF, ENVELOPE)
    answer(town, LoggedIn(1, ENVELOPE))
    assert isinstance(answer(town, flash(author=ENVELOPE)), Accepted)


def test_where_the_roster_demands_nothing_one_person_is_enough() -> None:
    plain = Mesh(small_network(*MORE[1:]), links=((CARE, STAFF),))
    plain.start()
    plain.network.log_in(STAFF, KHJ)
    assert isinstance(answer(plain, flash()), Accepted)


def test_a_draft_waits_once_and_is_gone_when_it_is_sent(town: Mesh) -> None:
    answer(town, DraftKept(1, Draft(0, "PLH", "Evakuér.", Precedence.FLASH, True, "", "")))
    (draft,) = town.nodes[STAFF].store.drafts()
    assert [answer(town, flash(draft=draft.id)) for _ in range(2)] == [Waits(1), Waits(1)]
    assert list(town.nodes[STAFF].store.drafts()) == [draft], "a withdrawn one can still be changed"
    item = item_of(town, answer(town, ReleaseGiven(2, RLS, 1)))
    assert list(town.nodes[STAFF].store.drafts()) == []
    assert item_of(town, answer(town, flash(draft=draft.id))) == item


def test_the_room_of_the_second_signature_is_reckoned_with(town: Mesh) -> None:
    refused = answer(town, flash(text="x" * 4096))
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.TEXT_TOO_LONG
    room = int(refused.detail.split("/")[1])
    assert answer(town, flash(text="x" * room)) == Waits(1)
    item_of(town, answer(town, ReleaseGiven(2, RLS, 1)))


def test_not_more_waits_than_people_can_read_out(town: Mesh) -> None:
    for number in range(AWAITING_MAX):
        assert isinstance(answer(town, flash(text=f"{number}")), Waits)
    assert answer(town, flash()) == Refused(Refusal.STORE_FULL)
