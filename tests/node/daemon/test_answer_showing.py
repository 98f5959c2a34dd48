"""What operators see of overdue answers, deputies, and messages that cancel or correct one another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.api.answers import AnswerState, ChangeKind, ChangeStanding
from node.api.ladder import Step
from node.api.messages import ShownMessage
from node.core.effects import Accepted
from node.core.events import Composed
from node.core.policy import DEPUTY_WAIT_MS
from node.core.reckoning import NOTHING_KEPT
from node.core.records import Item, Rung
from node.daemon.showing import Showing
from node.store.sqlite import SqliteStore
from node.store.views import BoxView, box, count_waiting
from protocol.numbers import Address, Kind, Precedence, Reference
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, KHJ, MLA, RELAY, STAFF, function_statement, small_network

LEADER, DEPUTY = 2, 3
TO_LEADER = Address(Kind.FUNCTION, LEADER)
MORE = (
    function_statement(LEADER, "LED", "Leder", (RELAY,), deputy=DEPUTY),
    function_statement(DEPUTY, "STF", "Stedfortræder", (STAFF,)),
)
STEP_S = DEPUTY_WAIT_MS[Precedence.IMMEDIATE] // 1000


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Mesh]:
    stores: list[SqliteStore] = []

    def make_store(number: int) -> SqliteStore:
        stores.append(SqliteStore(tmp_path / f"{number}.db"))
        return stores[-1]

    network = small_network(*MORE)
    network.log_in(CARE, MLA)
    network.log_in(STAFF, KHJ)
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)), make_store=make_store)
    mesh.start()
    mesh.run_for(120)
    yield mesh
    for store in stores:
        store.close()


def written(mesh: Mesh, event: Composed) -> Item:
    mesh.happen(CARE, event)
    answer = mesh.nodes[CARE].replies[-1]
    assert isinstance(answer, Accepted), answer
    item = mesh.nodes[CARE].store.item(answer.item_id)
    assert item is not None
    return item


def order(mesh: Mesh, minutes: int | None = 10, precedence: Precedence = Precedence.IMMEDIATE) -> Item:
    return written(
        mesh, Composed(1, MLA, TO_LEADER, "Send en bus.", precedence, confidential=False, answer_by_min=minutes)
    )


def cancel(mesh: Mesh, first: Item) -> Item:
    about = Reference(CARE, 1, first.key.sequence)
    event = Composed(1, MLA, first.recipient, "Annulleret.", first.precedence, confidential=False, cancels=about)
    return written(mesh, event)


def shown(mesh: Mesh, number: int, message: Item) -> ShownMessage:
    node = mesh.nodes[number]
    held = node.store.message(message.key)
    assert held is not None
    assert node.station is not None
    now = mesh.moment(node)
    return Showing(node.station._here, node.station.snapshot(now).at, now, NOTHING_KEPT, UTC_MS).message(held)


def sqlite(mesh: Mesh, number: int) -> SqliteStore:
    store = mesh.nodes[number].store
    assert isinstance(store, SqliteStore)
    return store


def test_an_answer_due_is_shown_by_the_clock_and_then_as_late(mesh: Mesh) -> None:
    sent = order(mesh)
    answer = shown(mesh, CARE, sent).answer
    assert answer is not None
    assert (answer.state, answer.minutes, answer.late_s, answer.by.trusted) == (AnswerState.WAITING, 10, 0, True)
    assert abs(answer.by.utc_ms - (UTC_MS + 120_000 + 600_000)) <= 8_000
    mesh.run_for(600 + 90)
    late = shown(mesh, CARE, sent).answer
    assert late is not None
    assert (late.state, late.late_s) == (AnswerState.OVERDUE, 90)


def test_the_deputy_sees_why_and_the_sender_whom_was_asked(mesh: Mesh) -> None:
    sent = order(mesh)
    mesh.run_for(600 + STEP_S + 200)
    there, here = shown(mesh, STAFF, sent), shown(mesh, CARE, sent)
    assert (there.as_deputy, there.to.code, there.unacknowledged) == ("STF", "LED", True)
    assert here.answer is not None
    assert (here.answer.state, here.answer.deputies) == (AnswerState.DEPUTY_ASKED, ("STF",))
    assert here.as_deputy == ""
    assert [one.key for one in box(sqlite(mesh, STAFF), BoxView.INBOX, STAFF, 0, 10)] == [sent.key]


def test_cancelling_is_seen_from_both_messages_at_both_ends(mesh: Mesh) -> None:
    first = order(mesh, None)
    mesh.run_until(lambda: mesh.rung(CARE, first, RELAY) is Rung.UNATTENDED, 900)
    later = cancel(mesh, first)
    mesh.run_until(lambda: mesh.rung(CARE, later, RELAY) is Rung.UNATTENDED, 900)
    for number in (CARE, RELAY):
        (change,) = shown(mesh, number, first).changed_by
        assert (change.kind, change.standing, change.number) == (
            *(ChangeKind.CANCELS, ChangeStanding.STANDS),
            "PLH-00002",
        )
        assert (change.by, change.station, change.acted_before) == ("MLA", "PLH", False)
        made = shown(mesh, number, later).changes
        assert made is not None
        assert (made.number, made.standing) == ("PLH-00001", ChangeStanding.STANDS)
    assert not shown(mesh, RELAY, first).unacknowledged, "nobody is called for it any more"
    assert count_waiting(sqlite(mesh, RELAY), RELAY) == 1


def test_what_is_sent_no_more_says_so_on_its_ladder(mesh: Mesh) -> None:
    mesh.unlink(CARE, RELAY)
    first = order(mesh, None)
    cancel(mesh, first)
    (ladder,) = shown(mesh, CARE, first).ladders
    assert ladder.step is Step.CANCELLED


def test_what_was_not_answered_rises_above_all_but_a_flash(mesh: Mesh) -> None:
    late = order(mesh, 5, Precedence.ROUTINE)
    soon, flash = order(mesh, None), order(mesh, None, Precedence.FLASH)
    before = [one.key for one in box(sqlite(mesh, CARE), BoxView.OUTBOX, CARE, 0, 10)]
    mesh.run_for(330)
    after = [one.key for one in box(sqlite(mesh, CARE), BoxView.OUTBOX, CARE, 0, 10)]
    assert before == [flash.key, soon.key, late.key]
    assert after == [flash.key, late.key, soon.key]
