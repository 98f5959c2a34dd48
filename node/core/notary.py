"""Where this station's log stands, under its signature: checkpoints it keeps, log marks it sends.

A checkpoint lies beside the log and shows what was changed by somebody without the station's key. A mark goes to the
neighbours in a digest and shows it of everybody, the station's own root user too. Both only ride on commits that are
made anyway, but for a mark that no digest took for `MARK_ALONE_MS`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from node.core.agenda import NEVER
from node.core.log_entries import REAL
from node.core.log_heads import head_to_sign
from node.core.log_records import Checkpoint, Witness
from node.core.offers import Offer, Rank, Ready
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.custody import MARK_HASH_BYTES, MARKED_ENTRIES_MAX
from protocol.frames import Digest, DigestEntry, LogMark
from protocol.hints import log_hint
from protocol.instants import wire_time
from protocol.numbers import Kind, Precedence
from protocol.sealing import seal_digest

CHECKPOINT_MS: Final = 600_000
"""Between two: what a thief of the card could change unseen, and 144 signatures a day."""
CHECKPOINT_ENTRIES: Final = 256
"""Or after so many, whichever is first: more than an hour's entries of a busy day."""
MARK_MS: Final = 600_000
"""Between two marks on the air (SPEC section 7)."""
MARK_ALONE_MS: Final = 6 * 3_600_000
"""After this a mark goes in a digest of its own (SPEC section 7)."""
WITNESSES_KEPT: Final = 64
"""Of each station the latest, besides the first: half a day of marks; each vouches for all that was before it."""


class Notary:
    """Signs for one station's log."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def sign_digest(self, urgency: Precedence, entries: Sequence[DigestEntry], turn: Turn) -> bytes:
        """Make and sign a digest, with a log mark when one is due and there is room; the sealed frame."""
        here = self._here
        mark = self._mark() if len(entries) <= MARKED_ENTRIES_MAX and self.is_mark_due(turn) else None
        bare = Digest(
            precedence=urgency,
            station=here.number,
            incarnation=here.incarnation_bits,
            time=wire_time(turn.now.utc_ms),
            manned=here.is_manned(turn.at),
            entries=tuple(entries),
            log_mark=mark,
        )
        digest = seal_digest(bare, here.roster, here.signer.sign_as_station)
        sealed = digest.encode()
        if mark is not None:
            here.store.add_witness(witness_of(here.number, mark, digest.time, sealed, turn), WITNESSES_KEPT)
        return sealed

    def is_mark_due(self, turn: Turn) -> bool:
        """Whether the next digest carries a mark, and has less room for entries."""
        last = self._here.store.last_witness(self._here.number)
        return self._has_moved(last) and (last is None or turn.at - last.heard_at >= MARK_MS)

    def soonest(self) -> int:
        """When the next mark would go alone."""
        alone_at = self._alone_at()
        return NEVER if alone_at is None else alone_at

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """A digest of a mark alone, when no other took it for long."""
        alone_at = self._alone_at()
        is_overdue = alone_at is not None and alone_at <= turn.at
        if (
            is_overdue
            and self._here.doubt is None
            and self._has_moved(self._here.store.last_witness(self._here.number))
        ):
            yield Offer(Precedence.ROUTINE, Rank.INVENTORY, turn.at, self._send)

    def next_at(self, at: int) -> int | None:
        """When the next mark would go alone."""
        alone_at = self._alone_at()
        return alone_at if alone_at is not None and alone_at > at else None

    def newest(self) -> bytes | None:
        """The newest digest with a mark, for who asks."""
        last = self._here.store.last_witness(self._here.number)
        return None if last is None else last.sealed

    def hint(self) -> int:
        """The ten bits of a beacon."""
        last = self._here.store.last_witness(self._here.number)
        return 0 if last is None else log_hint(last.head)

    def conclude(self, turn: Turn) -> None:
        """At the end of a turn that writes: sign where its chains stand, if it is time."""
        for chain in sorted(self._here.logbook.touched):
            head, last = self._here.store.log_head(chain), self._here.store.last_checkpoint(chain)
            is_due = last is None or (
                turn.at - last.at >= CHECKPOINT_MS or head.entries - last.entries >= CHECKPOINT_ENTRIES
            )
            if is_due:
                self.sign_head(chain, turn)

    def sign_head(self, chain: int, turn: Turn) -> None:
        """Keep a signature of where a chain stands, unless there is one."""
        here = self._here
        head, last = here.store.log_head(chain), here.store.last_checkpoint(chain)
        own = here.roster.keys(Kind.STATION, here.number)
        if not head.entries or not own or (last is not None and last.entries == head.entries):
            return
        signature = here.signer.sign_as_station(head_to_sign(here.roster.root, own[0], chain, head))
        here.store.put_checkpoint(Checkpoint(chain, head.entries, head.hash, turn.at, turn.now.utc_ms, signature))

    def _mark(self) -> LogMark:
        head = self._here.store.log_head(REAL)
        return LogMark(head.entries, head.hash[:MARK_HASH_BYTES])

    def _has_moved(self, last: Witness | None) -> bool:
        return self._here.store.log_head(REAL).entries > (0 if last is None else last.entries)

    def _alone_at(self) -> int | None:
        """When a mark goes alone, counted from the last one, or from where the log begins."""
        last = self._here.store.last_witness(self._here.number)
        if last is not None:
            return last.heard_at + MARK_ALONE_MS
        first = self._here.store.log_entries(REAL, 1, 1)
        return first[0].at + MARK_ALONE_MS if first else None

    def _send(self, turn: Turn) -> Ready:
        return Ready(self.sign_digest(Precedence.ROUTINE, (), turn), self._here.policy.hop_limit)


def witness_of(station: int, mark: LogMark, time: int, sealed: bytes, turn: Turn) -> Witness:
    """What is kept of a digest with a mark."""
    return Witness(station, mark.entries, mark.head, time, turn.at, turn.now.utc_ms, sealed)
