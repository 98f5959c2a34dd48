"""Whether a log is as it was written, with public keys alone (node/LOG.md).

Entries are taken in the order of the file. Each must have the hash kept beside it, follow the one before by number, and
name its hash. A link that does not hold convicts the entry before, or the one after when its next link fails too.
A log that was chained anew as a whole has no such fault: signed heads show it, the station's own of who has not its
key, its neighbours' of everybody.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from node.core.log_entries import REAL, EntryUnreadable, LogEntry, beginning, decode_entry, hash_of
from node.core.log_evidence import BRINGING, Evidence, Frame, Heading, Statement, WrittenEntry
from node.core.log_heads import head_to_sign
from node.core.log_records import Checkpoint, LogHead, Witness
from node.core.logbook import frame_hash
from node.core.records import ItemKey
from protocol.decode import decode
from protocol.frames import Act, Digest, Long, Message, Notice, SignedOther
from protocol.numbers import Kind
from protocol.reasons import Dropped, Reason
from protocol.roster import Roster
from protocol.sealing import verify_act, verify_digest, verify_message
from protocol.signatures import Signatures

FAULTS_MAX: Final = 1000
"""Told of one log; of more the first are what matters."""


class FaultKind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    """An entry is not as it was written."""
    MISSING = "missing"
    """Entries are not there, though later ones are."""
    INSERTED = "inserted"
    """An entry stands where there is one of that number, or a later one."""
    FOREIGN = "foreign"
    """The chain does not begin as this station's does: it is another's, another network's, or an exercise's."""
    CUT = "cut"
    """The station signed for more entries than there are."""
    REWRITTEN = "rewritten"
    """The links hold, and yet a signed head says that the content was another."""
    FRAME_MISSING = "frame_missing"
    """The message or act that an entry tells of is not there."""
    FRAME_ALTERED = "frame_altered"
    """A message or act is there that no entry tells of."""
    UNSIGNED = "unsigned"
    """A message or act that its author's key, as certified, did not sign."""
    HEAD_UNSIGNED = "head_unsigned"
    """A checkpoint that the station's key, as certified, did not sign."""


_OF_ENTRIES: Final = frozenset({FaultKind.ALTERED, FaultKind.MISSING, FaultKind.INSERTED, FaultKind.FOREIGN})
"""What is wrong with the entries themselves, and so with every head after them."""


@dataclass(frozen=True, slots=True, order=True)
class LogFault:
    """One thing that is wrong with a log."""

    chain: int
    first: int
    """The first entry that it concerns."""
    last: int
    kind: FaultKind
    detail: str = ""
    """Code of the neighbour whose witness says so, or what was found."""


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """How far one chain is vouched for."""

    chain: int
    entries: int
    signed_to: int
    """By the station's own key; 0: not at all."""
    witnessed_to: int
    """By what neighbours kept and was given to be checked; 0: by nobody."""


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """The answer."""

    faults: tuple[LogFault, ...]
    """By chain and first entry."""
    chains: tuple[ChainVerdict, ...]
    witnesses: int
    """Marks of this station that were compared, its own included."""
    not_checked: tuple[tuple[str, int], ...]
    """What this roster cannot judge, by reason."""


@dataclass(slots=True)
class _Chain:
    """What is known of one chain so far."""

    hashes: dict[int, bytes] = field(default_factory=dict)
    """Of every entry: what signed heads are compared with."""
    last_number: int = 0
    last_is_good: bool = True
    is_suspect: bool = False
    """Whether the link to the last entry does not hold, and it is open which end was changed."""
    signed_to: int = 0
    witnessed_to: int = 0
    heads: list["_Head"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class _Head:
    """What somebody holds of the station's word."""

    entries: int
    hash: bytes
    """Or its beginning."""
    keeper: str
    """Code of the neighbour that kept it; empty: it comes from the station itself."""


class LogCheck:
    """Takes a log bit by bit and judges it at the end."""

    def __init__(self, heading: Heading, roster: Roster, signatures: Signatures) -> None:
        self._heading = heading
        self._roster = roster
        self._signatures = signatures
        self._chains: dict[int, _Chain] = {}
        self._faults: list[LogFault] = []
        self._told: dict[str, LogEntry] = {}
        """Entries that speak of a frame, by the frame's hash, until it comes."""
        self._messages: dict[ItemKey, bytes] = {}
        """Fingerprints, by which acts are verified."""
        self._witnesses = 0
        self._not_checked: dict[str, int] = {}

    def take(self, evidence: Evidence, keeper: int = 0) -> None:
        """One more piece.

        Args:
            evidence: in the order of the file.
            keeper: of a witness, the station that kept it; 0: the log's own.
        """
        match evidence:
            case WrittenEntry():
                self._entry(evidence)
            case Frame(sealed):
                self._frame(sealed)
            case Checkpoint():
                self._checkpoint(evidence)
            case Witness():
                self._witness(evidence, keeper)
            case Heading() | Statement():
                pass  # Read by the caller, who made the roster of them.

    def verdict(self) -> LogVerdict:
        """Judge; call it once."""
        for entry in self._told.values():
            self._fault(entry.chain, entry.number, FaultKind.FRAME_MISSING, entry.detail("frame"))
        for number, chain in self._chains.items():
            if chain.is_suspect:
                self._fault(number, chain.last_number - 1, FaultKind.ALTERED, last=chain.last_number)
            self._compare_heads(number, chain)
        return LogVerdict(
            faults=tuple(sorted(self._faults, key=lambda one: (one.kind is FaultKind.FRAME_ALTERED, one))),
            chains=tuple(
                ChainVerdict(number, len(chain.hashes), chain.signed_to, chain.witnessed_to)
                for number, chain in sorted(self._chains.items())
            ),
            witnesses=self._witnesses,
            not_checked=tuple(sorted(self._not_checked.items())),
        )

    def _entry(self, written: WrittenEntry) -> None:
        chain = self._chains.setdefault(written.chain, _Chain())
        computed = hash_of(written.raw)
        is_next = written.number == chain.last_number + 1
        if written.number <= chain.last_number:
            self._fault(written.chain, written.number, FaultKind.INSERTED)
            return
        if not is_next:
            self._fault(written.chain, chain.last_number + 1, FaultKind.MISSING, last=written.number - 1)
        entry = self._read(written)
        is_good = entry is not None and computed == written.hash
        if entry is None or not is_good:
            self._fault(written.chain, written.number, FaultKind.ALTERED)
        elif written.number == 1:
            is_good = self._begins(entry)
        holds = entry is None or not is_next or entry.previous == chain.hashes.get(chain.last_number, entry.previous)
        self._judge_link(written, chain, holds=holds, is_good=is_good)
        if entry is not None:
            self._note(entry)
        chain.hashes[written.number] = computed
        chain.last_number, chain.last_is_good = written.number, is_good

    def _judge_link(self, written: WrittenEntry, chain: _Chain, *, holds: bool, is_good: bool) -> None:
        """Name the changed one of the two ends of a link, as soon as the next link tells which."""
        if chain.is_suspect:
            # The last entry was changed if it fits neither side, else the one before it.
            self._fault(written.chain, chain.last_number - (1 if holds else 0), FaultKind.ALTERED)
            chain.is_suspect = False
        elif not holds and chain.last_is_good and is_good:
            chain.is_suspect = True

    def _read(self, written: WrittenEntry) -> LogEntry | None:
        try:
            entry = decode_entry(written.raw)
        except EntryUnreadable:
            return None
        return entry if (entry.chain, entry.number) == (written.chain, written.number) else None

    def _begins(self, entry: LogEntry) -> bool:
        if entry.previous == beginning(self._heading.root, self._heading.station, entry.chain):
            return True
        self._fault(entry.chain, 1, FaultKind.FOREIGN)
        return False

    def _note(self, entry: LogEntry) -> None:
        if entry.kind in BRINGING and entry.detail("frame"):
            self._told[entry.detail("frame")] = entry
            if entry.subject is not None:
                self._messages.setdefault(entry.subject, entry.about)

    def _frame(self, sealed: bytes) -> None:
        entry = self._told.pop(frame_hash(sealed), None)
        if entry is None:
            self._fault(REAL, 0, FaultKind.FRAME_ALTERED, frame_hash(sealed))
            return
        frame = decode(sealed)
        message = self._messages.get(entry.subject, b"") if entry.subject is not None else b""
        match frame:
            case Message() | Long() | Notice() | SignedOther():
                judged = verify_message(frame, self._roster, self._signatures, None)
            case Act():
                judged = verify_act(frame, self._roster, self._signatures, message, None)
            case _:
                judged = Dropped(Reason.TYPE_NOT_SUPPORTED)
        if isinstance(judged, Dropped):
            if judged.reason in (Reason.BAD_SIGNATURE, Reason.WRONG_CONTEXT):
                self._fault(entry.chain, entry.number, FaultKind.UNSIGNED, str(judged.reason))
            else:
                self._count(judged.reason)
        elif judged.fingerprint != entry.about:
            self._fault(entry.chain, entry.number, FaultKind.ALTERED, "fingerprint")

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        head = LogHead(checkpoint.entries, checkpoint.hash)
        for key in self._roster.keys(Kind.STATION, self._heading.station):
            to_sign = head_to_sign(self._roster.root, key, checkpoint.chain, head)
            if self._signatures.verify(key, checkpoint.signature, to_sign):
                chain = self._chains.setdefault(checkpoint.chain, _Chain())
                chain.heads.append(_Head(checkpoint.entries, checkpoint.hash, ""))
                return
        self._fault(checkpoint.chain, checkpoint.entries, FaultKind.HEAD_UNSIGNED)

    def _witness(self, witness: Witness, keeper: int) -> None:
        digest = decode(witness.sealed)
        if witness.station != self._heading.station or not isinstance(digest, Digest) or digest.log_mark is None:
            return
        if digest.station != self._heading.station:
            return
        judged = verify_digest(digest, self._roster, self._signatures, None)
        if isinstance(judged, Dropped):
            self._count(judged.reason)
            return
        self._witnesses += 1
        mark = digest.log_mark
        is_own = keeper in (0, self._heading.station)
        who = "" if is_own else self._roster.code_of_station(keeper) or str(keeper)
        self._chains.setdefault(REAL, _Chain()).heads.append(_Head(mark.entries, mark.head, who))

    def _compare_heads(self, number: int, chain: _Chain) -> None:
        """Name the stretch in which something was changed: after the last head that holds, to the first that fails."""
        good = 0
        named = [
            (fault.first, fault.last) for fault in self._faults if fault.chain == number and fault.kind in _OF_ENTRIES
        ]
        for head in sorted(chain.heads):
            if head.entries > chain.last_number:
                self._fault(number, chain.last_number + 1, FaultKind.CUT, head.keeper, last=head.entries)
                return
            if chain.hashes.get(head.entries, b"")[: len(head.hash)] != head.hash:
                if any(first <= head.entries and last > good for first, last in named):
                    continue  # What was changed is named already, closer than a head can.
                self._fault(number, good + 1, FaultKind.REWRITTEN, head.keeper, last=head.entries)
                return
            good = head.entries
            if head.keeper:
                chain.witnessed_to = good
            else:
                chain.signed_to = good

    def _count(self, reason: Reason) -> None:
        self._not_checked[str(reason)] = self._not_checked.get(str(reason), 0) + 1

    def _fault(self, chain: int, first: int, kind: FaultKind, detail: str = "", last: int | None = None) -> None:
        if len(self._faults) < FAULTS_MAX:
            self._faults.append(LogFault(chain, first, last if last is not None else first, kind, detail))
