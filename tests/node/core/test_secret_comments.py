"""What is remarked about a confidential message: read at both ends, hidden from who carries it."""

import pytest

from node.core.effects import Accepted, Refusal, Refused
from node.core.events import ActPerformed
from node.core.records import Item
from node.core.secret_comments import SecretComments
from node.core.surroundings import Surroundings
from protocol.acts import COMMENT_BYTES_MAX
from protocol.confidential_acts import COMMENT_CONFIDENTIAL_BYTES
from protocol.decode import decode
from protocol.frames import Act, ActKind
from protocol.numbers import Address, Kind
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, MLA, RELAY, STAFF, small_network

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
REMARK = "Stue 4 flyttes kl. 14"


@pytest.fixture
def mesh() -> Mesh:
    network = small_network()
    network.log_in(CARE, MLA)
    network.log_in(STAFF, KHJ)
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    return mesh


def here(mesh: Mesh, number: int) -> Surroundings:
    station = mesh.nodes[number].station
    assert station is not None
    return station._here


def arrived(mesh: Mesh, *, confidential: bool = True) -> Item:
    """A message that has come to the crisis staff, as that has it."""
    item = mesh.compose(CARE, TO_STAFF, author=MLA, confidential=confidential)
    mesh.run_until(lambda: mesh.has(STAFF, item), within_s=3600)
    there = mesh.nodes[STAFF].store.message(item.key)
    assert there is not None
    return there


def remark(mesh: Mesh, message: Item, comment: str = REMARK, act: ActKind = ActKind.READ_BACK) -> Accepted | Refused:
    mesh.happen(STAFF, ActPerformed(2, KHJ, message.id, act, comment))
    answer = mesh.nodes[STAFF].replies[-1]
    assert isinstance(answer, Accepted | Refused)
    return answer


def acts_at(mesh: Mesh, number: int, message: Item) -> list[Act]:
    frames = [decode(item.sealed) for item in mesh.nodes[number].store.acts_about(message.key)]
    return [frame for frame in frames if isinstance(frame, Act)]


def read_at(mesh: Mesh, number: int, message: Item) -> list[bytes | None]:
    held = mesh.nodes[number].store.message(message.key)
    assert held is not None
    comments = [SecretComments(here(mesh, number)).decrypted(act, held) for act in acts_at(mesh, number, message)]
    return [comment if isinstance(comment, bytes) else None for comment in comments]


def test_a_read_back_is_as_confidential_as_its_message(mesh: Mesh) -> None:
    message = arrived(mesh)
    assert isinstance(remark(mesh, message), Accepted)
    mesh.run_until(lambda: bool(acts_at(mesh, CARE, message)), within_s=3600)
    read = {number: read_at(mesh, number, message) for number in (CARE, RELAY, STAFF)}
    assert read == {CARE: [REMARK.encode()], RELAY: [None], STAFF: [REMARK.encode()]}
    assert not any(REMARK.encode() in payload for node in mesh.nodes.values() for payload in node.sent)


def test_a_remark_about_an_open_message_is_open(mesh: Mesh) -> None:
    message = arrived(mesh, confidential=False)
    remark(mesh, message)
    assert [(act.confidential, act.comment) for act in acts_at(mesh, STAFF, message)] == [(False, REMARK.encode())]


def test_an_act_without_a_comment_is_no_longer_for_it(mesh: Mesh) -> None:
    message = arrived(mesh)
    remark(mesh, message, "", ActKind.ACKNOWLEDGED)
    assert [(act.confidential, act.comment) for act in acts_at(mesh, STAFF, message)] == [(False, b"")]


def test_remarks_without_a_clock_share_no_key(mesh: Mesh) -> None:
    mesh.nodes[STAFF].utc_offset_ms = None
    message = arrived(mesh)
    for comment in ("aaaaaaaa", "bbbbbbbb"):
        assert isinstance(remark(mesh, message, comment), Accepted)
    first, second = acts_at(mesh, STAFF, message)
    assert (first.comment[0], second.comment[0]) == (0, 1)
    assert read_at(mesh, STAFF, message) == [b"aaaaaaaa", b"bbbbbbbb"]
    difference = bytes(one ^ other for one, other in zip(first.comment[1:9], second.comment[1:9], strict=True))
    assert difference != bytes([ord("a") ^ ord("b")]) * 8


def test_the_same_key_pressed_twice_is_one_act(mesh: Mesh) -> None:
    message = arrived(mesh)
    answers = [remark(mesh, message), remark(mesh, message)]
    assert answers[0] == answers[1]
    assert len(acts_at(mesh, STAFF, message)) == 1


def test_a_remark_too_long_is_refused_with_what_there_is_room_for(mesh: Mesh) -> None:
    message = arrived(mesh)
    room = COMMENT_BYTES_MAX - COMMENT_CONFIDENTIAL_BYTES
    assert remark(mesh, message, "a" * (room + 1)) == Refused(Refusal.TEXT_TOO_LONG, f"{room + 1}/{room}")
    assert isinstance(remark(mesh, message, "a" * room), Accepted)
