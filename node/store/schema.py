"""The database's tables, as numbered migrations: each is applied whole or not at all, none is ever edited."""

import sqlite3
from typing import Final

from node.store.errors import SchemaTooNew, StoreForeign

APPLICATION_ID: Final = 0x4241564E
"""'BAVN': tells our files from others (sqlite.org/pragma.html#pragma_application_id)."""

_FIRST: Final = """
CREATE TABLE anchor (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL, boot_id TEXT NOT NULL,
    boot_ms INTEGER NOT NULL, utc_ms INTEGER, utc_uncertainty_ms INTEGER NOT NULL) STRICT;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE item (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, station INTEGER NOT NULL,
    incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL, fingerprint BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL,
    precedence INTEGER NOT NULL, recipient_kind INTEGER NOT NULL, recipient_number INTEGER NOT NULL,
    issuer INTEGER NOT NULL, author INTEGER NOT NULL, drill INTEGER NOT NULL, born_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, accepted_at INTEGER NOT NULL, accepted_utc_ms INTEGER, is_mine INTEGER NOT NULL,
    is_for_me INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX message_key ON item (station, incarnation, sequence) WHERE kind = 0;
CREATE INDEX act_key ON item (station, incarnation, sequence) WHERE kind = 1;
CREATE INDEX item_changed ON item (changed);
CREATE TABLE delivery (item_id INTEGER NOT NULL REFERENCES item, station INTEGER NOT NULL, rung INTEGER NOT NULL,
    attempts INTEGER NOT NULL, next_at INTEGER, rung_at INTEGER NOT NULL, PRIMARY KEY (item_id, station))
    STRICT, WITHOUT ROWID;
CREATE INDEX delivery_open ON delivery (item_id) WHERE next_at IS NOT NULL;
CREATE TABLE custodian (item_id INTEGER NOT NULL REFERENCES item, station INTEGER NOT NULL, since_at INTEGER NOT NULL,
    PRIMARY KEY (item_id, station)) STRICT, WITHOUT ROWID;
CREATE TABLE receipt_owed (item_id INTEGER NOT NULL REFERENCES item, state INTEGER NOT NULL,
    to_station INTEGER NOT NULL, mac_at INTEGER, digest_at INTEGER, PRIMARY KEY (item_id, state)) STRICT, WITHOUT ROWID;
CREATE TABLE proof (item_id INTEGER NOT NULL REFERENCES item, station INTEGER NOT NULL, sealed BLOB NOT NULL,
    heard_at INTEGER NOT NULL, PRIMARY KEY (item_id, station)) STRICT, WITHOUT ROWID;
CREATE TABLE seen (station INTEGER NOT NULL, incarnation INTEGER NOT NULL, high INTEGER NOT NULL,
    accepted BLOB NOT NULL, PRIMARY KEY (station, incarnation)) STRICT, WITHOUT ROWID;
CREATE TABLE airtime (minute INTEGER PRIMARY KEY, airtime_ms INTEGER NOT NULL) STRICT;
"""

_DRAFTS: Final = """
CREATE TABLE draft (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, text TEXT NOT NULL, precedence INTEGER NOT NULL,
    ack_wanted INTEGER NOT NULL, reply_to TEXT NOT NULL, author TEXT NOT NULL, kept_at INTEGER NOT NULL,
    kept_utc_ms INTEGER) STRICT;
CREATE TABLE sent_draft (draft_id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES item) STRICT;
"""

_ACT_WANTED: Final = """
ALTER TABLE item ADD COLUMN act_wanted INTEGER NOT NULL DEFAULT 1;
"""
"""What was stored before is taken to want somebody's act: it is looked at once more, and nothing is overlooked."""

_ALARMS: Final = """
CREATE TABLE alarm (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject TEXT NOT NULL,
    detail TEXT NOT NULL, raised_at INTEGER NOT NULL, raised_utc_ms INTEGER, last_at INTEGER NOT NULL,
    last_utc_ms INTEGER, times INTEGER NOT NULL, silenced_by INTEGER NOT NULL, silenced_at INTEGER NOT NULL,
    UNIQUE (kind, subject)) STRICT;
"""

_LOG: Final = """
CREATE TABLE log (chain INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL, raw BLOB NOT NULL,
    hash BLOB NOT NULL, PRIMARY KEY (chain, number)) STRICT, WITHOUT ROWID;
CREATE INDEX log_kind ON log (chain, kind, number);
CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log
    BEGIN SELECT RAISE(ABORT, 'an entry of the log is never changed'); END;
CREATE TRIGGER log_is_not_deleted BEFORE DELETE ON log
    BEGIN SELECT RAISE(ABORT, 'an entry of the log is never deleted'); END;
"""
"""The triggers stop a mistake; who may write the file can drop them, and is shown by the chain and its witnesses."""

_STATEMENTS: Final = """
CREATE TABLE statement (id INTEGER PRIMARY KEY, raw BLOB NOT NULL UNIQUE, standing INTEGER NOT NULL,
    is_news INTEGER NOT NULL, kept_at INTEGER NOT NULL, kept_utc_ms INTEGER) STRICT;
"""

_NOTICES: Final = """
DROP INDEX message_key;
CREATE UNIQUE INDEX message_key ON item (station, incarnation, sequence) WHERE kind <> 1;
"""
"""A notice takes a number as a message does."""


_ON_DUTY: Final = """
CREATE TABLE on_duty (operator INTEGER PRIMARY KEY, since_at INTEGER NOT NULL, since_utc_ms INTEGER,
    locked_at INTEGER) STRICT;
"""

_CONTINUITY: Final = """
CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL) STRICT;
CREATE TABLE continuity (one INTEGER PRIMARY KEY CHECK (one = 1), incarnation INTEGER NOT NULL, doubt TEXT,
    since_at INTEGER NOT NULL, since_utc_ms INTEGER, settled INTEGER NOT NULL) STRICT;
CREATE TABLE told (station INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, told_at INTEGER NOT NULL) STRICT;
"""

_QUARANTINE: Final = """
CREATE TABLE quarantine (id INTEGER PRIMARY KEY, payload BLOB NOT NULL, claimed_kind INTEGER NOT NULL,
    claimed_number INTEGER NOT NULL, heard_at INTEGER NOT NULL) STRICT;
"""

_LOG_HEADS: Final = """
CREATE TABLE log_checkpoint (chain INTEGER NOT NULL, entries INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
    utc_ms INTEGER, signature BLOB NOT NULL, PRIMARY KEY (chain, entries)) STRICT, WITHOUT ROWID;
CREATE TABLE witness (id INTEGER PRIMARY KEY, station INTEGER NOT NULL, entries INTEGER NOT NULL, head BLOB NOT NULL,
    time INTEGER NOT NULL, heard_at INTEGER NOT NULL, heard_utc_ms INTEGER, sealed BLOB NOT NULL) STRICT;
CREATE INDEX witness_station ON witness (station, id);
"""

_GROUP_KEYS: Final = """
CREATE TABLE group_key (number INTEGER NOT NULL, version INTEGER NOT NULL, secret BLOB NOT NULL,
    maker INTEGER NOT NULL, holders_digest BLOB NOT NULL, holders BLOB NOT NULL, learned_at INTEGER NOT NULL,
    learned_utc_ms INTEGER, PRIMARY KEY (number, version)) STRICT, WITHOUT ROWID;
CREATE TABLE handout (item_id INTEGER PRIMARY KEY REFERENCES item, number INTEGER NOT NULL, version INTEGER NOT NULL,
    station INTEGER NOT NULL) STRICT;
"""

_FUNCTION_WORDS: Final = """
CREATE TABLE function_word (function INTEGER PRIMARY KEY, operator INTEGER NOT NULL, station INTEGER NOT NULL,
    is_taken INTEGER NOT NULL, is_unrelieved INTEGER NOT NULL, incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL,
    said_at INTEGER NOT NULL, said_utc_ms INTEGER) STRICT;
"""

_DRAFT_SECRECY: Final = """
ALTER TABLE draft ADD COLUMN confidential INTEGER;
"""

_AWAITING: Final = """
CREATE TABLE awaiting (id INTEGER PRIMARY KEY AUTOINCREMENT, author INTEGER NOT NULL, recipient_kind INTEGER NOT NULL,
    recipient_number INTEGER NOT NULL, text TEXT NOT NULL, precedence INTEGER NOT NULL, ack_wanted INTEGER NOT NULL,
    lifetime INTEGER, reply_to INTEGER, confidential INTEGER, draft INTEGER NOT NULL, asked_at INTEGER NOT NULL,
    asked_utc_ms INTEGER, form BLOB NOT NULL) STRICT;
"""

_LONG: Final = """
CREATE TABLE arriving (station INTEGER NOT NULL, incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL,
    sealed BLOB NOT NULL, precedence INTEGER NOT NULL, is_for_me INTEGER NOT NULL, born_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, heard_at INTEGER NOT NULL, PRIMARY KEY (station, incarnation, sequence)) STRICT,
    WITHOUT ROWID;
CREATE TABLE fragment (station INTEGER NOT NULL, incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL,
    place INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (station, incarnation, sequence, place)) STRICT,
    WITHOUT ROWID;
"""
"""Fragments go by their message's number, so that they stay where they are when it is whole and becomes an item."""

_COURIERS: Final = """
CREATE INDEX item_alive ON item (precedence, id, expires_at);
CREATE TABLE given (item_id INTEGER PRIMARY KEY REFERENCES item, at INTEGER NOT NULL, utc_ms INTEGER) STRICT;
"""

_RECKONING: Final = """
CREATE TABLE reckoning (one INTEGER PRIMARY KEY CHECK (one = 1), known_at INTEGER, known_boot_id TEXT,
    known_boot_ms INTEGER, known_utc_ms INTEGER, known_uncertainty_ms INTEGER, gap_at INTEGER, unsure_until INTEGER,
    aged_until INTEGER, word_boot_id TEXT, word_boot_ms INTEGER, word_utc_ms INTEGER, word_uncertainty_ms INTEGER,
    word_operator INTEGER) STRICT;
"""

_ANSWERS: Final = """
CREATE TABLE answer_due (item_id INTEGER PRIMARY KEY REFERENCES item, answer_by_at INTEGER NOT NULL,
    answer_by_utc_ms INTEGER, stage INTEGER NOT NULL, stage_at INTEGER NOT NULL, next_at INTEGER) STRICT;
CREATE INDEX answer_watched ON answer_due (next_at, item_id) WHERE next_at IS NOT NULL;
CREATE TABLE countermand (item_id INTEGER PRIMARY KEY REFERENCES item, station INTEGER NOT NULL,
    incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL, kind INTEGER NOT NULL, standing INTEGER NOT NULL,
    decided_at INTEGER NOT NULL) STRICT;
CREATE INDEX countermand_about ON countermand (station, incarnation, sequence, item_id);
CREATE TABLE escalation (item_id INTEGER PRIMARY KEY REFERENCES item, station INTEGER NOT NULL,
    incarnation INTEGER NOT NULL, sequence INTEGER NOT NULL, function INTEGER NOT NULL) STRICT;
CREATE INDEX escalation_about ON escalation (station, incarnation, sequence, item_id);
ALTER TABLE awaiting ADD COLUMN answer_by_min INTEGER;
ALTER TABLE awaiting ADD COLUMN cancels INTEGER;
ALTER TABLE awaiting ADD COLUMN supersedes INTEGER;
"""

_DRAFT_ANSWERS: Final = """
ALTER TABLE draft ADD COLUMN answer_by_min INTEGER;
ALTER TABLE draft ADD COLUMN corrects TEXT NOT NULL DEFAULT '';
"""

_ARRIVALS: Final = """
CREATE INDEX item_arrived_of ON item (issuer, accepted_at) WHERE is_for_me;
CREATE INDEX item_arrived_by ON item (author, accepted_at) WHERE is_for_me;
"""
"""How much came from one of late is asked for each message that is for this station."""

_HANDHELDS: Final = """
CREATE TABLE handheld_text (id INTEGER PRIMARY KEY AUTOINCREMENT, handheld INTEGER NOT NULL, number INTEGER NOT NULL,
    item_id INTEGER NOT NULL, text TEXT NOT NULL, drill INTEGER NOT NULL, precedence INTEGER NOT NULL,
    state INTEGER NOT NULL, parts_sent INTEGER NOT NULL, attempts INTEGER NOT NULL, trouble INTEGER NOT NULL,
    next_at INTEGER, expires_at INTEGER NOT NULL, state_at INTEGER NOT NULL) STRICT;
CREATE INDEX handheld_text_of ON handheld_text (handheld, id);
CREATE INDEX handheld_text_waiting ON handheld_text (precedence, id) WHERE next_at IS NOT NULL;
CREATE TABLE handheld_seen (handheld INTEGER PRIMARY KEY, heard_at INTEGER NOT NULL, heard_utc_ms INTEGER,
    hops INTEGER, snr_db INTEGER NOT NULL, rssi_dbm INTEGER NOT NULL, key INTEGER NOT NULL, packets BLOB NOT NULL,
    text TEXT NOT NULL, reply TEXT NOT NULL) STRICT;
CREATE TABLE stray_text (id INTEGER PRIMARY KEY AUTOINCREMENT, node INTEGER NOT NULL, reason INTEGER NOT NULL,
    text TEXT NOT NULL, heard_at INTEGER NOT NULL, heard_utc_ms INTEGER, hops INTEGER, snr_db INTEGER NOT NULL,
    rssi_dbm INTEGER NOT NULL) STRICT;
"""

MIGRATIONS: Final = (
    _FIRST,
    _DRAFTS,
    _ACT_WANTED,
    _ALARMS,
    _LOG,
    _STATEMENTS,
    _NOTICES,
    _ON_DUTY,
    _CONTINUITY,
    _QUARANTINE,
    _LOG_HEADS,
    _GROUP_KEYS,
    _FUNCTION_WORDS,
    _DRAFT_SECRECY,
    _AWAITING,
    _LONG,
    _COURIERS,
    _RECKONING,
    _ANSWERS,
    _DRAFT_ANSWERS,
    _ARRIVALS,
    _HANDHELDS,
)
"""In order; `user_version` counts how many a file has had."""


def refuse_unreadable(connection: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Look whether a database is ours and not too new, and change nothing.

    Raises:
        SchemaTooNew: it has had more migrations than we know.
        StoreForeign: it is not ours.
        sqlite3.Error: it is no database.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreForeign("the store's file is another program's database: choose another directory for the station")
    if version > len(migrations):
        known = len(migrations)
        raise SchemaTooNew(f"the store's tables have version {version}, this Bavn knows {known}: install the newer one")


def migrate(connection: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring a database up to the newest tables, each step in a transaction of its own.

    Raises:
        sqlite3.Error: a step failed; the file stands as after the step before.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(migrations[version:], start=version + 1):
        # executescript commits what is open, so the transaction is part of the script.
        steps = f"BEGIN IMMEDIATE; {script} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number};"
        try:
            connection.executescript(f"{steps} COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
