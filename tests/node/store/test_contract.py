"""One contract, kept by the store on disk and by its twin in memory."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.alarm_records import Alarm, AlarmKind
from node.core.answer_records import AnswerDue, Countermand, CountermandKind, Escalation, Stage, Standing
from node.core.continuity import UNUSED, Continuity, Doubt, Told
from node.core.group_keys import GroupKey, Handout, KeyHolder
from node.core.moment import Anchor, Moment
from node.core.people_records import Awaiting, Draft, FunctionWord, OnDuty, SentDraft
from node.core.ports import Store
from node.core.reckoning import NOTHING_KEPT, Reckoning, Word
from node.core.records import Arriving, Custodian, Delivery, Item, ItemKey, ItemKind, Proof, ReceiptOwed, Rung, Seen
from node.core.trust_records import KeptStatement, Quarantined, StatementStanding
from node.store.memory import MemoryStore
from node.store.sqlite import SqliteStore
from protocol.frames import HoldState
from protocol.instants import Lifetime
from protocol.numbers import Address, Kind, Precedence, Reference


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        with closing(SqliteStore(tmp_path / "store.db")) as store:
            yield store


def item(
    sequence: int = 1, *, kind: ItemKind = ItemKind.MESSAGE, tag: bytes = b"", changed: int = 1, drill: int = 0
) -> Item:
    return Item(
        id=0,
        kind=kind,
        key=ItemKey(1, 1, sequence),
        fingerprint=(tag or bytes([kind, sequence])).ljust(32, b"."),
        sealed=b"sealed",
        precedence=Precedence.ROUTINE,
        recipient=Address(Kind.FUNCTION, 1),
        issuer=1,
        author=2,
        drill=drill,
        born_at=-5,
        expires_at=1000,
        accepted_at=0,
        accepted_utc_ms=None,
        is_mine=False,
        is_for_me=False,
        changed=changed,
        act_wanted=kind is ItemKind.MESSAGE,
    )


def draft(number: int, *, text: str = "Send vand", kept_at: int = 0, kept_utc_ms: int | None = None) -> Draft:
    bare = Draft(number, "KRISE", text, Precedence.PRIORITY, False, "PLH-00001", "MLA", kept_at, kept_utc_ms)
    return replace(bare, answer_by_min=30 if number % 2 else None, corrects="KRS-00041" if number % 2 else "")


def test_item_comes_back_as_stored(store: Store) -> None:
    stored = store.add_item(item())
    assert stored.id > 0
    assert store.item(stored.id) == stored
    assert store.message(stored.key) == stored
    assert store.item_by_fingerprint(stored.fingerprint) == stored


def test_same_fingerprint_is_refused(store: Store) -> None:
    store.add_item(item())
    with pytest.raises(ValueError, match="fingerprint"):
        store.add_item(item(2, tag=item().fingerprint))


def test_acts_stand_beside_their_message_in_order(store: Store) -> None:
    message = store.add_item(item())
    acts = [store.add_item(item(kind=ItemKind.ACT, tag=tag)) for tag in (b"b", b"a")]
    assert list(store.acts_about(message.key)) == acts
    assert store.message(message.key) == message


def test_rollback_forgets_all_since_the_commit(store: Store) -> None:
    kept = store.add_item(item())
    store.commit()
    store.add_item(item(2))
    store.take_sequence(1)
    store.take_change()
    store.put_delivery(Delivery(kept.id, 3, Rung.QUEUED, 0, 5, 0))
    assert store.has_changes()
    store.rollback()
    assert not store.has_changes()
    assert store.message(ItemKey(1, 1, 2)) is None
    assert store.last_sequence(1) == store.last_change() == store.count_open() == 0


def test_nothing_written_opens_no_transaction(store: Store) -> None:
    store.open_deliveries(9)
    store.put_owed(ReceiptOwed(1, HoldState.CUSTODY, 1, None, None))
    assert not store.has_changes()


def test_sequences_count_per_incarnation(store: Store) -> None:
    assert [store.take_sequence(1), store.take_sequence(1), store.take_sequence(2)] == [1, 2, 1]
    assert store.last_sequence(1) == 2


def test_anchor_is_replaced(store: Store) -> None:
    assert store.anchor() is None
    for at in (1, 2):
        store.set_anchor(Anchor(at, Moment("boot", at, None, 7)))
    assert store.anchor() == Anchor(2, Moment("boot", 2, None, 7))


def test_reckoning_comes_back_as_set(store: Store) -> None:
    assert store.reckoning() == NOTHING_KEPT
    known = Anchor(5, Moment("boot 1", 5, 1_790_000_000_000, 7))
    word = Word(Moment("boot 2", 9, 1_790_000_100_000, 20_000), operator=2)
    for kept in (Reckoning(known, 5, 8, None), Reckoning(word=word), Reckoning(known, None, 9, 7, word)):
        store.set_reckoning(kept)
        assert store.reckoning() == kept


def test_what_was_held_up_to_a_time_is_made_older(store: Store) -> None:
    before, after = store.add_item(item(1)), store.add_item(replace(item(2), accepted_at=11))
    arriving = Arriving(ItemKey(1, 1, 3), b"sealed", Precedence.ROUTINE, False, born_at=-5, expires_at=20, heard_at=10)
    store.put_arriving(arriving)
    store.put_arriving(replace(arriving, key=ItemKey(1, 1, 4), heard_at=11))
    waiting = store.add_quarantined(Quarantined(0, b"frame", Address(Kind.STATION, 9), 10))
    store.commit()
    store.age_held(10, 100)
    assert store.has_changes()
    assert store.item(before.id) == replace(before, born_at=-105, expires_at=900)
    assert store.item(after.id) == after
    assert [(one.born_at, one.expires_at) for one in store.all_arriving()] == [(-105, -80), (-5, 20)]
    assert list(store.quarantined()) == [replace(waiting, heard_at=-90)]
    store.rollback()
    assert store.item(before.id) == before


def test_changed_items_are_listed_from_a_counter_on(store: Store) -> None:
    for sequence in (1, 2, 3):
        store.add_item(item(sequence, changed=sequence * 10))
    store.add_item(item(9, kind=ItemKind.ACT, changed=25))
    assert [i.changed for i in store.items_changed_since(10, 9)] == [20, 25, 30]
    assert [i.changed for i in store.items_changed_since(10, 1, ItemKind.ACT)] == [25]


def test_open_deliveries_come_by_precedence_then_time(store: Store) -> None:
    routine = store.add_item(item(1))
    flash = store.add_item(replace(item(2), precedence=Precedence.FLASH))
    store.put_delivery(Delivery(routine.id, 3, Rung.QUEUED, 0, 5, 0))
    store.put_delivery(Delivery(routine.id, 2, Rung.QUEUED, 0, 4, 0))
    store.put_delivery(Delivery(flash.id, 3, Rung.SENT, 1, 9, 0))
    store.put_delivery(Delivery(flash.id, 2, Rung.AT_STATION, 1, None, 0))
    found = [(i.id, d.station) for i, d in store.open_deliveries(9)]
    assert found == [(flash.id, 3), (routine.id, 2), (routine.id, 3)]
    assert len(store.open_deliveries(1)) == 1
    assert store.count_open() == 3
    assert [d.station for d in store.deliveries(flash.id)] == [2, 3]


def test_quota_counts_what_is_held_for_others(store: Store) -> None:
    held = store.add_item(item(1))
    mine = store.add_item(replace(item(2), is_for_me=True))
    for one in (held, mine):
        store.put_delivery(Delivery(one.id, 3, Rung.QUEUED, 0, 5, 0))
        store.put_delivery(Delivery(one.id, 2, Rung.QUEUED, 0, 5, 0))
    assert store.count_items_of(1) == 1
    assert store.count_items_by(held.author) == 1
    assert (store.count_items_of(9), store.count_items_by(9)) == (0, 0)


def test_quota_counts_what_arrived_here_of_late(store: Store) -> None:
    store.add_item(item(1))
    for number, accepted_at in ((2, 10), (3, 11), (4, 12)):
        store.add_item(replace(item(number), is_for_me=True, accepted_at=accepted_at))
    author = item(1).author
    assert (store.count_arrived_of(1, 10), store.count_arrived_by(author, 10)) == (2, 2)
    assert (store.count_arrived_of(1, 9), store.count_arrived_of(1, 12), store.count_arrived_of(9, 0)) == (3, 0, 0)
    assert store.count_arrived_by(author + 1, 0) == 0


def test_owed_receipts_come_by_digest_and_go_when_nothing_is_outstanding(store: Store) -> None:
    one, two = store.add_item(item(1)), store.add_item(item(2))
    store.put_owed(ReceiptOwed(one.id, HoldState.CUSTODY, 1, 5, None))
    store.put_owed(ReceiptOwed(one.id, HoldState.AT_STATION, 1, None, 8))
    store.put_owed(ReceiptOwed(two.id, HoldState.AT_STATION, 1, 3, 7))
    assert [row.digest_at for row in store.owed(9)] == [7, 8, None]
    store.put_owed(ReceiptOwed(one.id, HoldState.AT_STATION, 1, None, None))
    assert [row.item_id for row in store.owed(9)] == [two.id, one.id]


def test_custodians_and_proofs_are_kept_by_station(store: Store) -> None:
    held = store.add_item(item())
    for station in (5, 4):
        store.put_custodian(Custodian(held.id, station, 1))
        store.put_proof(Proof(held.id, station, b"digest", 1))
    assert [row.station for row in store.custodians(held.id)] == [4, 5]
    assert [row.station for row in store.proofs(held.id)] == [4, 5]


def test_replay_memory_holds_the_whole_count(store: Store) -> None:
    whole = Seen(1, 1, 16383, (1 << 16384) - 2)
    store.put_seen(whole)
    store.put_seen(Seen(1, 2, 0, 0))
    assert store.seen(1, 1) == whole
    assert [row.incarnation for row in store.all_seen()] == [1, 2]


def test_airtime_adds_up_from_a_minute_on(store: Store) -> None:
    for minute, ms in ((1, 10), (2, 20), (2, 5), (3, 40)):
        store.add_airtime(minute, ms)
    assert store.airtime_since(2) == 65


@pytest.mark.parametrize("text", ["", "linje et\nlinje to", "nul \0 midt i", "æøå 🚒"])
def test_draft_comes_back_as_stored(store: Store, text: str) -> None:
    kept = draft(store.take_draft_id(), text=text, kept_at=-5, kept_utc_ms=1_790_000_000_000)
    store.put_draft(kept)
    store.commit()
    assert store.draft(kept.id) == kept
    assert (store.draft(kept.id + 1), store.count_drafts()) == (None, 1)


def test_drafts_come_latest_first_and_are_replaced_and_deleted_by_number(store: Store) -> None:
    for number, kept_at in ((1, 5), (2, 9), (3, 5)):
        store.put_draft(draft(number, kept_at=kept_at))
    assert [one.id for one in store.drafts()] == [2, 3, 1]
    store.put_draft(draft(1, text="another", kept_at=10))
    assert [(one.id, one.text) for one in store.drafts()] == [(1, "another"), (2, "Send vand"), (3, "Send vand")]
    store.delete_draft(2)
    assert [one.id for one in store.drafts()] == [1, 3]


def test_number_of_a_draft_is_given_once(store: Store) -> None:
    assert [store.take_draft_id() for _ in range(2)] == [1, 2]
    store.put_draft(draft(2))
    store.commit()
    store.delete_draft(2)
    store.commit()
    assert store.take_draft_id() == 3


def test_rollback_forgets_what_happened_to_drafts(store: Store) -> None:
    kept = draft(store.take_draft_id())
    store.put_draft(kept)
    message = store.add_item(item())
    store.commit()
    store.take_draft_id()
    store.delete_draft(kept.id)
    store.put_sent_draft(SentDraft(kept.id, message.id), 9)
    store.rollback()
    assert list(store.drafts()) == [kept]
    assert store.sent_draft(kept.id) is None
    assert store.take_draft_id() == kept.id + 1


def test_of_sent_drafts_the_latest_sent_are_known(store: Store) -> None:
    items = [store.add_item(item(sequence)) for sequence in (1, 2, 3)]
    for number, message in zip((9, 4, 7), items, strict=True):
        store.put_sent_draft(SentDraft(number, message.id), 2)
    assert [store.sent_draft(number) for number in (9, 4, 7)] == [
        None,
        SentDraft(4, items[1].id),
        SentDraft(7, items[2].id),
    ]


def alarm(subject: str, **changes: int | None) -> Alarm:
    return replace(Alarm(0, AlarmKind.NUMBER_TWICE, subject, "7", 10, None, 20, 1_790_000_000_000, 1), **changes)  # type: ignore[arg-type]


def test_alarm_stands_once_by_kind_and_subject_and_keeps_its_number(store: Store) -> None:
    first, other = store.put_alarm(alarm("ODK-00041")), store.put_alarm(alarm("SVN-00001"))
    assert 0 < first.id < other.id
    again = store.put_alarm(alarm("ODK-00041", times=3, last_at=90, silenced_by=11, silenced_at=80))
    assert again.id == first.id
    assert list(store.alarms()) == [again, other]


def test_alarm_that_is_renewed_uses_no_number_up(store: Store) -> None:
    first = store.put_alarm(alarm("ODK-00041"))
    store.put_alarm(alarm("ODK-00041", times=3))
    assert store.put_alarm(alarm("SVN-00001")).id == first.id + 1


def test_number_of_an_alarm_that_is_over_never_comes_again(store: Store) -> None:
    gone = store.put_alarm(alarm("ODK-00041"))
    store.delete_alarm(gone.id)
    assert list(store.alarms()) == []
    assert store.put_alarm(alarm("ODK-00041")).id == gone.id + 1


def test_alarm_is_taken_back_with_its_turn(store: Store) -> None:
    kept = store.put_alarm(alarm("ODK-00041"))
    store.commit()
    store.put_alarm(alarm("SVN-00001"))
    store.put_alarm(alarm("ODK-00041", times=9))
    store.rollback()
    assert list(store.alarms()) == [kept]


def test_people_on_duty_are_kept_by_operator(store: Store) -> None:
    for person in (OnDuty(7, 5, None, None), OnDuty(2, 6, 1_790_000_000_000, 9), OnDuty(7, 5, None, 8)):
        store.put_on_duty(person)
    store.commit()
    assert list(store.on_duty()) == [OnDuty(2, 6, 1_790_000_000_000, 9), OnDuty(7, 5, None, 8)]
    store.delete_on_duty(2)
    store.rollback()
    store.delete_on_duty(7)
    store.delete_on_duty(7)
    assert [one.operator for one in store.on_duty()] == [2]


def test_the_latest_word_about_a_function_replaces_the_one_before(store: Store) -> None:
    first = FunctionWord(2, 7, 3, True, False, 1, 41, -5, 1_790_000_000_000)
    later = replace(first, operator=8, is_taken=False, is_unrelieved=True, said_utc_ms=None)
    store.put_function_word(first)
    store.put_function_word(replace(first, function=1))
    store.commit()
    store.put_function_word(later)
    assert store.function_word(2) == later
    assert list(store.function_words()) == [replace(first, function=1), later]
    store.rollback()
    assert store.function_word(2) == first
    assert store.function_word(3) is None


@pytest.mark.parametrize("full", [True, False])
def test_what_waits_for_a_second_person_comes_back_as_written(store: Store, full: bool) -> None:
    to = Address(Kind.FUNCTION, 3)
    bare = Awaiting(0, 0, to, "Evakuér\0 nu", Precedence.FLASH, False, None, None, None, 0, -5, None)
    more = {
        "author": 7,
        "lifetime": Lifetime.SIX_HOURS,
        "reply_to": Reference(3, 1, 9),
        "confidential": False,
        "form": b"\0form",
        "answer_by_min": 30,
        "cancels": Reference(3, 2, 8),
        "supersedes": Reference(3, 0, 7),
    }
    written = replace(bare, draft=4, asked_utc_ms=1_790_000_000_000, **more) if full else bare  # type: ignore[arg-type]
    kept = store.add_awaiting(written)
    assert kept == replace(written, id=kept.id)
    store.commit()
    assert list(store.awaiting()) == [kept]
    store.delete_awaiting(kept.id)
    store.commit()
    assert list(store.awaiting()) == []
    assert store.add_awaiting(written).id == kept.id + 1, "a number never comes again"


def test_ending_a_shift_that_never_began_opens_no_transaction(store: Store) -> None:
    store.delete_on_duty(1)
    assert not store.has_changes()


def test_count_goes_on_above_what_is_skipped(store: Store) -> None:
    store.skip_to(1, 0)
    assert store.last_sequence(1) == 0
    assert store.take_sequence(1) == 1
    store.skip_to(1, 300)
    store.skip_to(1, 200)
    assert store.last_sequence(1) == 300
    assert store.take_sequence(1) == 301
    assert store.last_sequence(2) == 0


def test_continuity_comes_back_as_set(store: Store) -> None:
    assert store.continuity() == UNUSED
    for doubt in (None, *Doubt):
        kept = Continuity(2, doubt, since_at=7, since_utc_ms=None, settled=1)
        store.set_continuity(kept)
        assert store.continuity() == kept
    store.commit()
    store.set_continuity(UNUSED)
    store.rollback()
    assert store.continuity().doubt is not None


def test_what_is_told_is_kept_by_station_until_it_is_forgotten(store: Store) -> None:
    for told in (Told(9, 40, 1), Told(5, 57, 2), Told(9, 41, 3)):
        store.put_told(told)
    assert list(store.told()) == [Told(5, 57, 2), Told(9, 41, 3)]
    store.commit()
    store.forget_told()
    assert list(store.told()) == []
    store.rollback()
    assert len(store.told()) == 2


def group_key(group: int = 7, version: int = 1, secret: bytes = b"s" * 32) -> GroupKey:
    holders = (KeyHolder(Address(Kind.STATION, 3), b"k" * 32), KeyHolder(Address(Kind.OPERATOR, 9), b"\x00" * 32))
    return GroupKey(group, version, secret, 3, b"hhhh", holders, -4, None)


def test_group_keys_come_back_by_group_and_version(store: Store) -> None:
    keys = [group_key(8, 1), group_key(7, 31), group_key(7, 0)]
    for key in keys:
        store.put_group_key(key)
    assert store.group_keys() == [keys[2], keys[1], keys[0]]
    assert store.group_keys(7) == [keys[2], keys[1]]
    assert store.group_keys(9) == []
    newer = replace(keys[1], holders=(), learned_utc_ms=5)
    store.put_group_key(newer)
    store.delete_group_key(7, 0)
    assert store.group_keys(7) == [newer]


def test_a_group_key_is_lost_with_a_rollback_and_kept_by_a_commit(store: Store) -> None:
    store.put_group_key(group_key())
    store.rollback()
    assert store.group_keys() == []
    store.put_group_key(group_key())
    store.commit()
    store.delete_group_key(7, 1)
    store.rollback()
    assert store.group_keys() == [group_key()]


def test_handouts_come_back_by_group_and_version(store: Store) -> None:
    items = [store.add_item(item(sequence)).id for sequence in (1, 2, 3)]
    handouts = [Handout(items[0], 7, 1, 2), Handout(items[1], 7, 1, 3), Handout(items[2], 7, 2, 2)]
    for handout in reversed(handouts):
        store.put_handout(handout)
    assert store.handouts(7, 1) == handouts[:2]
    assert store.handouts(7, 2) == handouts[2:]
    assert store.handouts(8, 1) == []


def arriving(sequence: int = 1, *, heard_at: int = 5) -> Arriving:
    return Arriving(ItemKey(1, 1, sequence), b"first", Precedence.FLASH, True, -3, 1000, heard_at)


def test_what_is_arriving_comes_back_as_put_in_order_of_its_numbers(store: Store) -> None:
    for row in (arriving(2), arriving(1), arriving(2, heard_at=9)):
        store.put_arriving(row)
    assert list(store.all_arriving()) == [arriving(1), arriving(2, heard_at=9)]


def test_fragments_are_kept_by_message_and_index(store: Store) -> None:
    one, other = ItemKey(1, 1, 1), ItemKey(1, 2, 1)
    for key, index, content in ((one, 3, b"d"), (one, 0, b"x"), (other, 0, b"o"), (one, 0, b"a")):
        store.put_fragment(key, index, content)
    assert list(store.fragments(one).items()) == [(0, b"a"), (3, b"d")]
    store.delete_fragments(one)
    assert (store.fragments(one), store.fragments(other)) == ({}, {0: b"o"})


def test_fragments_stay_when_their_message_is_whole(store: Store) -> None:
    store.put_arriving(arriving())
    store.put_fragment(arriving().key, 0, b"a")
    store.delete_arriving(arriving().key)
    assert (store.all_arriving(), store.fragments(arriving().key)) == ([], {0: b"a"})


def test_a_rollback_forgets_what_was_arriving(store: Store) -> None:
    store.put_arriving(arriving(1))
    store.put_fragment(arriving(1).key, 0, b"a")
    store.commit()
    store.put_fragment(arriving(1).key, 1, b"b")
    store.delete_arriving(arriving(1).key)
    store.put_arriving(arriving(2))
    store.rollback()
    assert list(store.all_arriving()) == [arriving(1)]
    assert store.fragments(arriving(1).key) == {0: b"a"}


def answer_due(item_id: int, next_at: int | None, stage: Stage = Stage.WAITING) -> AnswerDue:
    return AnswerDue(item_id, -7, 1_790_000_000_000, stage, 3, next_at)


def test_answers_to_watch_come_by_time_and_the_others_stay_known(store: Store) -> None:
    ids = [store.add_item(item(sequence)).id for sequence in range(1, 5)]
    rows = [answer_due(one, at) for one, at in zip(ids, (9, 4, 4, 9), strict=True)]
    for row in rows:
        store.put_answer_due(row)
    answered = replace(rows[3], answer_by_utc_ms=None, stage=Stage.ANSWERED, next_at=None)
    store.put_answer_due(answered)
    assert store.answers_to_watch() == [rows[1], rows[2], rows[0]]
    assert store.answer_due(ids[3]) == answered
    assert store.answer_due(99) is None


def test_countermands_and_escalations_come_by_message_in_the_order_they_came(store: Store) -> None:
    about, other = ItemKey(1, 1, 1), ItemKey(1, 2, 1)
    ids = [store.add_item(item(sequence)).id for sequence in range(1, 4)]
    made = [
        Countermand(ids[0], about, CountermandKind.CORRECTS, Standing.WAITS, 5),
        Countermand(ids[1], other, CountermandKind.CANCELS, Standing.STANDS, 6),
        Countermand(ids[2], about, CountermandKind.CANCELS, Standing.LATE, 7),
    ]
    asked = [Escalation(ids[0], about, 9), Escalation(ids[1], other, 9), Escalation(ids[2], about, 4)]
    for countermand, escalation in zip(reversed(made), reversed(asked), strict=True):
        store.put_countermand(countermand)
        store.put_escalation(escalation)
    decided = replace(made[0], standing=Standing.REFUSED, decided_at=8)
    store.put_countermand(decided)
    assert list(store.countermands(about)) == [decided, made[2]]
    assert (store.countermand(ids[1]), store.countermand(99)) == (made[1], None)
    assert list(store.escalations(about)) == [asked[0], asked[2]]


def test_an_item_that_was_carried_becomes_this_stations_own(store: Store) -> None:
    carried = store.add_item(item())
    store.commit()
    store.deliver_here(carried.id, 17)
    assert store.item(carried.id) == replace(carried, is_for_me=True, changed=17)
    store.rollback()
    assert store.item(carried.id) == carried


def test_a_rollback_forgets_answers_countermands_and_escalations(store: Store) -> None:
    one = store.add_item(item()).id
    store.commit()
    store.put_answer_due(answer_due(one, 4))
    store.put_countermand(Countermand(one, ItemKey(1, 1, 2), CountermandKind.CANCELS, Standing.WAITS, 5))
    store.put_escalation(Escalation(one, ItemKey(1, 1, 2), 9))
    store.rollback()
    assert not store.answers_to_watch()
    assert not store.countermands(ItemKey(1, 1, 2))
    assert not store.escalations(ItemKey(1, 1, 2))


def test_a_rollback_brings_deleted_rows_back_in_their_order(store: Store) -> None:
    kept = [KeptStatement(raw, StatementStanding.BELIEVED, True, 0, None) for raw in (b"first", b"second", b"third")]
    for one in kept:
        store.put_statement(one)
    store.commit()
    store.delete_statement(b"first")
    store.put_statement(KeptStatement(b"fourth", StatementStanding.BELIEVED, True, 0, None))
    store.rollback()
    assert list(store.statements()) == kept


def test_a_rollback_closes_and_opens_deliveries_as_they_were(store: Store) -> None:
    stored = store.add_item(item())
    closed, opened = (Delivery(stored.id, station, Rung.QUEUED, 0, 5, 0) for station in (2, 3))
    store.put_delivery(closed)
    store.commit()
    store.put_delivery(replace(closed, rung=Rung.AT_STATION, next_at=None))
    store.put_delivery(opened)
    store.rollback()
    assert list(store.deliveries(stored.id)) == [closed]
    assert [row for _, row in store.open_deliveries(9)] == [closed]
    assert store.count_open() == 1
