"""A draft is kept, sent or discarded, and becomes one message however often and through whatever it is sent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.effects import Accepted, Announce, CarriedOut, Discarded, Kept, Refusal, Refused, Reply
from node.core.events import Composed, DraftDiscarded, DraftKept, Event
from node.core.people_records import Draft
from node.core.policy import DRAFT_BYTES_MAX, DRAFTS_MAX, SENT_DRAFTS_MAX
from node.core.records import ItemKind
from node.core.station import Station
from node.store.opening import Opened, open_store
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CRISIS_STAFF, MLA, SmallNetwork

CARE, STAFF = 1, 3
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
WRITTEN = Draft(0, "KRISE", "Send vand", Precedence.PRIORITY, True, "", "MLA")


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start(CARE)
    return mesh


def ask(mesh: Mesh, event: Event) -> CarriedOut | Refused:
    before = len(mesh.nodes[CARE].replies)
    mesh.happen(CARE, event)
    (answer,) = mesh.nodes[CARE].replies[before:]
    return answer


def keep(mesh: Mesh, draft: Draft = WRITTEN) -> Draft:
    answer = ask(mesh, DraftKept(1, draft))
    assert isinstance(answer, Kept), answer
    return answer.draft


def sending(draft: Draft, text: str = "Send vand", author: int = 0) -> Composed:
    return Composed(1, author, TO_STAFF, text, Precedence.PRIORITY, draft=draft.id)


def unknown(detail: str = "") -> Refused:
    return Refused(Refusal.DRAFT_UNKNOWN, detail)


def messages(mesh: Mesh) -> int:
    return len(mesh.nodes[CARE].store.items_changed_since(0, 9_999, ItemKind.MESSAGE))


def test_a_draft_is_kept_with_a_number_and_its_time(mesh: Mesh) -> None:
    mesh.run_for(5)
    kept = keep(mesh)
    moment = mesh.moment(mesh.nodes[CARE])
    assert kept == replace(WRITTEN, id=1, kept_at=5_000, kept_utc_ms=moment.utc_ms)
    assert mesh.nodes[CARE].store.drafts() == [kept]


def test_a_draft_kept_again_takes_the_place_of_what_it_was(mesh: Mesh) -> None:
    first, other = keep(mesh), keep(mesh)
    mesh.run_for(5)
    again = keep(mesh, replace(first, text="Send mere vand"))
    assert mesh.nodes[CARE].store.drafts() == [again, other]
    assert again.kept_at > first.kept_at


def test_without_a_clock_a_draft_has_no_utc(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = None
    assert keep(mesh).kept_utc_ms is None


def test_nobody_is_told_of_a_draft_and_the_timeline_is_anchored_with_it(mesh: Mesh) -> None:
    effects = mesh.happen(CARE, DraftKept(1, WRITTEN))
    assert not any(isinstance(effect, Announce) for effect in effects)
    anchor = mesh.nodes[CARE].store.anchor()
    assert anchor is not None
    assert anchor.moment == mesh.moment(mesh.nodes[CARE])


def test_bytes_are_counted_and_not_letters(mesh: Mesh) -> None:
    assert keep(mesh, replace(WRITTEN, text="å" * (DRAFT_BYTES_MAX // 2)))
    answer = ask(mesh, DraftKept(1, replace(WRITTEN, text="å" * (DRAFT_BYTES_MAX // 2 + 1))))
    assert answer == Refused(Refusal.DRAFT_TOO_LONG, f"{DRAFT_BYTES_MAX + 2}/{DRAFT_BYTES_MAX}")


def test_there_is_an_end_to_drafts_and_room_again_after_it(mesh: Mesh) -> None:
    kept = [keep(mesh) for _ in range(DRAFTS_MAX)]
    assert ask(mesh, DraftKept(1, WRITTEN)) == Refused(Refusal.DRAFTS_FULL, f"{DRAFTS_MAX}")
    keep(mesh, replace(kept[0], text="known ones are still kept"))
    assert isinstance(ask(mesh, sending(kept[0])), Accepted)
    assert keep(mesh).id == DRAFTS_MAX + 1


def test_a_draft_discarded_is_gone_for_good(mesh: Mesh) -> None:
    kept = keep(mesh)
    assert ask(mesh, DraftDiscarded(1, kept.id)) == Discarded()
    for event in (DraftDiscarded(1, kept.id), DraftKept(1, kept), sending(kept)):
        assert ask(mesh, event) == unknown()
    assert messages(mesh) == 0
    assert keep(mesh).id == kept.id + 1


@pytest.mark.parametrize("draft_id", [-1, 1, 7])
def test_a_draft_that_never_was_is_unknown(mesh: Mesh, draft_id: int) -> None:
    never = replace(WRITTEN, id=draft_id)
    for event in (DraftDiscarded(1, draft_id), DraftKept(1, never), sending(never)):
        assert ask(mesh, event) == unknown()
    assert messages(mesh) == mesh.nodes[CARE].store.count_drafts() == 0


def test_a_draft_sent_twice_is_one_message_and_answered_alike(mesh: Mesh) -> None:
    kept = keep(mesh)
    first = ask(mesh, sending(kept))
    assert isinstance(first, Accepted)
    assert ask(mesh, sending(kept, text="  ", author=MLA)) == first
    assert messages(mesh) == 1
    for event in (DraftDiscarded(1, kept.id), DraftKept(1, kept)):
        assert ask(mesh, event) == unknown(first.number)
    assert mesh.nodes[CARE].store.drafts() == []


def test_two_screens_that_send_one_draft_before_the_commit_send_one_message(mesh: Mesh) -> None:
    kept = keep(mesh)
    node = mesh.nodes[CARE]
    assert node.station is not None
    effects = [effect for _ in range(2) for effect in node.station.handle(sending(kept), mesh.moment(node))]
    node.store.commit()
    first, second = [effect for effect in effects if isinstance(effect, Reply)]
    assert first == second
    assert messages(mesh) == 1


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (Composed(1, MLA, TO_STAFF, "x", Precedence.ROUTINE), Refusal.NOT_ON_DUTY),
        (Composed(1, 0, TO_STAFF, "x" * 4096, Precedence.ROUTINE), Refusal.TEXT_TOO_LONG),
        (Composed(1, 0, Address(Kind.FUNCTION, 9), "x", Precedence.ROUTINE), Refusal.UNKNOWN_RECIPIENT),
        (Composed(1, 0, TO_STAFF, "", Precedence.ROUTINE), Refusal.TEXT_EMPTY),
    ],
)
def test_a_refused_send_leaves_the_draft_as_it_was(mesh: Mesh, event: Composed, refusal: Refusal) -> None:
    kept = keep(mesh)
    answer = ask(mesh, replace(event, draft=kept.id))
    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert mesh.nodes[CARE].store.drafts() == [kept]
    assert isinstance(ask(mesh, sending(kept)), Accepted)


def test_what_drafts_became_is_remembered_for_the_latest_only(mesh: Mesh) -> None:
    mesh.medium = lambda _from, _to, _payload: None
    kept = [keep(mesh) for _ in range(2)]
    answers = [ask(mesh, sending(draft)) for draft in kept]
    for _ in range(SENT_DRAFTS_MAX - 1):
        ask(mesh, sending(keep(mesh)))
    assert ask(mesh, sending(kept[0])) == unknown()
    assert ask(mesh, sending(kept[1])) == answers[1]
    assert messages(mesh) == SENT_DRAFTS_MAX + 1


class OnDisk:
    """The care home with a real store, whose power can fail."""

    def __init__(self, network: SmallNetwork, directory: Path) -> None:
        self.directory = directory
        self.opened: Opened = open_store(directory)
        self.mesh = Mesh(network, links=((CARE, STAFF),), make_store=lambda _number: self.opened.store)
        self.mesh.start(CARE)

    def fail(self) -> None:
        """The power is gone and comes back: what was not committed is lost."""
        self.mesh.cut_power(CARE)
        self.opened.close()
        self.opened = open_store(self.directory)
        self.mesh.nodes[CARE].store = self.opened.store
        self.mesh.start(CARE)

    @property
    def station(self) -> Station:
        station = self.mesh.nodes[CARE].station
        assert station is not None
        return station

    def decide(self, event: Event) -> Reply:
        """Let the station decide, and commit nothing."""
        effects = self.station.handle(event, self.mesh.moment(self.mesh.nodes[CARE]))
        (reply,) = [effect for effect in effects if isinstance(effect, Reply)]
        return reply


@pytest.fixture
def disk(network: SmallNetwork, tmp_path: Path) -> Iterator[OnDisk]:
    disk = OnDisk(network, tmp_path)
    yield disk
    disk.opened.close()


def test_power_fails_between_commit_and_answer_and_one_message_results(disk: OnDisk) -> None:
    kept = keep(disk.mesh)
    lost = disk.decide(sending(kept)).answer
    disk.opened.store.commit()
    disk.fail()
    assert disk.opened.store.drafts() == []
    assert ask(disk.mesh, sending(kept)) == lost
    assert messages(disk.mesh) == 1


def test_power_fails_before_the_commit_and_the_draft_is_still_there_and_sent_once(disk: OnDisk) -> None:
    kept = keep(disk.mesh)
    assert isinstance(disk.decide(sending(kept)).answer, Accepted)
    disk.fail()
    assert messages(disk.mesh) == 0
    assert disk.opened.store.drafts() == [kept]
    sent = ask(disk.mesh, sending(kept))
    assert isinstance(sent, Accepted)
    assert sent.number == "PLH-00002", "nobody saw the first number, but no record can tell that from a restored store"
    assert messages(disk.mesh) == 1


def test_a_number_of_a_draft_never_comes_again_even_after_damage(disk: OnDisk) -> None:
    kept = keep(disk.mesh)
    disk.opened.close()
    (disk.directory / "store.db").write_bytes(b"this is no database")
    disk.opened = open_store(disk.directory)
    disk.mesh.nodes[CARE].store = disk.opened.store
    disk.mesh.start(CARE)
    assert ask(disk.mesh, sending(kept)) == unknown()
    assert keep(disk.mesh).id > kept.id
