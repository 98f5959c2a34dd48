"""What both stores keep of whom a station believes."""

from node.core.ports import Store
from node.core.trust_records import KeptStatement, Quarantined, StatementStanding
from protocol.numbers import Address, Kind
from tests.node.store.test_contract import store

__all__ = ["store"]


def statement(raw: bytes, *, at: int = 0, standing: StatementStanding = StatementStanding.BELIEVED) -> KeptStatement:
    return KeptStatement(raw, standing, at > 5, at, None if at % 2 else 1_790_000_000_000)


def test_statements_come_in_the_order_in_which_they_came(store: Store) -> None:
    for raw in (b"two", b"one", b"three"):
        store.put_statement(statement(raw))
    again = statement(b"two", at=9, standing=StatementStanding.CONTRADICTS)
    store.put_statement(again)
    assert list(store.statements()) == [again, statement(b"one"), statement(b"three")]
    store.delete_statement(b"one")
    store.put_statement(statement(b"one"))
    assert [one.raw for one in store.statements()] == [b"two", b"three", b"one"]


def test_rollback_forgets_statements_that_came_and_keeps_those_that_went(store: Store) -> None:
    store.put_statement(statement(b"kept"))
    store.commit()
    store.put_statement(statement(b"new"))
    store.delete_statement(b"kept")
    store.rollback()
    assert list(store.statements()) == [statement(b"kept")]


def frame(payload: bytes, heard_at: int = 0) -> Quarantined:
    return Quarantined(0, payload, Address(Kind.OPERATOR, 7), heard_at)


def test_frames_that_wait_come_in_their_order_and_go_by_number(store: Store) -> None:
    stored = [store.add_quarantined(frame(payload, heard_at)) for payload, heard_at in ((b"b", 5), (b"a", 3))]
    assert list(store.quarantined()) == stored
    assert stored[0].id < stored[1].id
    store.delete_quarantined(stored[0].id)
    assert list(store.quarantined()) == [stored[1]]


def test_rollback_forgets_a_frame_that_waits(store: Store) -> None:
    store.add_quarantined(frame(b"a"))
    store.rollback()
    assert list(store.quarantined()) == []
