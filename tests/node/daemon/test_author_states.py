"""What an author's key is worth today is shown with every message, beside what its signature was worth when it came."""

import pytest

from node.api.ladder import ShownTime
from node.api.messages import AuthorState, ShownMessage, Standing
from node.core.events import FrameHeard
from node.core.reckoning import NOTHING_KEPT, Reckoning
from node.core.records import Item
from node.daemon.showing import Showing
from protocol.decode import decode
from protocol.frames import Message
from protocol.instants import EPOCH_MS
from protocol.numbers import Address, Kind, Reference
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    MLA,
    STAFF,
    SmallNetwork,
    newcomer_statement,
    operator_statement,
    small_network,
    station_statement,
)
from tests.support.town import revocation

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
DAY_2025 = 10


@pytest.fixture
def network() -> SmallNetwork:
    network = small_network(newcomer_statement(7, CARE, valid_until=DAY_2025))
    network.log_in(CARE, MLA)
    network.log_in(CARE, 7)
    return network


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(30)
    return mesh


def delivered(mesh: Mesh, author: int = MLA) -> Item:
    message = mesh.compose(CARE, TO_STAFF, author=author)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=60)
    return message


def shown(mesh: Mesh, number: int, item: Item, kept: Reckoning = NOTHING_KEPT) -> ShownMessage:
    node = mesh.nodes[number]
    held = node.store.message(item.key)
    assert node.station is not None
    assert node.here is not None
    assert held is not None
    now = mesh.moment(node)
    return Showing(node.here, node.station.snapshot(now).at, now, kept, UTC_MS).message(held)


def states(mesh: Mesh, number: int, item: Item, kept: Reckoning = NOTHING_KEPT) -> tuple[Standing, AuthorState]:
    message = shown(mesh, number, item, kept)
    return message.standing, message.author_state


def reference(item: Item) -> Reference:
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    return frame.reference


def test_message_of_a_good_key_is_good(mesh: Mesh) -> None:
    assert states(mesh, STAFF, delivered(mesh)) == (Standing.GOOD, AuthorState.GOOD)


def test_expired_key_is_not_checked_without_a_clock_and_shown_once_there_is_one(mesh: Mesh) -> None:
    mesh.nodes[STAFF].utc_offset_ms = None
    message = delivered(mesh, author=7)
    assert states(mesh, STAFF, message) == (Standing.GOOD_UNDATED, AuthorState.UNCHECKED)
    mesh.nodes[STAFF].utc_offset_ms = 0
    assert states(mesh, STAFF, message) == (Standing.GOOD_UNDATED, AuthorState.EXPIRED)
    off_since = Reckoning(unsure_until=mesh.now_ms)
    assert states(mesh, STAFF, message, off_since) == (Standing.GOOD_UNDATED, AuthorState.UNCHECKED)


@pytest.mark.parametrize("ended", [operator_statement(MLA), station_statement(CARE)], ids=["operator", "station"])
def test_key_that_ended_is_shown_with_what_was_stored_before(mesh: Mesh, ended: bytes) -> None:
    message = delivered(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(ended)))
    assert states(mesh, STAFF, message) == (Standing.GOOD, AuthorState.REVOKED)


def test_when_a_key_ended_is_told_by_the_first_revocation_that_is_dated(mesh: Mesh) -> None:
    message = delivered(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA))))
    assert shown(mesh, STAFF, message).key_ended is None
    for renewal, issued in ((1, 2000), (2, 1000)):
        mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA), renewal=renewal, issued=issued)))
    assert shown(mesh, STAFF, message).key_ended == ShownTime(EPOCH_MS + 8_000_000, trusted=True)


def test_what_waits_here_under_a_key_that_ended_says_so(mesh: Mesh) -> None:
    mesh.unlink(CARE, STAFF)
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    mesh.happen(CARE, FrameHeard(revocation(operator_statement(MLA))))
    assert states(mesh, CARE, message) == (Standing.GOOD, AuthorState.REVOKED)


def test_message_within_the_marks_stays_good(mesh: Mesh) -> None:
    within, beyond = delivered(mesh), delivered(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA), reference(within))))
    assert states(mesh, STAFF, within)[1] is AuthorState.GOOD
    assert states(mesh, STAFF, beyond)[1] is AuthorState.REVOKED
