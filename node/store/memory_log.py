"""The log in memory, with its checkpoints and what others signed of theirs."""

from collections.abc import Sequence

from node.core.log_entries import LogEntry
from node.core.log_evidence import WrittenEntry
from node.core.log_records import Checkpoint, LogHead, Witness
from node.store.memory_tables import InMemory


class LogInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about the log."""

    def append_entry(self, entry: LogEntry) -> None:
        entries = self._log.setdefault(entry.chain, [])
        if entry.number != len(entries) + 1:
            raise ValueError("that is not the next entry of its chain")
        self._writing()
        entries.append(entry)

    def log_head(self, chain: int) -> LogHead:
        entries = self._log.get(chain)
        if not entries:
            return LogHead(0, b"")
        known = self._heads.get(chain)
        if known is None or known[0] is not entries[-1]:
            known = self._heads[chain] = (entries[-1], LogHead(len(entries), entries[-1].hash))
        return known[1]

    def log_entries(self, chain: int, first: int, limit: int) -> Sequence[LogEntry]:
        start = max(first, 1) - 1
        return self._log.get(chain, [])[start : start + limit]

    def written_entries(self, chain: int, first: int, limit: int) -> Sequence[WrittenEntry]:
        return [
            WrittenEntry(chain, one.number, one.encode(), one.hash) for one in self.log_entries(chain, first, limit)
        ]

    def last_log_entry(self, chain: int, kind: int) -> LogEntry | None:
        return next((entry for entry in reversed(self._log.get(chain, [])) if entry.kind == kind), None)

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._writing().checkpoints[checkpoint.chain, checkpoint.entries] = checkpoint

    def last_checkpoint(self, chain: int) -> Checkpoint | None:
        return next(reversed(self.checkpoints(chain)), None)

    def checkpoints(self, chain: int) -> Sequence[Checkpoint]:
        return [self._now.checkpoints[key] for key in sorted(self._now.checkpoints) if key[0] == chain]

    def add_witness(self, witness: Witness, kept: int) -> None:
        tables = self._writing()
        first, *rest = (*tables.witnesses.get(witness.station, ()), witness)
        tables.witnesses[witness.station] = (first, *rest[-kept:])

    def last_witness(self, station: int) -> Witness | None:
        return next(reversed(self._now.witnesses.get(station, ())), None)

    def witnesses(self, station: int) -> Sequence[Witness]:
        return self._now.witnesses.get(station, ())

    def witnessed_stations(self) -> Sequence[int]:
        return sorted(self._now.witnesses)

    def log_chains(self) -> Sequence[int]:
        return sorted(chain for chain, entries in self._log.items() if entries)
