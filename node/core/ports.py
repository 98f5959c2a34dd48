"""What the core asks of the world around it: a store, a signer, chance, prices. Handed in through the constructor."""

from collections.abc import Sequence
from typing import Protocol

from node.core.alarm_records import Alarm
from node.core.answer_records import AnswerStore
from node.core.continuity import ContinuityStore
from node.core.group_ports import GroupStore
from node.core.handheld_records import HandheldStore
from node.core.log_entries import LogEntry
from node.core.log_records import Checkpoint, LogHead, Witness
from node.core.long_ports import LongStore
from node.core.moment import Anchor
from node.core.people_records import Awaiting, Draft, FunctionWord, OnDuty, SentDraft
from node.core.pouch_ports import PouchStore
from node.core.reckoning import ReckoningStore
from node.core.records import Custodian, Delivery, Item, ItemKey, ItemKind, Proof, ReceiptOwed, Seen
from node.core.trust_ports import TrustStore
from protocol.confidential import Between
from protocol.roster import Roster


class Store(
    TrustStore,
    GroupStore,
    ContinuityStore,
    LongStore,
    PouchStore,
    ReckoningStore,
    AnswerStore,
    HandheldStore,
    Protocol,
):
    """The station's memory. Reads see uncommitted writes; the first write opens a transaction by itself."""

    def commit(self) -> None:
        """Make all writes since the last commit durable, together; nothing is done when there were none."""

    def rollback(self) -> None:
        """Forget all writes since the last commit."""

    def has_changes(self) -> bool:
        """Whether a transaction is open."""

    def anchor(self) -> Anchor | None:
        """The timeline at the last commit, None in a new store."""

    def set_anchor(self, anchor: Anchor) -> None:
        """Replace the anchor."""

    def take_sequence(self, incarnation: int) -> int:
        """Allocate the next sequence of this station's own messages, 1 upwards per incarnation."""

    def last_sequence(self, incarnation: int) -> int:
        """The last sequence allocated, 0 when none was."""

    def take_change(self) -> int:
        """Advance and return the change counter."""

    def last_change(self) -> int:
        """The change counter."""

    def add_item(self, item: Item) -> Item:
        """Store a new item and return it with its row number. Raises ValueError if the fingerprint is known."""

    def touch_item(self, item_id: int, changed: int) -> None:
        """Set an item's change counter."""

    def item(self, item_id: int) -> Item | None:
        """The item of that row number."""

    def item_by_fingerprint(self, fingerprint: bytes) -> Item | None:
        """The item with that fingerprint."""

    def message(self, key: ItemKey) -> Item | None:
        """The message of that key."""

    def acts_about(self, key: ItemKey) -> Sequence[Item]:
        """Acts about a message, in order of acceptance."""

    def items_changed_since(self, change: int, limit: int, kind: ItemKind | None = None) -> Sequence[Item]:
        """Items with a larger change counter, in that counter's order."""

    def put_delivery(self, delivery: Delivery) -> None:
        """Insert or replace by item and station."""

    def delivery(self, item_id: int, station: int) -> Delivery | None:
        """The state of one item towards one station."""

    def deliveries(self, item_id: int) -> Sequence[Delivery]:
        """All destinations of an item, by station."""

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        """Deliveries that are not final, ordered by precedence, then next_at, then item."""

    def count_open(self) -> int:
        """How many deliveries are not final."""

    def count_items_of(self, issuer: int) -> int:
        """How many items of one issuer are held that are neither mine nor for me and have an open delivery."""

    def count_items_by(self, author: int) -> int:
        """The same by author."""

    def count_arrived_of(self, issuer: int, since: int) -> int:
        """How many items of one issuer for this station were accepted after that time."""

    def count_arrived_by(self, author: int, since: int) -> int:
        """The same by author."""

    def put_custodian(self, custodian: Custodian) -> None:
        """Insert or replace by item and station."""

    def custodians(self, item_id: int) -> Sequence[Custodian]:
        """Who told us that they hold an item, by station."""

    def put_owed(self, owed: ReceiptOwed) -> None:
        """Insert or replace by item and state; a row with neither MAC nor digest outstanding is deleted."""

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        """Receipts outstanding, by digest_at, then item."""

    def put_proof(self, proof: Proof) -> None:
        """Insert or replace by item and station."""

    def proofs(self, item_id: int) -> Sequence[Proof]:
        """Signed digests about an item, by station."""

    def seen(self, station: int, incarnation: int) -> Seen | None:
        """Replay memory of one origin and incarnation."""

    def put_seen(self, seen: Seen) -> None:
        """Insert or replace by station and incarnation."""

    def all_seen(self) -> Sequence[Seen]:
        """Replay memory of every origin, by station and incarnation."""

    def add_airtime(self, minute: int, airtime_ms: int) -> None:
        """Add to the bin of one minute of station time."""

    def airtime_since(self, minute: int) -> int:
        """Sum of the bins from that minute on, ms; older bins may be deleted."""

    def take_draft_id(self) -> int:
        """Allocate the next number of a draft, 1 upwards; none comes twice."""

    def put_draft(self, draft: Draft) -> None:
        """Insert or replace by id."""

    def delete_draft(self, draft_id: int) -> None:
        """Forget a draft that is kept."""

    def draft(self, draft_id: int) -> Draft | None:
        """The draft of that number."""

    def drafts(self) -> Sequence[Draft]:
        """All that are kept, the latest kept first."""

    def count_drafts(self) -> int:
        """How many are kept."""

    def put_sent_draft(self, sent: SentDraft, remembered: int) -> None:
        """Note what a draft became; of all such notes the latest `remembered` are kept."""

    def sent_draft(self, draft_id: int) -> SentDraft | None:
        """What the draft of that number became, if that is still known."""

    def put_alarm(self, alarm: Alarm) -> Alarm:
        """Insert or replace by kind and subject, and return it with its number."""

    def delete_alarm(self, alarm_id: int) -> None:
        """Forget an alarm."""

    def alarms(self) -> Sequence[Alarm]:
        """All that are kept, by number."""

    def append_entry(self, entry: LogEntry) -> None:
        """Add the next entry to its chain of the log. Raises ValueError when it is not the next."""

    def log_head(self, chain: int) -> LogHead:
        """Where a chain of the log stands."""

    def log_entries(self, chain: int, first: int, limit: int) -> Sequence[LogEntry]:
        """At most `limit` entries of a chain in order, from that number on."""

    def last_log_entry(self, chain: int, kind: int) -> LogEntry | None:
        """The latest entry of that kind in a chain."""

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Insert or replace by chain and entries."""

    def last_checkpoint(self, chain: int) -> Checkpoint | None:
        """The one with the most entries."""

    def checkpoints(self, chain: int) -> Sequence[Checkpoint]:
        """All of a chain, by entries."""

    def add_witness(self, witness: Witness, kept: int) -> None:
        """Add what a station signed of its log; of each station the first and the latest `kept` stay."""

    def last_witness(self, station: int) -> Witness | None:
        """What was added last of a station."""

    def witnesses(self, station: int) -> Sequence[Witness]:
        """All of a station, in the order of their adding."""

    def witnessed_stations(self) -> Sequence[int]:
        """Stations of which there is a witness, ascending."""

    def log_chains(self) -> Sequence[int]:
        """The chains that have entries, ascending."""

    def add_awaiting(self, waiting: Awaiting) -> Awaiting:
        """Keep a message for a second person and return it with its number; none comes twice."""

    def delete_awaiting(self, awaiting_id: int) -> None:
        """Forget one that is kept."""

    def awaiting(self) -> Sequence[Awaiting]:
        """All that are kept, by number."""

    def put_function_word(self, word: FunctionWord) -> None:
        """Insert or replace by function."""

    def function_word(self, function: int) -> FunctionWord | None:
        """The latest word about a function."""

    def function_words(self) -> Sequence[FunctionWord]:
        """The latest words about all functions of which there is one, by function."""

    def put_on_duty(self, person: OnDuty) -> None:
        """Insert or replace by operator."""

    def delete_on_duty(self, operator: int) -> None:
        """Forget a person on duty; nothing happens when there is none."""

    def on_duty(self) -> Sequence[OnDuty]:
        """Who is on duty, key open or locked, by operator."""


class Signer(Protocol):
    """Signs with keys the core never sees."""

    def sign_as_station(self, message: bytes) -> bytes:
        """Ed25519 signature of this station, 64 bytes."""

    def sign_as_operator(self, operator: int, message: bytes) -> bytes:
        """Ed25519 signature of an operator on duty, 64 bytes.

        Raises:
            KeyError: that operator is not logged in.
        """

    def operators(self) -> Sequence[int]:
        """Numbers of the operators whose keys are unlocked, ascending."""

    def use_roster(self, roster: Roster) -> Sequence[int]:
        """Go by a newer roster of the same network; the operators whom it puts off duty, ascending."""

    def lock(self, operator: int) -> None:
        """Forget the open key of an operator; nothing happens when it is not open."""

    def receipt_key(self, issuer: int, origin: int) -> bytes | None:
        """MAC key for receipts of `issuer` to `origin`, one of whom is this station; None without a certificate."""

    def public_key(self, *, exercise: bool) -> bytes | None:
        """The public half of the key that this station signs with; None without exercise keys."""

    def station_key(self, peer_exchange: bytes, between: Between) -> bytes | None:
        """The key of confidential content that this station shares with another; None without exercise keys."""


class Jitter(Protocol):
    """A seeded source of spread."""

    def below(self, bound_ms: int) -> int:
        """An integer from 0 up to, not including, the bound; 0 for a bound below 1."""


class Airtime(Protocol):
    """The price of a broadcast on this network's preset and firmware."""

    def __call__(self, payload_bytes: int) -> int:
        """Milliseconds on the air of one transmission."""


class DirectMessages(Protocol):
    """What a message to one radio costs with this network's preset and firmware."""

    @property
    def payload_bytes_max(self) -> int:
        """What one may carry."""

    @property
    def ack_ms(self) -> int:
        """Milliseconds on the air of one transmission of the other radio's ack."""

    @property
    def are_relayed_blindly(self) -> bool:
        """Whether relays do not recognise one, and pass on every copy that they hear."""

    def frame_ms(self, payload_bytes: int) -> int:
        """Milliseconds on the air of one transmission."""
