"""Records to rows of the database and back, column by column."""

import sqlite3
from dataclasses import replace
from typing import Final

from node.core.alarm_records import Alarm, AlarmKind
from node.core.moment import Anchor, Moment
from node.core.people_records import Awaiting, Draft, FunctionWord
from node.core.records import Delivery, Item, ItemKey, ItemKind, ReceiptOwed, Rung, Seen
from node.store.database import Row
from protocol.frames import HoldState
from protocol.instants import Lifetime
from protocol.numbers import Address, Kind, Precedence, Reference

ITEM_COLUMNS: Final = (
    "item.id, item.kind, item.station, item.incarnation, item.sequence, item.fingerprint, item.sealed, item.precedence,"
    " item.recipient_kind, item.recipient_number, item.issuer, item.author, item.drill, item.born_at, item.expires_at,"
    " item.accepted_at, item.accepted_utc_ms, item.is_mine, item.is_for_me, item.changed, item.act_wanted"
)
WITNESS_COLUMNS: Final = "station, entries, head, time, heard_at, heard_utc_ms, sealed"
ITEM_WIDTH: Final = 21
ALARM_COLUMNS: Final = (
    "kind, subject, detail, raised_at, raised_utc_ms, last_at, last_utc_ms, times, silenced_by, silenced_at"
)


def item_values(item: Item) -> Row:
    """The columns after `id`, in the order of `ITEM_COLUMNS`."""
    return (
        *(item.kind, item.key.station, item.key.incarnation, item.key.sequence, item.fingerprint, item.sealed),
        *(item.precedence, item.recipient.kind, item.recipient.number, item.issuer, item.author, item.drill),
        *(item.born_at, item.expires_at, item.accepted_at, item.accepted_utc_ms),
        *(item.is_mine, item.is_for_me, item.changed, item.act_wanted),
    )


def item_of(row: sqlite3.Row) -> Item:
    """Read the columns of `ITEM_COLUMNS` at the row's start."""
    return Item(
        id=row[0],
        kind=ItemKind(row[1]),
        key=ItemKey(row[2], row[3], row[4]),
        fingerprint=row[5],
        sealed=row[6],
        precedence=Precedence(row[7]),
        recipient=Address(Kind(row[8]), row[9]),
        issuer=row[10],
        author=row[11],
        drill=row[12],
        born_at=row[13],
        expires_at=row[14],
        accepted_at=row[15],
        accepted_utc_ms=row[16],
        is_mine=bool(row[17]),
        is_for_me=bool(row[18]),
        changed=row[19],
        act_wanted=bool(row[20]),
    )


def delivery_of(row: sqlite3.Row, start: int = 0) -> Delivery:
    """Read item_id, station, rung, attempts, next_at, rung_at."""
    item_id, station, rung, attempts, next_at, rung_at = row[start : start + 6]
    return Delivery(item_id, station, Rung(rung), attempts, next_at, rung_at)


def owed_of(row: sqlite3.Row) -> ReceiptOwed:
    """Read a row of receipt_owed."""
    item_id, state, to_station, mac_at, digest_at = row
    return ReceiptOwed(item_id, HoldState(state), to_station, mac_at, digest_at)


def seen_of(row: sqlite3.Row) -> Seen:
    """Read a row of seen; the bitmap is stored big-endian."""
    station, incarnation, high, accepted = row
    return Seen(station, incarnation, high, int.from_bytes(accepted, "big"))


def seen_values(seen: Seen) -> Row:
    """A row of seen."""
    bitmap = seen.accepted.to_bytes((seen.accepted.bit_length() + 7) // 8, "big")
    return (seen.station, seen.incarnation, seen.high, bitmap)


def draft_of(row: sqlite3.Row) -> Draft:
    """Read a row of draft."""
    draft_id, to, text, precedence, ack_wanted, reply_to, author, kept_at, kept_utc_ms, confidential = row[:10]
    secrecy = None if confidential is None else bool(confidential)
    urgency = Precedence(precedence)
    kept = Draft(draft_id, to, text, urgency, bool(ack_wanted), reply_to, author, kept_at, kept_utc_ms, secrecy)
    return replace(kept, answer_by_min=row[10], corrects=row[11])


def draft_values(draft: Draft) -> Row:
    """A row of draft."""
    return (
        *(draft.id, draft.to, draft.text, draft.precedence, draft.ack_wanted, draft.reply_to, draft.author),
        *(draft.kept_at, draft.kept_utc_ms, draft.confidential, draft.answer_by_min, draft.corrects),
    )


def alarm_of(row: sqlite3.Row) -> Alarm:
    """Read a row of alarm."""
    alarm_id, kind, *rest = row
    return Alarm(alarm_id, AlarmKind(kind), *rest)


def alarm_values(alarm: Alarm) -> Row:
    """The columns after `id`, in the order of `ALARM_COLUMNS`."""
    return (
        *(alarm.kind, alarm.subject, alarm.detail, alarm.raised_at, alarm.raised_utc_ms),
        *(alarm.last_at, alarm.last_utc_ms, alarm.times, alarm.silenced_by, alarm.silenced_at),
    )


def awaiting_values(waiting: Awaiting) -> Row:
    """The columns after `id`."""
    reply_to = None if waiting.reply_to is None else waiting.reply_to.bits
    return (
        *(waiting.author, waiting.recipient.kind, waiting.recipient.number, waiting.text, waiting.precedence),
        *(waiting.ack_wanted, waiting.lifetime, reply_to, waiting.confidential, waiting.draft),
        *(waiting.asked_at, waiting.asked_utc_ms, waiting.form, waiting.answer_by_min),
        *(None if about is None else about.bits for about in (waiting.cancels, waiting.supersedes)),
    )


def awaiting_of(row: sqlite3.Row) -> Awaiting:
    """Read a row of awaiting."""
    number, author, kind, recipient, text, precedence, ack_wanted, lifetime, reply_to, confidential = row[:10]
    return Awaiting(
        id=number,
        author=author,
        recipient=Address(Kind(kind), recipient),
        text=text,
        precedence=Precedence(precedence),
        ack_wanted=bool(ack_wanted),
        lifetime=None if lifetime is None else Lifetime(lifetime),
        reply_to=None if reply_to is None else Reference.from_bits(reply_to),
        confidential=None if confidential is None else bool(confidential),
        draft=row[10],
        asked_at=row[11],
        asked_utc_ms=row[12],
        form=row[13],
        answer_by_min=row[14],
        cancels=None if row[15] is None else Reference.from_bits(row[15]),
        supersedes=None if row[16] is None else Reference.from_bits(row[16]),
    )


def function_word_of(row: sqlite3.Row) -> FunctionWord:
    """Read a row of function_word."""
    function, operator, station, is_taken, is_unrelieved, incarnation, sequence, said_at, said_utc_ms = row
    return FunctionWord(
        function=function,
        operator=operator,
        station=station,
        is_taken=bool(is_taken),
        is_unrelieved=bool(is_unrelieved),
        incarnation=incarnation,
        sequence=sequence,
        said_at=said_at,
        said_utc_ms=said_utc_ms,
    )


def anchor_of(row: sqlite3.Row) -> Anchor:
    """Read at, boot_id, boot_ms, utc_ms, utc_uncertainty_ms."""
    at, boot_id, boot_ms, utc_ms, uncertainty_ms = row
    return Anchor(at, Moment(boot_id, boot_ms, utc_ms, uncertainty_ms))


def anchor_values(anchor: Anchor) -> Row:
    """The same for writing."""
    moment = anchor.moment
    return (anchor.at, moment.boot_id, moment.boot_ms, moment.utc_ms, moment.utc_uncertainty_ms)
