"""Groups' keys: made by whom they may be, told confidentially, rolled past who was revoked or left."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.effects import GroupKeyGiven, Refusal, Refused
from node.core.events import FrameHeard, GroupKeyAsked
from node.core.group_keying import HANDOUT_BYTES, holders_by_proof
from node.core.group_keys import VERSIONS_KEPT, GroupKey, by_age, exposed_by, is_newer
from node.core.records import Item, ItemKind
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.confidential import group_version
from protocol.decode import decode
from protocol.frames import Message, Notice
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Dropped, Reason
from protocol.statements import Right
from tests.support.group_network import GROUP, TO_GROUP, add, group_network, membership, revocation
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, MLA, RELAY, STAFF, SmallNetwork

TEXT = "Broen er spærret."
CHAIN = ((CARE, RELAY), (RELAY, STAFF))


def secret(number: int) -> bytes:
    return bytes([number]) * 32


def started(network: SmallNetwork) -> Mesh:
    network.log_in(CARE, MLA)
    network.log_in(STAFF, KHJ)
    mesh = Mesh(network, links=CHAIN)
    mesh.start()
    mesh.run_for(120)
    return mesh


def here(mesh: Mesh, number: int) -> Surroundings:
    station = mesh.nodes[number].station
    assert station is not None
    return station._here


def ask(mesh: Mesh, number: int, new_secret: bytes, author: int = KHJ) -> GroupKeyGiven | Refused:
    mesh.happen(number, GroupKeyAsked(3, author, GROUP, new_secret))
    answer = mesh.nodes[number].replies[-1]
    assert isinstance(answer, GroupKeyGiven | Refused)
    return answer


def versions(mesh: Mesh, number: int) -> list[int]:
    return [key.version for key in by_age(mesh.nodes[number].store.group_keys(GROUP))]


def roll(mesh: Mesh, number: int, *tell: int) -> GroupKeyGiven:
    """Make a version and wait until those stations have proven that they have it."""
    answer = ask(mesh, STAFF, secret(number))
    assert isinstance(answer, GroupKeyGiven)
    newest = by_age(mesh.nodes[STAFF].store.group_keys(GROUP))[0]
    mesh.run_until(lambda: holders_by_proof(here(mesh, STAFF), newest) == {STAFF, *tell}, within_s=3600)
    return answer


def read_at(mesh: Mesh, number: int, item: Item) -> bytes | None:
    held = mesh.nodes[number].store.message(item.key)
    assert held is not None
    frame = decode(held.sealed)
    assert isinstance(frame, Message)
    body = Secrecy(here(mesh, number)).decrypted(frame, item.key.incarnation)
    return body if isinstance(body, bytes) else None


def arrived(mesh: Mesh, item: Item, *stations: int) -> bool:
    return all(mesh.has(station, item) for station in stations)


def alarms(mesh: Mesh, number: int) -> dict[AlarmKind, str]:
    return {alarm.kind: alarm.detail for alarm in mesh.nodes[number].store.alarms()}


def test_a_group_reads_what_a_relay_carries_unread() -> None:
    mesh = started(group_network(CARE, STAFF))
    answer = roll(mesh, 1, CARE)
    assert answer == GroupKeyGiven(1, (CARE,), ())
    item = mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)
    mesh.run_until(lambda: arrived(mesh, item, RELAY, STAFF), within_s=3600)
    assert {number: read_at(mesh, number, item) for number in (CARE, RELAY, STAFF)} == {
        CARE: TEXT.encode(),
        RELAY: None,
        STAFF: TEXT.encode(),
    }
    assert versions(mesh, RELAY) == []
    sent = b"".join(payload for node in mesh.nodes.values() for payload in node.sent)
    assert secret(1) not in sent
    assert TEXT.encode() not in sent


def test_a_handout_has_the_size_that_it_is_priced_at() -> None:
    mesh = started(group_network(CARE, STAFF))
    ask(mesh, STAFF, secret(1))
    (handout,) = mesh.nodes[STAFF].store.handouts(GROUP, 1)
    item = mesh.nodes[STAFF].store.item(handout.item_id)
    assert item is not None
    assert len(item.sealed) == HANDOUT_BYTES
    assert item.kind is ItemKind.NOTICE


def test_without_a_key_a_group_is_written_to_openly_and_never_called_confidential() -> None:
    mesh = started(group_network(CARE, STAFF))
    secrecy = Secrecy(here(mesh, CARE))
    assert secrecy.decided(TO_GROUP, wanted=None) is False
    assert secrecy.decided(TO_GROUP, wanted=True) is Refusal.NO_GROUP_KEY
    item = mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    assert not frame.confidential


@pytest.mark.parametrize(
    ("rights", "members", "station", "author", "refusal"),
    [
        (Right.FLASH, (CARE, STAFF), STAFF, KHJ, Refusal.NOT_GROUPS_AUTHORITY),
        (Right.REVOCATIONS, (CARE, RELAY), STAFF, KHJ, Refusal.NOT_A_MEMBER),
        (Right.REVOCATIONS, (CARE, STAFF), STAFF, MLA, Refusal.NOT_ON_DUTY),
        (Right.REVOCATIONS, (CARE, STAFF), STAFF, 0, Refusal.NOT_ON_DUTY),
    ],
)
def test_who_may_not_make_a_key_makes_none(
    rights: Right, members: tuple[int, ...], station: int, author: int, refusal: Refusal
) -> None:
    mesh = started(group_network(*members, rights=rights))
    answer = ask(mesh, station, secret(1), author)
    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert mesh.nodes[station].store.group_keys() == []
    assert mesh.nodes[station].store.last_sequence(1) == 0


def test_what_there_is_not_cannot_be_handed_out_again() -> None:
    mesh = started(group_network(CARE, STAFF))
    assert ask(mesh, STAFF, b"") == Refused(Refusal.NO_GROUP_KEY)


def test_a_revoked_station_gets_no_new_key_and_reads_nothing_more() -> None:
    network = group_network(CARE, RELAY, STAFF)
    mesh = started(network)
    roll(mesh, 1, CARE, RELAY)
    before = mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)
    mesh.run_until(lambda: arrived(mesh, before, RELAY, STAFF), within_s=3600)
    assert read_at(mesh, RELAY, before) == TEXT.encode()
    revoked = revocation(network, Kind.STATION, RELAY)
    for number in (CARE, STAFF):
        mesh.happen(number, FrameHeard(revoked))
    assert AlarmKind.GROUP_KEY_EXPOSED in alarms(mesh, STAFF)
    assert Secrecy(here(mesh, STAFF)).decided(TO_GROUP, wanted=None) is Refusal.GROUP_KEY_EXPOSED
    assert ask(mesh, STAFF, b"") == Refused(Refusal.GROUP_KEY_EXPOSED)
    mesh.link(CARE, STAFF)  # The thief's radio is there still, and hears all.
    answer = ask(mesh, STAFF, secret(2))
    assert answer == GroupKeyGiven(2, (CARE,), (RELAY,))
    assert AlarmKind.GROUP_KEY_EXPOSED not in alarms(mesh, STAFF)
    mesh.run_until(lambda: versions(mesh, CARE) == [2, 1], within_s=3600)
    after = mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)
    mesh.run_until(lambda: arrived(mesh, after, RELAY, STAFF), within_s=3600)
    assert versions(mesh, RELAY) == [1]
    assert (read_at(mesh, RELAY, after), read_at(mesh, STAFF, after)) == (None, TEXT.encode())


def test_an_alarm_says_what_a_new_key_costs() -> None:
    network = group_network(CARE, RELAY, STAFF)
    mesh = started(network)
    roll(mesh, 1, CARE, RELAY)
    mesh.happen(STAFF, FrameHeard(membership(2, CARE, STAFF)))
    airtime_ms = here(mesh, STAFF).airtime(HANDOUT_BYTES)
    assert alarms(mesh, STAFF)[AlarmKind.GROUP_KEY_EXPOSED] == str(-(-airtime_ms // 1000))


def test_a_member_who_left_exposes_the_key_and_a_new_one_ends_it() -> None:
    network = group_network(CARE, RELAY, STAFF)
    mesh = started(network)
    roll(mesh, 1, CARE, RELAY)
    for number in (CARE, STAFF):
        mesh.happen(number, FrameHeard(membership(2, CARE, STAFF)))
    (key,) = mesh.nodes[CARE].store.group_keys(GROUP)
    assert exposed_by(key, here(mesh, CARE).roster) == (Address(Kind.STATION, RELAY),)
    roll(mesh, 2, CARE)
    assert {number: versions(mesh, number) for number in (CARE, RELAY, STAFF)} == {
        CARE: [2, 1],
        RELAY: [1],
        STAFF: [2, 1],
    }
    assert AlarmKind.GROUP_KEY_EXPOSED not in alarms(mesh, CARE)


def test_a_key_that_comes_before_the_membership_it_was_made_for_is_no_alarm_afterwards() -> None:
    network = group_network(CARE, RELAY, STAFF)
    mesh = started(network)
    left = membership(2, CARE, STAFF)
    mesh.medium = lambda _from, _to, payload: None if payload == left else payload
    mesh.happen(STAFF, FrameHeard(left))
    roll(mesh, 1, CARE)
    (key,) = mesh.nodes[CARE].store.group_keys(GROUP)
    assert Address(Kind.STATION, RELAY) in {holder.address for holder in key.holders}
    mesh.happen(CARE, FrameHeard(left))
    mesh.happen(CARE, FrameHeard(membership(3, CARE, STAFF)))
    assert alarms(mesh, CARE) == {}
    assert Secrecy(here(mesh, CARE)).decided(TO_GROUP, wanted=None) is True


def test_a_new_member_is_handed_the_newest_key_alone() -> None:
    network = group_network(CARE, STAFF)
    mesh = started(network)
    roll(mesh, 1, CARE)
    for number in (RELAY, STAFF):
        mesh.happen(number, FrameHeard(membership(2, CARE, RELAY, STAFF)))
    assert ask(mesh, STAFF, b"") == GroupKeyGiven(1, (RELAY,), ())
    assert ask(mesh, STAFF, b"") == GroupKeyGiven(1, (), ())
    mesh.run_until(lambda: versions(mesh, RELAY) == [1], within_s=3600)
    assert alarms(mesh, RELAY) == {}


def test_messages_written_before_a_roll_are_read_after_it_and_the_newest_is_used() -> None:
    mesh = started(group_network(CARE, STAFF))
    roll(mesh, 1, CARE)
    mesh.unlink(CARE, RELAY)
    old = mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)
    ask(mesh, STAFF, secret(2))
    mesh.link(CARE, RELAY)
    mesh.run_until(lambda: arrived(mesh, old, STAFF) and versions(mesh, CARE) == [2, 1], within_s=7200)
    assert read_at(mesh, STAFF, old) == TEXT.encode()
    named = []
    for item in (old, mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)):
        frame = decode(item.sealed)
        assert isinstance(frame, Message)
        named.append(group_version(frame))
    assert named == [1, 2]


def test_what_comes_before_its_key_is_read_once_that_has_come() -> None:
    mesh = started(group_network(CARE, STAFF))
    mesh.medium = lambda _from, to, payload: None if to == CARE and isinstance(decode(payload), Notice) else payload
    ask(mesh, STAFF, secret(1))
    item = mesh.compose(STAFF, TO_GROUP, TEXT, author=KHJ)
    mesh.run_until(lambda: arrived(mesh, item, CARE), within_s=3600)
    assert read_at(mesh, CARE, item) is None
    mesh.medium = lambda _from, _to, payload: payload
    mesh.run_until(lambda: versions(mesh, CARE) == [1], within_s=7200)
    assert read_at(mesh, CARE, item) == TEXT.encode()


def test_the_four_newest_versions_are_kept_and_numbers_go_round() -> None:
    mesh = started(group_network(CARE, STAFF))
    for number in range(1, 35):
        assert isinstance(ask(mesh, STAFF, secret(number)), GroupKeyGiven)
    assert versions(mesh, STAFF) == [2, 1, 0, 31]
    assert VERSIONS_KEPT == 4


@pytest.mark.parametrize(("version", "than", "newer"), [(2, 1, True), (1, 2, False), (0, 31, True), (3, 3, False)])
def test_versions_are_ordered_round_the_circle(version: int, than: int, newer: bool) -> None:
    assert is_newer(version, than) is newer


def test_an_old_key_notice_sent_again_changes_nothing() -> None:
    mesh = started(group_network(CARE, STAFF))
    mesh.link(CARE, STAFF)
    roll(mesh, 1, CARE)
    (handout,) = mesh.nodes[STAFF].store.handouts(GROUP, 1)
    replayed = mesh.nodes[STAFF].store.item(handout.item_id)
    assert replayed is not None
    roll(mesh, 2, CARE)
    before = mesh.nodes[CARE].store.group_keys(GROUP)
    mesh.happen(CARE, FrameHeard(replayed.sealed))
    assert mesh.nodes[CARE].store.group_keys(GROUP) == before
    item = mesh.compose(CARE, TO_GROUP, TEXT, author=MLA)
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    assert group_version(frame) == 2


def test_two_secrets_under_one_version_keep_the_first_and_alarm() -> None:
    mesh = started(group_network(CARE, STAFF))
    roll(mesh, 1, CARE)
    (first,) = mesh.nodes[CARE].store.group_keys(GROUP)
    station = mesh.nodes[STAFF].station
    assert station is not None
    forged: GroupKey = replace(first, secret=secret(9))
    turn = Turn(0, mesh.moment(mesh.nodes[STAFF]))
    assert station._machines.group_keying._hand(forged, CARE, KHJ, turn)
    mesh.nodes[STAFF].store.commit()
    mesh.duty(STAFF)
    mesh.run_until(lambda: AlarmKind.GROUP_KEY_CONFLICT in alarms(mesh, CARE), within_s=3600)
    assert mesh.nodes[CARE].store.group_keys(GROUP) == [first]


@pytest.mark.parametrize("author", [0, MLA], ids=["a station alone", "somebody without the right"])
def test_a_key_from_who_may_not_make_it_is_not_taken(author: int) -> None:
    mesh = started(group_network(CARE, STAFF))
    ask(mesh, STAFF, secret(1))
    (key,) = mesh.nodes[STAFF].store.group_keys(GROUP)
    station = mesh.nodes[CARE].station
    assert station is not None
    forged = replace(key, version=2, secret=secret(9), maker=CARE)
    assert station._machines.group_keying._hand(forged, STAFF, author, Turn(0, mesh.moment(mesh.nodes[CARE])))
    mesh.nodes[CARE].store.commit()
    mesh.duty(CARE)
    mesh.run_until(lambda: here(mesh, STAFF).drops[Reason.BAD_ISSUER] > 0, within_s=3600)
    assert versions(mesh, STAFF) == [1]


def test_a_secret_that_came_openly_is_not_taken() -> None:
    mesh = started(group_network(CARE, STAFF))
    station = mesh.nodes[STAFF].station
    assert station is not None
    ask(mesh, STAFF, secret(1))
    (handout,) = mesh.nodes[STAFF].store.handouts(GROUP, 1)
    item = mesh.nodes[STAFF].store.item(handout.item_id)
    assert item is not None
    sealed = decode(item.sealed)
    assert isinstance(sealed, Notice)
    plain = Secrecy(here(mesh, STAFF)).decrypted(sealed, 1)
    assert not isinstance(plain, Dropped)
    target = mesh.nodes[CARE].station
    assert target is not None
    there = replace(item, is_for_me=True)
    opened = replace(sealed, confidential=False, body=plain)
    target._machines.notices.taken_in(there, opened, Turn(0, mesh.moment(mesh.nodes[CARE])))
    assert here(mesh, CARE).drops[Reason.NOT_DECRYPTED] == 1
    assert versions(mesh, CARE) == []


def test_a_key_survives_a_power_cut_and_its_alarm_comes_back() -> None:
    network = group_network(CARE, RELAY, STAFF)
    mesh = started(network)
    roll(mesh, 1, CARE, RELAY)
    mesh.cut_power(STAFF)
    add(network, membership(2, CARE, STAFF))
    mesh.start(STAFF)
    assert versions(mesh, STAFF) == [1]
    assert AlarmKind.GROUP_KEY_EXPOSED in alarms(mesh, STAFF)


def test_no_log_entry_holds_a_secret() -> None:
    mesh = started(group_network(CARE, STAFF))
    roll(mesh, 65, CARE)
    for number in (CARE, STAFF):
        entries = mesh.nodes[number].store.log_entries(0, 1, 1000)
        assert entries
        assert "AAAA" not in repr(entries)
        assert "4141" not in repr(entries)
        assert "AAAA" not in "".join(mesh.nodes[number].log)
        assert "AAAA" not in repr(mesh.nodes[number].store.group_keys())
    assert "AAAA" not in repr(GroupKeyAsked(1, KHJ, GROUP, secret(65)))


def test_precedence_of_a_handout_is_urgent_but_yields_to_flash() -> None:
    mesh = started(group_network(CARE, STAFF))
    ask(mesh, STAFF, secret(1))
    (handout,) = mesh.nodes[STAFF].store.handouts(GROUP, 1)
    item = mesh.nodes[STAFF].store.item(handout.item_id)
    assert item is not None
    assert item.precedence is Precedence.IMMEDIATE
