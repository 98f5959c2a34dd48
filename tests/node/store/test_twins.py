"""The store on disk and its twin in memory answer alike, whatever is asked of them in whatever order."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.log_records import Checkpoint, Witness
from node.core.moment import Anchor, Moment
from node.core.people_records import FunctionWord, OnDuty, SentDraft
from node.core.ports import Store
from node.core.pouch import GivenToCourier
from node.core.reckoning import Reckoning
from node.core.records import Custodian, Delivery, ItemKind, Proof, ReceiptOwed, Rung, Seen
from node.core.trust_records import StatementStanding
from node.store.memory import MemoryStore
from node.store.sqlite import SqliteStore
from protocol.frames import HoldState
from protocol.numbers import Precedence
from tests.node.store.test_contract import draft, item
from tests.node.store.test_log import entry as log_entry
from tests.node.store.test_trust_tables import frame, statement

ITEMS = 12
DRAFTS = range(1, 9)
STATIONS = range(1, 4)
STEPS = 300

Action = Callable[[Store], object]


def write(chance: random.Random, known: int) -> Action:
    """Some change, the same for both; items up to `known` exist."""
    number, station, at = chance.randint(1, max(known, 1)), chance.choice(STATIONS), chance.randrange(50)
    rung = chance.choice(list(Rung))
    later = chance.choice((None, chance.randrange(50)))
    accepted = chance.getrandbits(64) << 1
    actions: list[Action] = [
        lambda s: s.set_anchor(Anchor(at, Moment("boot", at, later))),
        lambda s: s.set_reckoning(Reckoning(Anchor(at, Moment("boot", at, later)), later, at, None)),
        lambda s: s.age_held(at, station),
        lambda s: s.take_sequence(station),
        lambda s: s.take_change(),
        lambda s: s.put_seen(Seen(station, at, accepted.bit_length(), accepted)),
        lambda s: s.add_airtime(1000 + at, station),
        lambda s: s.take_draft_id(),
        lambda s: s.put_draft(draft(1 + at % len(DRAFTS), text=f"{station}", kept_at=at, kept_utc_ms=later)),
        lambda s: s.delete_draft(1 + at % len(DRAFTS)),
        lambda s: s.put_checkpoint(Checkpoint(station, at, bytes(32), at, later, bytes(64))),
        lambda s: s.add_witness(Witness(station, at, bytes(16), at, at, later, b"digest"), 3),
        lambda s: s.append_entry(log_entry(s.log_head(station).entries + 1, station, kind=at)),
        lambda s: s.put_statement(statement(bytes([at % 9]), at=at, standing=StatementStanding(station % 2))),
        lambda s: s.delete_statement(bytes([at % 9])),
        lambda s: s.put_function_word(FunctionWord(station, at, 1, bool(at % 2), False, 1, at, at, later)),
        lambda s: s.put_on_duty(OnDuty(station, at, later, later)),
        lambda s: s.delete_on_duty(station),
        lambda s: s.add_quarantined(frame(bytes([at]), at)),
        lambda s: s.delete_quarantined(1 + at % 9),
    ]
    if known:
        actions += [
            lambda s: s.touch_item(number, at),
            lambda s: s.put_delivery(Delivery(number, station, rung, at, None if rung.is_final else at, at)),
            lambda s: s.put_custodian(Custodian(number, station, at)),
            lambda s: s.put_proof(Proof(number, station, b"digest", at)),
            lambda s: s.put_given(GivenToCourier(number, at, later)),
            lambda s: s.put_sent_draft(SentDraft(1 + at % len(DRAFTS), number), remembered=3),
            lambda s: s.put_owed(ReceiptOwed(number, HoldState(station), station, later, chance_at(at))),
        ]
    return chance.choice(actions)


def chance_at(at: int) -> int | None:
    return at if at % 3 else None


def new_item(chance: random.Random, number: int) -> Action:
    kind = chance.choice(list(ItemKind))
    made = replace(
        item(number, kind=kind, changed=chance.randrange(50)),
        precedence=chance.choice(list(Precedence)),
        issuer=chance.choice(STATIONS),
        is_mine=chance.random() < 0.3,
        is_for_me=chance.random() < 0.3,
    )
    return lambda s: s.add_item(made)


def answers(store: Store) -> list[object]:
    """All that a store can be asked."""
    items = [store.item(number) for number in range(1, ITEMS + 1)]
    keys = [one.key for one in items if one is not None]
    return [
        items,
        [store.item_by_fingerprint(one.fingerprint) for one in items if one is not None],
        [store.message(key) for key in keys],
        [list(store.acts_about(key)) for key in keys],
        [[list(store.items_changed_since(10, limit, kind)) for kind in (None, *ItemKind)] for limit in (3, 99)],
        [list(store.deliveries(number)) for number in range(1, ITEMS + 1)],
        [list(store.custodians(number)) for number in range(1, ITEMS + 1)],
        [list(store.proofs(number)) for number in range(1, ITEMS + 1)],
        [store.given(number) for number in range(1, ITEMS + 1)],
        [list(store.items_alive(precedence, 10, after, 3)) for precedence in Precedence for after in (0, 4)],
        [list(store.open_deliveries(limit)) for limit in (3, 99)],
        [list(store.owed(limit)) for limit in (3, 99)],
        list(store.all_seen()),
        [(store.last_sequence(station), store.count_items_of(station)) for station in STATIONS],
        [store.airtime_since(minute) for minute in (0, 1010, 1040)],
        ([store.draft(number) for number in DRAFTS], list(store.drafts()), store.count_drafts()),
        [store.sent_draft(number) for number in DRAFTS],
        [(store.log_head(chain), list(store.log_entries(chain, 2, 99))) for chain in store.log_chains()],
        [(list(store.checkpoints(one)), store.last_checkpoint(one)) for one in STATIONS],
        [(list(store.witnesses(one)), store.last_witness(one)) for one in store.witnessed_stations()],
        [store.last_log_entry(1, kind) for kind in range(9)],
        (list(store.statements()), list(store.quarantined())),
        list(store.on_duty()),
        list(store.function_words()),
        [store.function_word(number) for number in STATIONS],
        (store.anchor(), store.reckoning(), store.last_change(), store.count_open(), store.has_changes()),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_twins_answer_alike_after_any_steps(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "store.db"
    memory: Store = MemoryStore()
    disk = SqliteStore(path)
    known = committed = 0
    for _ in range(STEPS):
        match chance.choices(("write", "item", "commit", "rollback", "cut"), (60, 8, 6, 3, 2))[0]:
            case "write":
                action = write(chance, known)
                assert action(memory) == action(disk)
            case "item" if known < ITEMS:
                known += 1
                action = new_item(chance, known)
                assert action(memory) == action(disk)
            case "commit":
                memory.commit()
                disk.commit()
                committed = known
            case "rollback" | "cut" as end:
                memory.rollback()
                disk.rollback()
                known = committed
                if end == "cut":
                    disk.close()
                    disk = SqliteStore(path)
        assert answers(memory) == answers(disk)
    disk.close()
