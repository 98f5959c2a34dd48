"""What the records prove, and no more, is what operators see: ladders, texts, times, boxes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.api.faults import FaultCode, Refused
from node.api.ladder import ShownTime, Step
from node.api.messages import Box, Legibility, Standing
from node.core.events import ActPerformed, FrameHeard
from node.core.numbering import human_number
from node.core.reckoning import NOTHING_KEPT
from node.core.records import Custodian, Delivery, Item, ItemKey, Rung
from node.core.surroundings import Surroundings
from node.daemon import whom
from node.daemon.showing import Showing
from node.store.sqlite import SqliteStore
from node.store.views import BoxView, box, count_in_box, count_waiting
from node.words.catalogue import words
from node.words.phrases import act_text
from protocol.frames import ActKind
from protocol.numbers import EVERYBODY, Address, Kind, Precedence
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, MLA, RELAY, STAFF, small_network

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Mesh]:
    network = small_network()
    stores: list[SqliteStore] = []
    network.log_in(CARE, MLA)
    network.log_in(STAFF, KHJ)

    def make_store(number: int) -> SqliteStore:
        stores.append(SqliteStore(tmp_path / f"{number}.db"))
        return stores[-1]

    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)), make_store=make_store)
    mesh.start()
    yield mesh
    for store in stores:
        store.close()


def here(mesh: Mesh, number: int) -> Surroundings:
    station = mesh.nodes[number].station
    assert station is not None
    return station._here


def sqlite(mesh: Mesh, number: int) -> SqliteStore:
    store = mesh.nodes[number].store
    assert isinstance(store, SqliteStore)
    return store


def showing(mesh: Mesh, number: int, *, machine_utc_ms: int = UTC_MS) -> Showing:
    node = mesh.nodes[number]
    assert node.station is not None
    now = mesh.moment(node)
    return Showing(node.station._here, node.station.snapshot(now).at, now, NOTHING_KEPT, machine_utc_ms)


def step(mesh: Mesh, number: int, message: Item) -> tuple[str, Step, str]:
    held = mesh.nodes[number].store.message(message.key)
    assert held is not None
    (ladder,) = showing(mesh, number).message(held).ladders
    return ladder.station, ladder.step, ladder.initials


def arrived(mesh: Mesh, message: Item) -> Callable[[], bool]:
    return lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION


def test_the_ladder_is_climbed_from_queue_to_a_person(mesh: Mesh) -> None:
    mesh.unlink(CARE, RELAY)
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    assert step(mesh, CARE, message) == ("KRS", Step.QUEUED, "")
    mesh.link(CARE, RELAY)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    assert step(mesh, CARE, message) == ("KRS", Step.AT_STATION, "")
    mesh.act(STAFF, message, KHJ)
    mesh.run_until(lambda: step(mesh, CARE, message)[1] is Step.ACKNOWLEDGED, within_s=3600)
    assert step(mesh, CARE, message) == ("KRS", Step.ACKNOWLEDGED, "KHJ")
    assert step(mesh, STAFF, message) == ("KRS", Step.ACKNOWLEDGED, "KHJ")


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (Rung.QUEUED, Step.QUEUED),
        (Rung.SENT, Step.SENT),
        (Rung.HEARD_BY_RADIO, Step.HEARD_BY_RADIO),
        (Rung.REPORTED, Step.REPORTED),
        (Rung.AT_STATION, Step.AT_STATION),
        (Rung.UNATTENDED, Step.UNATTENDED),
        (Rung.EXPIRED, Step.EXPIRED),
    ],
)
def test_every_rung_has_its_step(mesh: Mesh, rung: Rung, expected: Step) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    mesh.nodes[CARE].store.put_delivery(Delivery(message.id, STAFF, rung, 1, None, 0))
    assert step(mesh, CARE, message) == ("KRS", expected, "")


@pytest.mark.parametrize(
    ("rung", "expected"), [(Rung.SENT, Step.HELD), (Rung.REPORTED, Step.REPORTED), (Rung.EXPIRED, Step.EXPIRED)]
)
def test_custody_counts_only_below_a_report(mesh: Mesh, rung: Rung, expected: Step) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    store = mesh.nodes[CARE].store
    store.put_delivery(Delivery(message.id, STAFF, rung, 1, None, 0))
    store.put_custodian(Custodian(message.id, RELAY, 0))
    shown = showing(mesh, CARE).message(message)
    assert shown.ladders[0].step is expected
    assert [holder.station for holder in shown.ladders[0].holders] == ["BRS"]


def test_seen_by_another_does_not_undo_done(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    mesh.act(STAFF, message, KHJ, ActKind.DONE)
    mesh.run_for(60)
    mesh.act(STAFF, message, KHJ, ActKind.ACKNOWLEDGED)
    assert step(mesh, STAFF, message)[1] is Step.DONE


def test_an_act_of_a_newer_version_is_no_step_and_no_harm(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    mesh.act(STAFF, message, KHJ, ActKind.NEWER_6)
    there = mesh.nodes[STAFF].store.message(message.key)
    assert there is not None
    shown = showing(mesh, STAFF).message(there)
    assert (shown.acts, shown.ladders[0].step) == ((), Step.AT_STATION)


def test_a_message_is_shown_with_author_and_standing(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, "Generator stoppet", Precedence.IMMEDIATE, author=MLA)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    there = mesh.nodes[STAFF].store.message(message.key)
    assert there is not None
    shown = showing(mesh, STAFF).message(there)
    assert (shown.number, shown.station, shown.author, shown.author_name) == ("PLH-00001", "PLH", "MLA", "Mette Larsen")
    assert (shown.text, shown.legibility, shown.standing) == (
        "Generator stoppet",
        Legibility.READABLE,
        Standing.GOOD,
    )
    assert (shown.to.kind, shown.to.code) == ("function", "KRISE")
    assert shown.box is Box.INBOX
    assert shown.unacknowledged
    assert shown.received is not None
    assert shown.received.trusted


def test_without_a_trusted_clock_times_are_shown_as_doubtful(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = None
    message = mesh.compose(CARE, TO_STAFF)
    shown = showing(mesh, CARE, machine_utc_ms=5_000_000).message(message)
    assert shown.written is None
    assert shown.received == ShownTime(5_000_000, trusted=False)
    assert shown.standing is Standing.GOOD_UNDATED


def test_a_relay_carries_what_it_cannot_read_and_both_ends_read_it(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, "Stue 4 skal flyttes", author=MLA)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    seen = {}
    for number in (CARE, RELAY, STAFF):
        held = mesh.nodes[number].store.message(message.key)
        assert held is not None
        assert b"Stue 4" not in held.sealed
        shown = showing(mesh, number).message(held)
        assert shown.confidential
        seen[number] = (shown.text, shown.legibility)
    assert seen == {
        CARE: ("Stue 4 skal flyttes", Legibility.READABLE),
        RELAY: ("", Legibility.CONFIDENTIAL),
        STAFF: ("Stue 4 skal flyttes", Legibility.READABLE),
    }


def test_a_relay_sees_that_there_is_a_comment_and_its_origin_reads_it(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    there = mesh.nodes[STAFF].store.message(message.key)
    assert there is not None
    mesh.happen(STAFF, ActPerformed(2, KHJ, there.id, ActKind.DECLINED, "ingen tankbil"))
    mesh.run_until(lambda: bool(mesh.nodes[CARE].store.acts_about(message.key)), within_s=3600)
    seen = {}
    for number in (CARE, RELAY):
        held = mesh.nodes[number].store.message(message.key)
        assert held is not None
        (act,) = showing(mesh, number).message(held).acts
        seen[number] = (act.step, act.comment, act.comment_hidden)
    assert seen == {CARE: (Step.DECLINED, "ingen tankbil", False), RELAY: (Step.DECLINED, "", True)}
    assert act_text(words("en"), act).endswith(": (comment confidential)")


def test_an_open_message_is_read_by_all_and_said_to_be_open(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, "Vand kl. 14", author=MLA, confidential=False)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    carried = mesh.nodes[RELAY].store.message(message.key)
    assert carried is not None
    shown = showing(mesh, RELAY).message(carried)
    assert (shown.text, shown.confidential) == ("Vand kl. 14", False)


def test_what_no_key_here_reads_is_said_to_its_recipient(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    mesh.run_until(arrived(mesh, message), within_s=3600)
    there = mesh.nodes[STAFF].store.message(message.key)
    assert there is not None
    changed = replace(there, sealed=there.sealed[:20] + bytes([there.sealed[20] ^ 1]) + there.sealed[21:])
    shown = showing(mesh, STAFF).message(changed)
    assert (shown.text, shown.legibility) == ("", Legibility.LOCKED)


def test_a_text_of_an_unknown_codec_is_shown_as_newer(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, confidential=False)
    codec_at, codec = 10, 2
    sealed = bytearray(message.sealed)
    sealed[codec_at] |= codec
    shown = showing(mesh, CARE).message(replace(message, sealed=bytes(sealed)))
    assert (shown.text, shown.legibility) == ("", Legibility.NEWER)


def test_what_still_needs_somebody_stands_first(mesh: Mesh) -> None:
    old = mesh.compose(CARE, TO_STAFF, precedence=Precedence.ROUTINE, author=MLA)
    mesh.run_until(arrived(mesh, old), within_s=3600)
    flash = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH, author=MLA)
    mesh.run_until(arrived(mesh, flash), within_s=3600)
    late = mesh.compose(CARE, TO_STAFF, precedence=Precedence.ROUTINE, author=MLA)
    mesh.run_until(arrived(mesh, late), within_s=3600)
    mesh.act(STAFF, flash, KHJ)
    inbox = box(sqlite(mesh, STAFF), BoxView.INBOX, STAFF, 0, 10)
    assert [item.key for item in inbox] == [late.key, old.key, flash.key]
    assert [item.key for item in box(sqlite(mesh, STAFF), BoxView.INBOX, STAFF, 0, 1)] == [late.key]
    assert count_waiting(sqlite(mesh, STAFF), STAFF) == 2


def test_what_wants_no_act_does_not_wait_above_what_does(mesh: Mesh) -> None:
    wanted = mesh.compose(CARE, TO_STAFF, precedence=Precedence.ROUTINE, author=MLA)
    mesh.run_until(arrived(mesh, wanted), within_s=3600)
    thanks = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH, author=MLA, ack_wanted=False)
    mesh.run_until(arrived(mesh, thanks), within_s=3600)
    assert [item.key for item in box(sqlite(mesh, STAFF), BoxView.INBOX, STAFF, 0, 10)] == [wanted.key, thanks.key]
    assert count_waiting(sqlite(mesh, STAFF), STAFF) == 1


def test_what_is_delivered_and_not_answered_stays_on_top_of_the_outbox(mesh: Mesh) -> None:
    asked = mesh.compose(CARE, TO_STAFF, precedence=Precedence.ROUTINE, author=MLA)
    told = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH, author=MLA, ack_wanted=False)
    for message in (asked, told):
        mesh.run_until(arrived(mesh, message), within_s=3600)

    def outbox() -> list[ItemKey]:
        return [item.key for item in box(sqlite(mesh, CARE), BoxView.OUTBOX, CARE, 0, 10)]

    assert outbox() == [asked.key, told.key]
    mesh.act(STAFF, asked, KHJ)
    mesh.run_until(lambda: step(mesh, CARE, asked)[1] is Step.ACKNOWLEDGED, within_s=3600)
    later = mesh.compose(CARE, TO_STAFF, precedence=Precedence.ROUTINE, author=MLA, ack_wanted=False)
    mesh.run_until(arrived(mesh, later), within_s=3600)
    assert outbox() == [later.key, asked.key, told.key], "nothing waits any more: the latest change first"


def test_a_box_can_be_asked_for_what_changed_since(mesh: Mesh) -> None:
    mesh.compose(CARE, TO_STAFF)
    change = mesh.nodes[CARE].store.last_change()
    second = mesh.compose(CARE, TO_STAFF)
    assert [item.key for item in box(sqlite(mesh, CARE), BoxView.OUTBOX, CARE, change, 10)] == [second.key]
    assert box(sqlite(mesh, CARE), BoxView.INBOX, CARE, 0, 10) == []


def test_pages_of_a_box_are_the_box(mesh: Mesh) -> None:
    for number in range(7):
        mesh.compose(CARE, TO_STAFF, f"besked {number}", list(Precedence)[number % 4])
    since = mesh.nodes[CARE].store.last_change() - 5
    for start in (0, since):
        whole = box(sqlite(mesh, CARE), BoxView.OUTBOX, CARE, start, 99)
        pages = [box(sqlite(mesh, CARE), BoxView.OUTBOX, CARE, start, 3, skip) for skip in range(0, 12, 3)]
        assert [item for page in pages for item in page] == whole
        assert count_in_box(sqlite(mesh, CARE), BoxView.OUTBOX, start) == len(whole)
    assert count_in_box(sqlite(mesh, CARE), BoxView.INBOX, 0) == 0


def test_a_message_to_a_function_at_home_is_in_both_boxes(mesh: Mesh) -> None:
    message = mesh.compose(STAFF, TO_STAFF, author=KHJ)
    for view in (BoxView.INBOX, BoxView.OUTBOX):
        assert [item.key for item in box(sqlite(mesh, STAFF), view, STAFF, 0, 10)] == [message.key]
    assert step(mesh, STAFF, message) == ("KRS", Step.AT_STATION, "")


def test_a_relay_sees_what_it_carries(mesh: Mesh) -> None:
    mesh.unlink(RELAY, STAFF)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.has(RELAY, message), within_s=3600)
    carried = box(sqlite(mesh, RELAY), BoxView.CARRIED, RELAY, 0, 10)
    assert [item.key for item in carried] == [message.key]
    assert showing(mesh, RELAY).message(carried[0]).box is Box.CARRIED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KRISE", TO_STAFF),
        ("krise", TO_STAFF),
        ("Kriseleder", TO_STAFF),
        ("function:1", TO_STAFF),
        ("plh", Address(Kind.STATION, CARE)),
        ("bra", Address(Kind.STATION, RELAY)),
        ("khj", Address(Kind.OPERATOR, KHJ)),
        ("ASK", Address(Kind.AUTHORITY, 1)),
        ("*", EVERYBODY),
    ],
)
def test_a_recipient_is_found_by_code_number_or_beginning(mesh: Mesh, text: str, expected: Address) -> None:
    assert whom.recipient(showing(mesh, CARE), text) == expected


@pytest.mark.parametrize("text", ["", "nobody", "station:900", "station:99999999999", "several:2", "1\ufeff"])
def test_nobody_is_not_guessed(mesh: Mesh, text: str) -> None:
    with pytest.raises(Refused) as no:
        whom.recipient(showing(mesh, CARE), text)
    assert no.value.fault.code is FaultCode.UNKNOWN_RECIPIENT


def test_several_are_listed(mesh: Mesh) -> None:
    with pytest.raises(Refused) as no:
        whom.recipient(showing(mesh, CARE), "kr")
    assert no.value.fault.code is FaultCode.AMBIGUOUS_RECIPIENT
    assert [one.code for one in no.value.fault.candidates] == ["KRS", "KRISE"]


def test_the_author_is_the_one_on_duty_unless_said_otherwise(mesh: Mesh) -> None:
    assert whom.author(here(mesh, STAFF), "") == KHJ
    assert whom.author(here(mesh, STAFF), "khj") == KHJ
    assert whom.author(here(mesh, STAFF), "-") == 0


@pytest.mark.parametrize(
    ("station", "text", "code"),
    [
        (RELAY, "", FaultCode.NOT_ON_DUTY),
        (STAFF, "MLA", FaultCode.NOT_ON_DUTY),
        (STAFF, "XYZ", FaultCode.UNKNOWN_OPERATOR),
    ],
)
def test_who_is_not_on_duty_is_no_author(mesh: Mesh, station: int, text: str, code: FaultCode) -> None:
    with pytest.raises(Refused) as no:
        whom.author(here(mesh, station), text)
    assert no.value.fault.code is code


def test_with_several_on_duty_somebody_must_say_who(mesh: Mesh) -> None:
    mesh.network.log_in(STAFF, MLA)
    with pytest.raises(Refused) as no:
        whom.author(here(mesh, STAFF), "")
    assert no.value.fault.code is FaultCode.AUTHOR_NEEDED
    assert no.value.fault.detail == "MLA, KHJ"


@pytest.mark.parametrize("text", ["PLH-00001", "plh-1", " PLH-00001 ", "PLH.1-00001", "1"])
def test_a_message_is_found_by_its_number(mesh: Mesh, text: str) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    assert human_number(mesh.network.roster, message.key) == "PLH-00001"
    assert whom.message(here(mesh, CARE), text) == message


@pytest.mark.parametrize(
    "text", ["", "PLH-00002", "XXX-00001", "PLH", "PLH-", "PLH-0", "PLH.2-00001", "9" * 30, "-1", "PLH-99999"]
)
def test_a_number_that_means_nothing_is_refused(mesh: Mesh, text: str) -> None:
    mesh.compose(CARE, TO_STAFF)
    with pytest.raises(Refused) as no:
        whom.message(here(mesh, CARE), text)
    assert no.value.fault.code is FaultCode.MESSAGE_UNKNOWN


def test_garbage_leaves_what_is_shown_as_it_was(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    before = showing(mesh, CARE).message(message)
    mesh.happen(CARE, FrameHeard(b"\x00" * 80))
    assert showing(mesh, CARE).message(message) == before
