"""The log at the desk: listed by what is asked for, written into, handed out part by part."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from node.api.faults import FaultCode, refused
from node.api.ladder import ShownTime
from node.api.log import (
    LOG_LIST_MAX,
    HandOut,
    ListLog,
    LogDetail,
    LoggedEntries,
    LogPart,
    NotedEntry,
    ShownEntry,
    WriteNote,
)
from node.api.packing import unpack
from node.core import effects
from node.core.events import LogHandedOut, NoteWritten
from node.core.log_entries import NUMBER_MAX, REAL, EntryUnreadable, LogEntry, LogKind, decode_entry
from node.core.log_evidence import Evidence, Frame, Heading, Statement
from node.core.numbering import human_number
from node.core.records import ItemKey, ItemKind
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from node.store import database
from node.store.log_file import end_piece, piece
from protocol.numbers import Address, Kind

SCANNED_MAX: Final = 2_000
"""Entries looked through for one answer: some 50 ms on a Pi; a narrower question takes more answers."""
PART_ENTRIES: Final = 50
"""Of a handed-out log in one part: at most 0.9 MB, and usually some 20 kB."""
CHECKPOINTS_TOLD: Final = 200
"""The latest of a chain; each vouches for all before it."""
_CURSOR: Final = re.compile(r"(entries|heads|witnesses|end):(\d{1,10}):(\d{1,10})")
_WRITTEN: Final = "written_ms"
_KINDS: Final = frozenset(LogKind)


class LogDesk:
    """Answers what clients ask about the log."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def list(self, ask: object) -> LoggedEntries:
        """A page of it."""
        asked = unpack(ListLog, ask)
        if not 1 <= asked.limit <= LOG_LIST_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"limit: 1 to {LOG_LIST_MAX}")
        for name, number in (("before", asked.before), ("exercise", asked.exercise)):
            if not 0 <= number <= NUMBER_MAX:
                raise refused(FaultCode.BAD_REQUEST, f"{name}: 0 to 2^32 - 1")
        unknown = [kind for kind in asked.kinds if kind.upper() not in LogKind.__members__]
        if unknown:
            known = ", ".join(kind.name.lower() for kind in LogKind)
            raise refused(FaultCode.BAD_REQUEST, f"kinds: {unknown[0][:40]} is none of {known}")
        return await self._at.worker.ask(lambda: self._listed(asked))

    async def note(self, ask: object) -> NotedEntry:
        """Write into it."""
        asked = unpack(WriteNote, ask)
        if asked.written_utc_ms is not None and not 0 <= asked.written_utc_ms <= database.NUMBER_MAX:
            raise refused(FaultCode.BAD_REQUEST, "written_utc_ms: 0 to 2^63 - 1")
        author = await self._at.worker.ask(lambda: whom.author(self._at.here, asked.author))
        answer = await self._at.worker.request(
            lambda request: NoteWritten(
                request=request,
                author=author,
                text=asked.text,
                channel=asked.channel.value if asked.channel is not None else "",
                caller=asked.caller,
                called=asked.called,
                written_utc_ms=asked.written_utc_ms,
            )
        )
        return NotedEntry(carried_out(answer, effects.Noted).number)

    async def hand_out(self, ask: object) -> LogPart:
        """A part of it, as a file has it."""
        asked = unpack(HandOut, ask)
        if not asked.cursor:
            carried_out(await self._at.worker.request(LogHandedOut), effects.Done)
            return await self._at.worker.ask(self._beginning)
        match = _CURSOR.fullmatch(asked.cursor)
        if match is None:
            raise refused(FaultCode.BAD_REQUEST, "cursor: as the last part said")
        section, first, second = match[1], int(match[2]), int(match[3])
        return await self._at.worker.ask(lambda: self._part(section, first, second))

    def _listed(self, asked: ListLog) -> LoggedEntries:
        store, showing = self._at.store, self._at.showing()
        count = store.log_head(asked.exercise).entries
        is_wanted = self._filter(asked)
        before = min(asked.before, count + 1) if asked.before else count + 1
        lowest = max(before - SCANNED_MAX, 1)
        found: list[LogEntry] = []
        while before > lowest and len(found) < asked.limit:
            first = max(before - LOG_LIST_MAX, lowest)
            for written in reversed(store.written_entries(asked.exercise, first, before - first)):
                before = written.number
                entry = _read(written.raw)
                if entry is not None and is_wanted(entry):
                    found.append(entry)
                if len(found) == asked.limit:
                    break
            else:
                before = first
        entries = tuple(self._shown(entry, showing) for entry in reversed(found))
        return LoggedEntries(entries, count, before if before > 1 else 0)

    def _filter(self, asked: ListLog) -> Callable[[LogEntry], bool]:
        kinds = {LogKind[kind.upper()] for kind in asked.kinds}
        subject = whom.message(self._at.here, asked.message).key if asked.message else None
        who = self._who(asked.who) if asked.who else None
        since_ms, until_ms = asked.since_utc_ms, asked.until_utc_ms

        def is_wanted(entry: LogEntry) -> bool:
            if (kinds and entry.kind not in kinds) or (who is not None and entry.who != who):
                return False
            if subject is not None and entry.subject != subject:
                return False
            if entry.utc_ms is None:  # Its time is not known, so no span leaves it out.
                return True
            return (since_ms is None or entry.utc_ms >= since_ms) and (until_ms is None or entry.utc_ms <= until_ms)

        return is_wanted

    def _who(self, text: str) -> Address:
        stations = [one for one in self._at.here.roster.find(text) if one.kind is Kind.STATION]
        codes = [one for one in stations if self._at.showing().code(one.number).casefold() == text.strip().casefold()]
        return codes[0] if codes else Address(Kind.OPERATOR, whom.operator(self._at.here, text))

    def _shown(self, entry: LogEntry, showing: Showing) -> ShownEntry:
        here = self._at.here
        is_person = entry.who.kind is Kind.OPERATOR
        known = LogKind(entry.kind) if entry.kind in _KINDS else None
        written = entry.detail(_WRITTEN)
        return ShownEntry(
            number=entry.number,
            kind=known.name.lower() if known is not None else f"kind {entry.kind}",
            at=showing.noted(entry.at, entry.utc_ms),
            who=whom.initials(here, entry.who.number) if is_person else showing.code(entry.who.number),
            who_name=here.roster.name_of(entry.who),
            message=human_number(here.roster, entry.subject) if entry.subject is not None else "",
            text=entry.detail("text") or self._text(entry.subject, showing),
            details=tuple(LogDetail(name, value) for name, value in entry.details if name not in ("text", _WRITTEN)),
            written=ShownTime(int(written), trusted=True) if written.isdecimal() and len(written) < 16 else None,
            hash=entry.hash.hex(),
        )

    def _text(self, subject: ItemKey | None, showing: Showing) -> str:
        item = self._at.store.message(subject) if subject is not None else None
        return showing.message(item).text if item is not None and item.kind is ItemKind.MESSAGE else ""

    def _beginning(self) -> LogPart:
        here = self._at.here
        statements = map(Statement, here.roster.statements())
        content = _joined([Heading(here.roster.root, here.number, self._at.version), *statements])
        return LogPart(content, f"entries:{REAL}:1")

    def _part(self, section: str, first: int, second: int) -> LogPart:
        match section:
            case "entries":
                return self._entries(first, second)
            case "heads":
                following = [chain for chain in self._at.store.log_chains() if chain > first]
                content = _joined(self._at.store.checkpoints(first)[-CHECKPOINTS_TOLD:])
                return LogPart(content, f"entries:{following[0]}:1" if following else "witnesses:0:0")
            case "witnesses":
                station = next((one for one in self._at.store.witnessed_stations() if one > first), None)
                if station is None:
                    return LogPart(b"", "end:0:0")
                return LogPart(_joined(self._at.store.witnesses(station)), f"witnesses:{station}:0")
            case _:
                return LogPart(end_piece(), "")

    def _entries(self, chain: int, first: int) -> LogPart:
        """A page, up to the latest checkpoint: what came after it began to be handed out is left for the next time."""
        store = self._at.store
        checkpoint = store.last_checkpoint(chain)
        last = checkpoint.entries if checkpoint is not None else store.log_head(chain).entries
        page = store.written_entries(chain, first, min(PART_ENTRIES, max(0, last - first + 1)))
        if not page:
            return LogPart(b"", f"heads:{chain}:0")
        frames = [Frame(item.sealed) for item in store.items_told_of(chain, first, page[-1].number)]
        return LogPart(_joined([*page, *frames]), f"entries:{chain}:{page[-1].number + 1}")


def _joined(evidence: Sequence[Evidence]) -> bytes:
    return b"".join(map(piece, evidence))


def _read(raw: bytes) -> LogEntry | None:
    """An entry to be shown; one that was changed so that it cannot be read is for `bavn log verify`."""
    try:
        return decode_entry(raw)
    except EntryUnreadable:
        return None
