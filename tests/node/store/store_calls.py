"""Every method of a store, with arguments to call it with: few numbers, so that calls meet, and all kinds of rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from node.core.alarm_records import Alarm, AlarmKind
from node.core.answer_records import AnswerDue, Countermand, CountermandKind, Escalation, Stage, Standing
from node.core.continuity import Continuity, Doubt, Told
from node.core.group_keys import GroupKey, Handout, KeyHolder
from node.core.handheld_records import (
    HandheldSeen,
    HandheldText,
    StrayReason,
    StrayText,
    TextKey,
    TextState,
    Trouble,
)
from node.core.log_entries import LogEntry, LogKind
from node.core.log_records import Checkpoint, Witness
from node.core.moment import Anchor, Moment
from node.core.people_records import Awaiting, Draft, FunctionWord, OnDuty, SentDraft
from node.core.pouch import GivenToCourier
from node.core.reckoning import Reckoning, Word
from node.core.records import Arriving, Custodian, Delivery, Item, ItemKey, ItemKind, Proof, ReceiptOwed, Rung, Seen
from node.core.trust_records import KeptStatement, Quarantined, StatementStanding
from protocol.frames import HoldState
from protocol.instants import Lifetime
from protocol.numbers import Address, Kind, Precedence, Reference

Arguments = st.SearchStrategy[tuple[object, ...]]

NUMBERS = range(1, 5)
"""Of stations, operators, drafts, chains and whatever else has one."""
ITEMS_MAX = 8

few = st.integers(min_value=NUMBERS[0], max_value=NUMBERS[-1])
at = st.integers(min_value=-5, max_value=20)
utc_ms = st.none() | st.integers(min_value=0, max_value=1 << 41)
raw = st.binary(max_size=3)
text = st.text(alphabet="aæ\0\n🚒'\"%", max_size=3)
secrecy = st.none() | st.booleans()
precedence = st.sampled_from(Precedence)
address = st.builds(Address, st.sampled_from(Kind), few)
key = st.builds(ItemKey, few, st.integers(1, 2), few)


def fingerprint(kind: ItemKind, of: ItemKey, tag: int) -> bytes:
    """One for each message or notice of a number, three for acts about it."""
    return bytes([kind is ItemKind.ACT, of.station, of.incarnation, of.sequence, tag * (kind is ItemKind.ACT)]).ljust(
        32
    )


@st.composite
def items(draw: st.DrawFn) -> Item:
    """What came or was written, not yet stored."""
    kind, of = draw(st.sampled_from(ItemKind)), draw(key)
    return Item(
        id=0,
        kind=kind,
        key=of,
        fingerprint=fingerprint(kind, of, draw(st.integers(0, 2))),
        sealed=draw(raw),
        precedence=draw(precedence),
        recipient=draw(address),
        issuer=draw(few),
        author=draw(few),
        drill=draw(st.integers(0, 2)),
        born_at=draw(at),
        expires_at=draw(at),
        accepted_at=draw(at),
        accepted_utc_ms=draw(utc_ms),
        is_mine=draw(st.booleans()),
        is_for_me=draw(st.booleans()),
        changed=draw(at),
        act_wanted=draw(st.booleans()),
    )


@st.composite
def deliveries(draw: st.DrawFn, known: st.SearchStrategy[int]) -> Delivery:
    """Final ones have no next time."""
    rung = draw(st.sampled_from(Rung))
    return Delivery(draw(known), draw(few), rung, draw(at), None if rung.is_final else draw(at), draw(at))


@st.composite
def seen(draw: st.DrawFn) -> Seen:
    """With a window of up to the whole count."""
    accepted = draw(st.integers(0, 255) | st.just((1 << 16_384) - 2))
    return Seen(draw(few), draw(few), draw(at) + 5, accepted)


entries = st.builds(
    LogEntry,
    chain=st.integers(0, 2),
    number=few,
    kind=st.sampled_from((LogKind.COMPOSED, LogKind.ACCEPTED, LogKind.NOTE, LogKind.STARTED)),
    at=at,
    utc_ms=utc_ms,
    who=address,
    about=st.builds(fingerprint, st.sampled_from(ItemKind), key, st.integers(0, 2)),
    previous=st.just(bytes(32)),
)
drafts = st.builds(
    *(Draft, few, text, text, precedence, st.booleans(), text, text, at, utc_ms, secrecy),
)
words = st.builds(
    *(FunctionWord, few, few, few, st.booleans(), st.booleans(), few, few, at, utc_ms),
)
references = st.none() | st.builds(Reference, few, st.integers(0, 3), few)
waiting = st.builds(
    *(Awaiting, st.just(0), few, address, text, precedence, st.booleans(), st.none() | st.sampled_from(Lifetime)),
    *(references, secrecy, few, at, utc_ms, raw, st.none() | few, references, references),
)
group_keys = st.builds(
    *(GroupKey, few, st.integers(0, 2), raw, few, raw),
    st.lists(st.builds(KeyHolder, address, st.binary(min_size=32, max_size=32)), max_size=2).map(tuple),
    *(at, utc_ms),
)
alarms = st.builds(
    *(Alarm, st.just(0), st.sampled_from((AlarmKind.NUMBER_TWICE, AlarmKind.REVOKED_KEY)), text, text),
    *(at, utc_ms, at, utc_ms, few, few, at),
)
when = st.none() | at
hops = st.none() | st.integers(0, 7)
signals = (st.integers(-32, 31), st.integers(-150, 0))
nodes = st.integers(0, 2**32 - 1)


def handheld_texts(text_id: st.SearchStrategy[int]) -> st.SearchStrategy[HandheldText]:
    """Of one kept, or of one to be kept."""
    return st.builds(
        *(HandheldText, text_id, few, few, few, text, few, precedence, st.sampled_from(TextState), few, few),
        *(st.sampled_from(Trouble), when, at, at),
    )


moments = st.builds(Moment, text, at, utc_ms, few)
anchors = st.builds(Anchor, at, moments)
reckonings = st.builds(Reckoning, st.none() | anchors, when, when, when, st.none() | st.builds(Word, moments, few))

WRITES: Mapping[str, Arguments] = {
    "set_anchor": st.tuples(anchors),
    "set_reckoning": st.tuples(reckonings),
    "age_held": st.tuples(at, few),
    "take_sequence": st.tuples(few),
    "skip_to": st.tuples(few, st.integers(0, 9)),
    "take_change": st.tuples(),
    "set_continuity": st.tuples(st.builds(Continuity, few, st.none() | st.sampled_from(Doubt), at, utc_ms, few)),
    "put_told": st.tuples(st.builds(Told, few, few, at)),
    "forget_told": st.tuples(),
    "put_seen": st.tuples(seen()),
    "add_airtime": st.tuples(st.integers(1000, 1010), few),
    "take_draft_id": st.tuples(),
    "put_draft": st.tuples(drafts),
    "delete_draft": st.tuples(few),
    "put_alarm": st.tuples(alarms),
    "delete_alarm": st.tuples(few),
    "append_entry": st.tuples(entries),
    "put_checkpoint": st.tuples(st.builds(Checkpoint, st.integers(0, 2), few, raw, at, utc_ms, raw)),
    "add_witness": st.tuples(st.builds(Witness, few, few, raw, at, at, utc_ms, raw), st.integers(1, 3)),
    "put_statement": st.tuples(
        st.builds(KeptStatement, raw, st.sampled_from(StatementStanding), st.booleans(), at, utc_ms)
    ),
    "delete_statement": st.tuples(raw),
    "add_quarantined": st.tuples(st.builds(Quarantined, st.just(0), raw, address, at)),
    "delete_quarantined": st.tuples(few),
    "add_handheld_text": st.tuples(handheld_texts(st.just(0))),
    "put_handheld_text": st.tuples(handheld_texts(few)),
    "delete_handheld_text": st.tuples(few),
    "put_handheld_seen": st.tuples(
        st.builds(
            *(HandheldSeen, few, at, utc_ms, hops, *signals),
            *(st.sampled_from(TextKey), st.lists(nodes, max_size=8).map(tuple), text, text),
        )
    ),
    "add_stray_text": st.tuples(
        st.builds(
            *(StrayText, st.just(0), nodes, st.sampled_from(StrayReason), text, at, utc_ms, hops, *signals),
        ),
        st.integers(1, 3),
    ),
    "put_group_key": st.tuples(group_keys),
    "delete_group_key": st.tuples(few, st.integers(0, 2)),
    "add_awaiting": st.tuples(waiting),
    "delete_awaiting": st.tuples(few),
    "put_function_word": st.tuples(words),
    "put_on_duty": st.tuples(st.builds(OnDuty, few, at, utc_ms, when)),
    "delete_on_duty": st.tuples(few),
    "put_arriving": st.tuples(st.builds(Arriving, key, raw, precedence, st.booleans(), at, at, at)),
    "delete_arriving": st.tuples(key),
    "put_fragment": st.tuples(key, st.integers(0, 3), raw),
    "delete_fragments": st.tuples(key),
    "add_item": st.tuples(items()),
}
"""What needs no item."""


def writes_about(known: int) -> Mapping[str, Arguments]:
    """What is about one of so many items."""
    one = st.integers(1, known)
    return {
        "touch_item": st.tuples(one, at),
        "put_delivery": st.tuples(deliveries(one)),
        "put_custodian": st.tuples(st.builds(Custodian, one, few, at)),
        "put_owed": st.tuples(st.builds(ReceiptOwed, one, st.sampled_from(HoldState), few, when, when)),
        "put_proof": st.tuples(st.builds(Proof, one, few, raw, at)),
        "put_sent_draft": st.tuples(st.builds(SentDraft, few, one), st.integers(1, 3)),
        "put_handout": st.tuples(st.builds(Handout, one, few, st.integers(0, 2), few)),
        "put_answer_due": st.tuples(st.builds(AnswerDue, one, at, utc_ms, st.sampled_from(Stage), at, when)),
        "put_countermand": st.tuples(
            st.builds(Countermand, one, key, st.sampled_from(CountermandKind), st.sampled_from(Standing), at)
        ),
        "put_escalation": st.tuples(st.builds(Escalation, one, key, few)),
        "deliver_here": st.tuples(one, at),
        "put_given": st.tuples(st.builds(GivenToCourier, one, at, utc_ms)),
    }


Asked = Sequence[tuple[object, ...]]

_ALL: Asked = ((),)
_EACH: Asked = tuple((number,) for number in NUMBERS)
_EACH_ITEM: Asked = tuple((number,) for number in range(1, ITEMS_MAX + 2))
_KEYS = tuple(ItemKey(station, 1 + station % 2, sequence) for station in NUMBERS for sequence in NUMBERS)
_EACH_KEY: Asked = tuple((one,) for one in _KEYS)
_CHAINS: Asked = tuple((chain,) for chain in range(3))
_PAGES: Asked = tuple((chain, first, limit) for chain in range(3) for first in (0, 1, 3) for limit in (1, 9))
_LIMITS: Asked = ((1,), (3,), (99,))

READS: Mapping[str, Asked] = {
    "has_changes": _ALL,
    "anchor": _ALL,
    "reckoning": _ALL,
    "last_sequence": _EACH,
    "last_change": _ALL,
    "continuity": _ALL,
    "told": _ALL,
    "item": _EACH_ITEM,
    "item_by_fingerprint": tuple((fingerprint(kind, of, 1),) for kind in ItemKind for of in _KEYS),
    "message": _EACH_KEY,
    "acts_about": _EACH_KEY,
    "items_changed_since": tuple(
        (since, limit, kind) for since in (-9, 5) for limit in (2, 99) for kind in (None, *ItemKind)
    ),
    "items_alive": tuple((one, 5, after, limit) for one in Precedence for after in (0, 2) for limit in (1, 99)),
    "delivery": tuple((item_id, number) for (item_id,) in _EACH_ITEM for number in NUMBERS),
    "deliveries": _EACH_ITEM,
    "open_deliveries": _LIMITS,
    "count_open": _ALL,
    "count_items_of": _EACH,
    "count_items_by": _EACH,
    "count_arrived_of": tuple((number, since) for number in NUMBERS for since in (-9, 5)),
    "count_arrived_by": tuple((number, since) for number in NUMBERS for since in (-9, 5)),
    "custodians": _EACH_ITEM,
    "owed": _LIMITS,
    "proofs": _EACH_ITEM,
    "given": _EACH_ITEM,
    "answer_due": _EACH_ITEM,
    "answers_to_watch": _ALL,
    "countermand": _EACH_ITEM,
    "countermands": _EACH_KEY,
    "escalations": _EACH_KEY,
    "seen": tuple((station, incarnation) for station in NUMBERS for incarnation in NUMBERS),
    "all_seen": _ALL,
    "airtime_since": ((0,), (1005,), (2000,)),
    "draft": _EACH,
    "drafts": _ALL,
    "count_drafts": _ALL,
    "sent_draft": _EACH,
    "alarms": _ALL,
    "log_head": _CHAINS,
    "log_entries": _PAGES,
    "last_log_entry": tuple((chain, kind) for (chain,) in _CHAINS for kind in (LogKind.NOTE, LogKind.ACCEPTED)),
    "log_chains": _ALL,
    "written_entries": _PAGES,
    "items_told_of": _PAGES,
    "checkpoints": _CHAINS,
    "last_checkpoint": _CHAINS,
    "witnesses": _EACH,
    "last_witness": _EACH,
    "witnessed_stations": _ALL,
    "statements": _ALL,
    "quarantined": _ALL,
    "group_keys": ((), *_EACH),
    "handouts": tuple((group, version) for group in NUMBERS for version in range(3)),
    "awaiting": _ALL,
    "function_word": _EACH,
    "function_words": _ALL,
    "on_duty": _ALL,
    "all_arriving": _ALL,
    "fragments": _EACH_KEY,
    "handheld_text": _EACH,
    "handheld_texts": _EACH,
    "handheld_texts_waiting": _ALL,
    "handheld_seen": _EACH,
    "stray_texts": _ALL,
}
ENDS = frozenset({"commit", "rollback"})


def call(store: object, method: str, arguments: tuple[object, ...]) -> object:
    """What a store answers, in a form that compares: a list for any sequence, and what it refuses by its words."""
    asked: Callable[..., object] = getattr(store, method)
    try:
        answer = asked(*arguments)
    except ValueError as error:
        return ("refused", str(error))
    if isinstance(answer, Mapping):
        return list(answer.items())
    return list(answer) if isinstance(answer, Sequence) and not isinstance(answer, str | bytes) else answer


def next_entry(entry: LogEntry, after: int) -> LogEntry:
    """The entry as the next of its chain, mostly; now and then one that is not."""
    return replace(entry, number=after + 1) if entry.number < NUMBERS[-1] else entry
