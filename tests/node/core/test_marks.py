"""No number comes twice: a station that was restored, copied or replaced learns its mark before it sends again."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from node.core.alarm_records import AlarmKind
from node.core.continuity import Continuity, Doubt
from node.core.effects import Accepted, MarkConfirmed, Refusal, Refused
from node.core.events import ActPerformed, Composed, FrameHeard, MarkVouchedFor
from node.core.log_entries import LogKind
from node.core.numbering import human_number
from node.core.policy import MARK_ANSWERS_MAX, MARK_ASKED_MS, MARK_MARGIN, MARK_TELLING_MS, NUMBERS_LOW_AT
from node.core.records import Item, ItemKind, Rung
from node.store.opening import Opened, open_store
from protocol.decode import decode
from protocol.frames import ActKind, Beacon, Bundle, Digest, Message, Notice, Request, RequestKind
from protocol.messages import AGE_AT
from protocol.notices import HighWaterMark, decode_notice, encode_notice
from protocol.numbers import SEQUENCE_MAX, Address, Kind, Precedence, Reference
from protocol.roster import Roster
from protocol.sealing import seal
from tests.support.mesh import Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    SmallNetwork,
    signing_key,
    small_network,
    station_statement,
)
from tests.support.town import another_station

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
TO_CARE = Address(Kind.OPERATOR, MLA)
TRIANGLE = ((CARE, RELAY), (RELAY, STAFF), (CARE, STAFF))


@dataclass
class Machines:
    """Three stations with their stores on disk and a second log of numbers with their keys."""

    mesh: Mesh
    directory: Path
    opened: dict[int, Opened]

    def paths(self, number: int) -> tuple[Path, Path]:
        return self.directory / f"state-{number}", self.directory / f"keys-{number}"

    def power_off(self, number: int) -> None:
        self.mesh.cut_power(number)
        self.opened[number].close()

    def power_on(self, number: int) -> None:
        self.opened[number] = opened(self.directory, number)
        self.mesh.nodes[number].store = self.opened[number].store
        self.mesh.nodes[number].sent.clear()
        self.mesh.start(number)

    def back_up(self, number: int) -> None:
        """A copy of both paths, as an image of the medium has them."""
        self.power_off(number)
        for path in self.paths(number):
            shutil.copytree(path, self.backup(path), dirs_exist_ok=True)
        self.power_on(number)

    def put_back(self, number: int, *, keys_too: bool) -> None:
        """Power off, and the backup in place of what there was."""
        self.power_off(number)
        state, keys = self.paths(number)
        for path in (state, keys) if keys_too else (state,):
            shutil.rmtree(path)
            shutil.copytree(self.backup(path), path)

    def backup(self, path: Path) -> Path:
        return path.with_name(f"{path.name}-backup")


def opened(directory: Path, number: int) -> Opened:
    keys = directory / f"keys-{number}"
    keys.mkdir(exist_ok=True)
    return open_store(directory / f"state-{number}", keys / f"station-{number}.numbers")


@pytest.fixture
def machines(network: SmallNetwork, tmp_path: Path) -> Iterator[Machines]:
    stores = {number: opened(tmp_path, number) for number in (CARE, RELAY, STAFF)}
    mesh = Mesh(network, links=TRIANGLE, make_store=lambda number: stores[number].store)
    network.log_in(STAFF, KHJ)
    mesh.start()
    mesh.run_for(60)
    yield Machines(mesh, tmp_path, stores)
    for one in stores.values():
        one.close()


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=TRIANGLE)
    network.log_in(STAFF, KHJ)
    mesh.start()
    mesh.run_for(60)
    return mesh


def doubt(mesh: Mesh, number: int = STAFF) -> Doubt | None:
    here = mesh.nodes[number].here
    assert here is not None
    return here.doubt


def in_reach(mesh: Mesh) -> bool:
    node = mesh.nodes[STAFF]
    assert node.station is not None
    return any(one.is_in_reach for one in node.station.snapshot(mesh.moment(node)).contacts)


def alarms(mesh: Mesh, number: int = STAFF) -> set[tuple[AlarmKind, str]]:
    return {(alarm.kind, alarm.subject) for alarm in mesh.nodes[number].store.alarms()}


def delivered(mesh: Mesh, *texts: str) -> list[Item]:
    """Messages of the staff's station that arrive at the care home."""
    items = []
    for text in texts:
        item = mesh.compose(STAFF, TO_CARE, text)
        mesh.run_until(lambda item=item: mesh.rung(STAFF, item, CARE) in (Rung.AT_STATION, Rung.UNATTENDED), 900)
        items.append(item)
    return items


def composing(mesh: Mesh, number: int = STAFF) -> Accepted | Refused:
    mesh.happen(number, Composed(1, 0, TO_CARE, "Er I der?", Precedence.ROUTINE))
    answer = mesh.nodes[number].replies[-1]
    assert isinstance(answer, Accepted | Refused)
    return answer


def kinds_sent(mesh: Mesh, number: int = STAFF) -> set[type]:
    """What it is that a station sent, on its own or with receipts riding on it."""
    frames = [decode(payload) for payload in mesh.nodes[number].sent]
    return {type(frame) for frame in frames} | {type(frame.main) for frame in frames if isinstance(frame, Bundle)}


def reused(mesh: Mesh) -> list[int]:
    """Numbers of the staff's station that two stations know as different messages."""
    contents: dict[int, set[bytes]] = {}
    for number, node in mesh.nodes.items():
        for item in node.store.items_changed_since(0, 9_999):
            if item.issuer == STAFF and item.kind is not ItemKind.ACT and (number != STAFF or left(mesh, item)):
                contents.setdefault(item.key.sequence, set()).add(item.fingerprint)
    return sorted(sequence for sequence, found in contents.items() if len(found) > 1)


def left(mesh: Mesh, item: Item) -> bool:
    """Whether it was ever handed to the radio."""
    return any(one.attempts for one in mesh.nodes[STAFF].store.deliveries(item.id))


def own_frame(mesh: Mesh, sequence: int, text: str) -> bytes:
    """A message that the staff station's key signs and the station itself knows nothing of."""
    sample = decode(mesh.compose(CARE, TO_STAFF, "skabelon").sealed)
    assert isinstance(sample, Message)
    roster = mesh.network.roster
    bare = replace(
        sample, station=STAFF, recipient=TO_CARE, sequence=sequence, body=text.encode(), codec=0, signature=b""
    )
    return seal(bare, roster, signing_key(f"station {STAFF}").sign).encode()


def mark_notice(mesh: Mesh, teller: int, sequence: int, number: int = 900) -> bytes:
    """What a station's key signs about the staff station's mark."""
    sample = decode(mesh.compose(CARE, TO_STAFF, "skabelon").sealed)
    assert isinstance(sample, Message)
    bare = Notice(
        precedence=Precedence.IMMEDIATE,
        station=teller,
        incarnation=1,
        sequence=number,
        author=0,
        recipient=Address(Kind.STATION, STAFF),
        time=sample.time,
        lifetime=0,
        options=sample.options,
        body=encode_notice(HighWaterMark(Reference(STAFF, 1, sequence))),
    )
    return seal(bare, mesh.network.roster, signing_key(f"station {teller}").sign).encode()


# What an ordinary life is like


def test_a_station_alone_writes_at_once_after_its_first_start_and_after_a_restart(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, STAFF),))
    for expected in ("KRS-00001", "KRS-00002"):
        mesh.start(STAFF)
        answer = composing(mesh)
        assert isinstance(answer, Accepted)
        assert answer.number == expected
        mesh.cut_power(STAFF)


def test_a_restart_costs_a_message_a_few_seconds_once(mesh: Mesh) -> None:
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    first = mesh.compose(STAFF, TO_CARE)
    mesh.run_until(lambda: in_reach(mesh), 90)
    mesh.run_until(lambda: mesh.has(CARE, first), 20)
    second = mesh.compose(STAFF, TO_CARE, "Og mere.")
    mesh.run_until(lambda: mesh.has(CARE, second), 5)


def test_nobody_tells_a_mark_when_all_is_well(mesh: Mesh) -> None:
    delivered(mesh, "et", "to")
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    mesh.run_for(600)
    assert doubt(mesh) is None
    assert all(Notice not in kinds_sent(mesh, number) for number in (CARE, RELAY))


def test_the_first_contact_after_a_start_is_greeted_before_anything_numbered_leaves(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.unlink(CARE, STAFF)
    mesh.start()
    mesh.run_for(1200)
    mesh.compose(STAFF, TO_CARE)
    mesh.link(CARE, STAFF)
    mesh.run_until(lambda: in_reach(mesh), 300)
    mesh.nodes[STAFF].sent.clear()
    mesh.run_for(2)
    (beacon,) = [frame for frame in map(decode, mesh.nodes[STAFF].sent) if isinstance(frame, Beacon)]
    assert beacon.hello
    assert beacon.last_sequence == 0
    assert Message not in kinds_sent(mesh)


# Restored


@pytest.mark.parametrize("keys_too", [False, True], ids=["state", "whole medium"])
def test_restored_backup_learns_its_mark_from_two_neighbours_and_uses_no_number_twice(
    machines: Machines, keys_too: bool
) -> None:
    mesh = machines.mesh
    delivered(mesh, "et", "to")
    machines.back_up(STAFF)
    mesh.run_for(60)
    lost = delivered(mesh, "tre", "fire", "fem")
    machines.put_back(STAFF, keys_too=keys_too)
    machines.power_on(STAFF)
    mesh.run_until(lambda: doubt(mesh) is (Doubt.TOLD_HIGHER if keys_too else Doubt.RESTORED), 60)
    assert isinstance(composing(mesh), Refused)
    mesh.run_until(lambda: doubt(mesh) is None, 60)
    (after,) = delivered(mesh, "seks")
    assert after.key.sequence > max(item.key.sequence for item in lost) + MARK_MARGIN
    assert reused(mesh) == []


def test_what_was_written_before_the_mark_is_known_never_leaves_and_is_a_draft_again(machines: Machines) -> None:
    mesh = machines.mesh
    delivered(mesh, "et")
    machines.back_up(STAFF)
    mesh.run_for(60)
    delivered(mesh, "to", "tre")
    machines.put_back(STAFF, keys_too=True)
    mesh.unlink(CARE, STAFF)
    mesh.unlink(RELAY, STAFF)
    machines.power_on(STAFF)
    mesh.run_for(600)
    written = [mesh.compose(STAFF, TO_CARE, text, Precedence.FLASH) for text in ("Vi er alene", "Stadig alene")]
    mesh.run_for(600)
    mesh.link(CARE, STAFF)
    mesh.link(RELAY, STAFF)
    mesh.run_until(lambda: mesh.nodes[STAFF].store.last_sequence(1) > MARK_MARGIN, 900)
    mesh.run_for(300)
    assert reused(mesh) == []
    assert [mesh.rung(STAFF, one, CARE) for one in written] == [Rung.EXPIRED, Rung.EXPIRED]
    drafts = mesh.nodes[STAFF].store.drafts()
    assert {draft.text for draft in drafts} == {"Vi er alene", "Stadig alene"}
    assert {(draft.to, draft.precedence) for draft in drafts} == {("operator:1", Precedence.FLASH)}
    assert {(AlarmKind.MESSAGE_WITHDRAWN, f"KRS-0000{number}") for number in (2, 3)} <= alarms(mesh)
    delivered(mesh, "Igen")


def test_receive_only_takes_in_shows_and_signs_nothing(mesh: Mesh) -> None:
    in_doubt(mesh)
    mesh.nodes[STAFF].sent.clear()
    received = mesh.compose(CARE, TO_STAFF, "Bestil vand")
    mesh.run_for(1200)
    assert mesh.has(STAFF, received)
    assert mesh.rung(CARE, received, STAFF) is Rung.REPORTED
    assert not kinds_sent(mesh) & {Message, Notice, Digest}
    assert Bundle in kinds_sent(mesh)  # a receipt that rides on a question
    assert isinstance(composing(mesh), Refused)
    there = mesh.nodes[STAFF].store.message(received.key)
    assert there is not None
    mesh.happen(STAFF, ActPerformed(2, KHJ, there.id, ActKind.ACKNOWLEDGED))
    assert mesh.nodes[STAFF].replies[-1] == Refused(Refusal.RECEIVE_ONLY, "told_higher")
    assert (AlarmKind.RECEIVE_ONLY, "KRS") in alarms(mesh)


def in_doubt(mesh: Mesh) -> None:
    """One neighbour tells a higher mark, and answers of others do not come."""
    notice = mark_notice(mesh, RELAY, 57)
    delivered(mesh, "et")
    mesh.medium = lambda sender, to, payload: None if sender == RELAY or type(decode(payload)) is Notice else payload
    mesh.happen(STAFF, FrameHeard(notice))
    assert doubt(mesh) is Doubt.TOLD_HIGHER


def test_doubt_outlives_a_restart_and_what_was_told_does_too(mesh: Mesh) -> None:
    in_doubt(mesh)
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    assert doubt(mesh) is Doubt.TOLD_HIGHER
    assert [(one.station, one.sequence) for one in mesh.nodes[STAFF].store.told()] == [(RELAY, 57)]
    assert isinstance(composing(mesh), Refused)


def test_custody_of_others_goes_on_while_receive_only(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(60)
    store = mesh.nodes[RELAY].store
    mesh.cut_power(RELAY)
    store.set_continuity(Continuity(1, Doubt.RESTORED))
    store.commit()
    mesh.start(RELAY)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) in (Rung.AT_STATION, Rung.UNATTENDED), 900)


def test_what_is_owed_goes_when_the_doubt_is_settled(mesh: Mesh) -> None:
    in_doubt(mesh)
    received = mesh.compose(CARE, TO_STAFF, "Bestil vand")
    mesh.run_for(600)
    assert mesh.rung(CARE, received, STAFF) is Rung.REPORTED
    mesh.happen(STAFF, FrameHeard(mark_notice(mesh, CARE, 41)))
    assert doubt(mesh) is None
    mesh.run_until(lambda: mesh.rung(CARE, received, STAFF) in (Rung.AT_STATION, Rung.UNATTENDED), 600)


# Who tells


def test_one_station_that_tells_twice_is_one_witness(mesh: Mesh) -> None:
    in_doubt(mesh)
    mesh.happen(STAFF, FrameHeard(mark_notice(mesh, RELAY, 58, number=901)))
    assert doubt(mesh) is Doubt.TOLD_HIGHER
    assert [(one.station, one.sequence) for one in mesh.nodes[STAFF].store.told()] == [(RELAY, 58)]


def test_the_higher_of_two_marks_counts_and_a_margin(mesh: Mesh) -> None:
    in_doubt(mesh)
    mesh.happen(STAFF, FrameHeard(mark_notice(mesh, CARE, 41)))
    assert doubt(mesh) is None
    assert composing(mesh) == Accepted(mesh.nodes[STAFF].store.items_changed_since(0, 99)[-1].id, "KRS-00314")
    assert 57 + MARK_MARGIN + 1 == 314
    assert (AlarmKind.RECEIVE_ONLY, "KRS") not in alarms(mesh)


def test_a_neighbour_that_lies_can_use_up_the_count_but_lets_no_number_come_again(mesh: Mesh) -> None:
    delivered(mesh, "et")
    mesh.happen(STAFF, FrameHeard(mark_notice(mesh, RELAY, SEQUENCE_MAX)))
    mesh.happen(STAFF, FrameHeard(mark_notice(mesh, CARE, 1)))
    assert doubt(mesh) is None
    assert composing(mesh) == Refused(Refusal.NUMBERS_USED_UP)
    assert (AlarmKind.NUMBERS_LOW, "KRS") in alarms(mesh)
    assert any("BRS 16383" in line for line in mesh.nodes[STAFF].log)


def test_unsigned_or_foreign_or_lower_marks_change_nothing(mesh: Mesh) -> None:
    (item,) = delivered(mesh, "et")
    good = mark_notice(mesh, RELAY, 57)
    for bit in range(0, len(good) * 8, 7):
        if bit // 8 != AGE_AT:
            tampered = bytearray(good)
            tampered[bit // 8] ^= 0x80 >> bit % 8
            mesh.happen(STAFF, FrameHeard(bytes(tampered)))
    mesh.happen(STAFF, FrameHeard(mark_notice(mesh, RELAY, item.key.sequence)))
    assert doubt(mesh) is None


def test_asking_and_hellos_are_answered_once_in_a_while(mesh: Mesh) -> None:
    delivered(mesh, "et")
    asks = Request(precedence=Precedence.PRIORITY, asker=STAFF, asked=0, kind=RequestKind.HIGH_WATER).encode()
    mesh.medium = lambda _sender, _to, _payload: None
    mesh.nodes[CARE].sent.clear()
    for _ in range(20):
        mesh.happen(CARE, FrameHeard(asks))
        mesh.run_for(10)
    sent = [frame for frame in map(decode, mesh.nodes[CARE].sent) if isinstance(frame, Notice)]
    assert len({frame.sequence for frame in sent}) == 1
    mesh.run_for(MARK_ASKED_MS / 1000)
    mesh.happen(CARE, FrameHeard(asks))
    mesh.run_for(10)
    sent = [frame for frame in map(decode, mesh.nodes[CARE].sent) if isinstance(frame, Notice)]
    assert len({frame.sequence for frame in sent}) == 2
    assert {decode_notice(frame.body) for frame in sent} == {HighWaterMark(Reference(STAFF, 1, 1))}


def test_forged_hellos_use_hardly_any_of_a_stations_numbers_up(mesh: Mesh) -> None:
    delivered(mesh, "et")
    node = mesh.nodes[CARE]
    mesh.medium = lambda _sender, _to, _payload: None
    before = node.store.last_sequence(1)
    asks = Request(precedence=Precedence.PRIORITY, asker=STAFF, asked=0, kind=RequestKind.HIGH_WATER).encode()
    for _ in range(24 * 12):
        mesh.happen(CARE, FrameHeard(asks))
        mesh.run_for(300)
    assert node.store.last_sequence(1) - before <= 12


def test_forged_hellos_of_all_stations_use_few_numbers_up() -> None:
    stations = range(10, 110)
    network = small_network(*(another_station(number) for number in stations))
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(60)
    mesh.medium = lambda _sender, _to, _payload: None
    sample = frame_of(mesh.compose(CARE, TO_STAFF, "skabelon"))
    for number in stations:
        bare = replace(
            sample, station=number, author=0, sequence=5, confidential=False, codec=0, body=b"Ja", signature=b""
        )
        mesh.happen(CARE, FrameHeard(seal(bare, network.roster, signing_key(f"station {number}").sign).encode()))
    before = mesh.nodes[CARE].store.last_sequence(1)
    for _ in range(12):
        for number in stations:
            asks = Request(precedence=Precedence.PRIORITY, asker=number, asked=0, kind=RequestKind.HIGH_WATER)
            mesh.happen(CARE, FrameHeard(asks.encode()))
        mesh.run_for(300)
    used = mesh.nodes[CARE].store.last_sequence(1) - before
    assert MARK_ANSWERS_MAX <= used <= MARK_ANSWERS_MAX + 3_600_000 // MARK_TELLING_MS


def frame_of(item: Item) -> Message:
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    return frame


def test_who_knows_nothing_of_the_asker_says_nothing(mesh: Mesh) -> None:
    asks = Request(precedence=Precedence.PRIORITY, asker=STAFF, asked=0, kind=RequestKind.HIGH_WATER).encode()
    mesh.nodes[CARE].sent.clear()
    mesh.happen(CARE, FrameHeard(asks))
    mesh.run_for(60)
    assert Notice not in kinds_sent(mesh, CARE)


# Cloned


def test_cloned_station_hears_its_own_signature_goes_receive_only_and_no_neighbour_ends_that_twice(mesh: Mesh) -> None:
    delivered(mesh, "et")
    mesh.happen(STAFF, FrameHeard(own_frame(mesh, 7, "Fra den anden maskine")))
    assert doubt(mesh) is Doubt.OWN_FRAME
    assert (AlarmKind.RECEIVE_ONLY, "KRS") in alarms(mesh)
    for teller in (CARE, RELAY):
        mesh.happen(STAFF, FrameHeard(mark_notice(mesh, teller, 7)))
    assert doubt(mesh) is None
    assert mesh.nodes[STAFF].store.last_sequence(1) == 7 + MARK_MARGIN
    mesh.happen(STAFF, FrameHeard(own_frame(mesh, 700, "Og igen")))
    assert doubt(mesh) is Doubt.CLONED
    for number, teller in enumerate((CARE, RELAY)):
        mesh.happen(STAFF, FrameHeard(mark_notice(mesh, teller, 700, number=950 + number)))
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    assert doubt(mesh) is Doubt.CLONED
    assert mesh.nodes[STAFF].store.last_sequence(1) >= 700


def test_a_number_of_ours_with_other_content_is_heard_as_a_clone(mesh: Mesh) -> None:
    (item,) = delivered(mesh, "et")
    mesh.happen(STAFF, FrameHeard(own_frame(mesh, item.key.sequence, "noget andet")))
    assert doubt(mesh) is Doubt.OWN_FRAME
    mesh.run_for(5)


def test_neighbours_keep_the_first_of_two_contents_and_alarm(mesh: Mesh) -> None:
    (item,) = delivered(mesh, "et")
    mesh.happen(CARE, FrameHeard(own_frame(mesh, item.key.sequence, "noget andet")))
    held = mesh.nodes[CARE].store.message(item.key)
    assert held is not None
    assert held.fingerprint == item.fingerprint
    assert (AlarmKind.NUMBER_TWICE, "KRS-00001") in alarms(mesh, CARE)


def test_own_frames_that_come_back_are_no_clone(mesh: Mesh) -> None:
    (item,) = delivered(mesh, "et")
    for payload in mesh.nodes[STAFF].sent[-4:]:
        mesh.happen(STAFF, FrameHeard(payload))
    mesh.happen(STAFF, FrameHeard(item.sealed[:AGE_AT] + b"\x40" + item.sealed[AGE_AT + 1 :]))
    assert doubt(mesh) is None
    assert alarms(mesh) == set()


def test_a_forged_frame_with_our_number_silences_nobody(mesh: Mesh) -> None:
    frame = own_frame(mesh, 7, "forfalsket")
    mesh.happen(STAFF, FrameHeard(frame[:-1] + bytes([frame[-1] ^ 1])))
    assert doubt(mesh) is None


def test_a_beacon_of_our_number_that_we_did_not_send_alarms_and_silences_nobody(mesh: Mesh) -> None:
    beacon = next(frame for frame in map(decode, mesh.nodes[STAFF].sent) if isinstance(frame, Beacon))
    mesh.happen(STAFF, FrameHeard(replace(beacon, last_sequence=41).encode()))
    assert (AlarmKind.OWN_NUMBER_HEARD, "KRS") in alarms(mesh)
    assert doubt(mesh) is None


def test_two_machines_with_one_key_are_both_found_out(network: SmallNetwork) -> None:
    """The true one and a copy of it, each in a mesh of its own that hears what the other sends."""
    true, copy = Mesh(network, links=((CARE, STAFF),)), Mesh(small_network(), links=((RELAY, STAFF),))
    for mesh in (true, copy):
        mesh.start()
        mesh.run_for(60)
    at_true = [true.compose(STAFF, TO_CARE, f"sand {number}") for number in range(2)]
    at_copy = [copy.compose(STAFF, TO_CARE, f"kopi {number}") for number in range(3)]
    for item in at_copy:
        true.happen(STAFF, FrameHeard(item.sealed))
    for item in at_true:
        copy.happen(STAFF, FrameHeard(item.sealed))
    for mesh in (true, copy):
        assert doubt(mesh) is Doubt.OWN_FRAME
        assert isinstance(composing(mesh), Refused)


# Replaced


def replaced(machines: Machines, *, keys: str, incarnation: int = 2) -> None:
    """The staff's station on a new medium: nothing of the old one, a renewed certificate, perhaps new keys."""
    mesh, renewed = machines.mesh, station_statement(STAFF, 1, incarnation=incarnation, keys=keys)
    roster = mesh.network.roster.with_statement(renewed)
    assert isinstance(roster, Roster), roster
    mesh.network.roster = roster
    signer = mesh.network.signer(STAFF)
    signer.keys, signer.roster = keys, roster
    for path in machines.paths(STAFF):
        shutil.rmtree(path)
    machines.power_on(STAFF)
    for neighbour in (CARE, RELAY):
        mesh.happen(neighbour, FrameHeard(renewed))


def test_dead_station_is_replaced_without_a_backup_and_nothing_sent_to_it_is_lost(machines: Machines) -> None:
    mesh = machines.mesh
    old = delivered(mesh, "et", "to", "tre")
    machines.power_off(STAFF)
    waiting = mesh.compose(CARE, TO_STAFF, "Hvem er I?")
    mesh.run_for(3600)
    replaced(machines, keys="station 3, second machine")
    assert doubt(mesh) is None
    first = composing(mesh)
    assert isinstance(first, Accepted)
    assert first.number == "KRS.2-00001"
    mesh.run_until(lambda: mesh.rung(CARE, waiting, STAFF) in (Rung.AT_STATION, Rung.UNATTENDED), 1800)
    item = mesh.nodes[STAFF].store.item(first.item_id)
    assert item is not None
    mesh.run_until(lambda: mesh.rung(STAFF, item, CARE) in (Rung.AT_STATION, Rung.UNATTENDED), 1800)
    for one in old:  # what the dead machine said stays what it was
        held = mesh.nodes[CARE].store.message(one.key)
        assert held is not None
        assert held.fingerprint == one.fingerprint
    assert alarms(mesh) == set()


def test_frames_of_the_dead_machine_are_taken_for_its_own_past(machines: Machines) -> None:
    mesh = machines.mesh
    (item,) = delivered(mesh, "et")
    machines.power_off(STAFF)
    replaced(machines, keys="station 3, second machine")
    mesh.happen(STAFF, FrameHeard(item.sealed))
    assert doubt(mesh) is None
    assert isinstance(composing(mesh), Accepted)


def test_new_incarnation_ends_a_doubt_and_counts_from_one(machines: Machines) -> None:
    mesh = machines.mesh
    in_doubt(mesh)
    machines.power_off(STAFF)
    renewed = station_statement(STAFF, 1, incarnation=2)
    roster = mesh.network.roster.with_statement(renewed)
    assert isinstance(roster, Roster), roster
    mesh.network.roster = roster
    mesh.network.signer(STAFF).roster = roster
    machines.power_on(STAFF)
    assert doubt(mesh) is None
    answer = composing(mesh)
    assert isinstance(answer, Accepted)
    assert answer.number == "KRS.2-00001"
    assert (AlarmKind.RECEIVE_ONLY, "KRS") not in alarms(mesh)


def test_station_that_was_replaced_while_it_ran_falls_silent(machines: Machines) -> None:
    mesh = machines.mesh
    mesh.happen(STAFF, FrameHeard(station_statement(STAFF, 1, incarnation=2, keys="station 3, second machine")))
    assert doubt(mesh) is Doubt.SUPERSEDED
    assert composing(mesh) == Refused(Refusal.RECEIVE_ONLY, "superseded")


def test_certificate_older_than_what_was_run_with_lets_nothing_out(mesh: Mesh) -> None:
    store = mesh.nodes[STAFF].store
    mesh.cut_power(STAFF)
    store.set_continuity(Continuity(2, None))
    store.commit()
    mesh.start(STAFF)
    assert doubt(mesh) is Doubt.OLD_CERTIFICATE
    assert isinstance(composing(mesh), Refused)


# The last resort


def test_somebody_on_duty_can_vouch_when_nobody_is_left_to_tell(mesh: Mesh) -> None:
    in_doubt(mesh)
    for operator in (0, MLA):
        mesh.happen(STAFF, MarkVouchedFor(3, operator, 60))
        assert mesh.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_ON_DUTY)
    mesh.happen(STAFF, MarkVouchedFor(3, KHJ, 60))
    assert mesh.nodes[STAFF].replies[-1] == MarkConfirmed(60 + MARK_MARGIN + 1)
    assert isinstance(composing(mesh), Accepted)
    mesh.happen(STAFF, MarkVouchedFor(3, KHJ, 60))
    assert mesh.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_IN_DOUBT)


def test_the_log_tells_of_every_doubt_and_who_vouched(mesh: Mesh) -> None:
    in_doubt(mesh)
    mesh.happen(STAFF, MarkVouchedFor(3, KHJ, 60))
    store = mesh.nodes[STAFF].store
    entries = [one for one in store.log_entries(0, 1, 999) if one.kind in (LogKind.INCARNATED, LogKind.RECEIVING_ONLY)]
    assert [dict(one.details) for one in entries] == [
        {"incarnation": "1"},
        {"state": "told_higher"},
        {"state": "vouched", "above": "60"},
        {"state": "over"},
    ]
    assert entries[2].who == Address(Kind.OPERATOR, KHJ)


def test_nobody_can_vouch_below_what_was_told(mesh: Mesh) -> None:
    in_doubt(mesh)
    mesh.happen(STAFF, MarkVouchedFor(3, KHJ, 0))
    assert mesh.nodes[STAFF].replies[-1] == MarkConfirmed(57 + MARK_MARGIN + 1)


def test_nobody_can_vouch_for_a_clone(mesh: Mesh) -> None:
    store = mesh.nodes[STAFF].store
    store.set_continuity(Continuity(1, Doubt.CLONED))
    mesh.duty(STAFF)
    mesh.happen(STAFF, MarkVouchedFor(3, KHJ, 60))
    assert mesh.nodes[STAFF].replies[-1] == Refused(Refusal.NEEDS_INCARNATION, "cloned")


# The count runs out


def test_numbers_that_run_low_alarm_before_they_are_used_up(mesh: Mesh) -> None:
    store = mesh.nodes[STAFF].store
    store.skip_to(1, NUMBERS_LOW_AT - 1)
    mesh.duty(STAFF)
    assert (AlarmKind.NUMBERS_LOW, "KRS") not in alarms(mesh)
    assert isinstance(composing(mesh), Accepted)
    assert (AlarmKind.NUMBERS_LOW, "KRS") in alarms(mesh)
    store.skip_to(1, SEQUENCE_MAX - 1)
    assert isinstance(composing(mesh), Accepted)
    assert composing(mesh) == Refused(Refusal.NUMBERS_USED_UP)


def test_numbers_are_named_as_people_read_them(mesh: Mesh) -> None:
    (item,) = delivered(mesh, "et")
    assert human_number(mesh.network.roster, item.key) == "KRS-00001"
