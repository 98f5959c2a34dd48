"""What a log consists of once it is handed out: entries, the frames they speak of, and who vouches for them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from node.core.log_entries import EntryUnreadable, LogKind, decode_entry
from node.core.log_records import Checkpoint, Witness
from node.core.ports import Store
from node.core.records import Item

PAGE: Final = 200
"""Entries read at once: some 60 kB."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose log it is."""

    root: bytes
    """The network's root public key."""
    station: int
    version: str
    """Of the program that wrote it."""


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry as it lies in the store, read by nobody yet."""

    chain: int
    number: int
    raw: bytes
    hash: bytes
    """As it was kept beside the entry."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A sealed message or act, age 0."""

    sealed: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the roster's statements: public keys to check with."""

    raw: bytes


Evidence = Heading | WrittenEntry | Frame | Checkpoint | Witness | Statement


class LogSource(Protocol):
    """Where a log lies."""

    def log_chains(self) -> Sequence[int]:
        """As `Store.log_chains`."""

    def written_entries(self, chain: int, first: int, limit: int) -> Sequence[WrittenEntry]:
        """At most `limit` entries of a chain in order, from that number on, as they lie there."""

    def items_told_of(self, chain: int, first: int, last: int) -> Sequence[Item]:
        """Messages and acts that entries of these numbers say were written or taken in here, in that order."""

    def checkpoints(self, chain: int) -> Sequence[Checkpoint]:
        """As `Store.checkpoints`."""

    def witnessed_stations(self) -> Sequence[int]:
        """As `Store.witnessed_stations`."""

    def witnesses(self, station: int) -> Sequence[Witness]:
        """As `Store.witnesses`."""


BRINGING: Final = frozenset({LogKind.COMPOSED, LogKind.ACCEPTED, LogKind.ACTED, LogKind.ACT_HEARD})
"""Kinds of entries that a frame belongs to."""


def items_of(store: Store, raws: Iterable[bytes]) -> list[Item]:
    """The items that entries name by fingerprint; of an entry that cannot be read, none."""
    found: list[Item] = []
    for raw in raws:
        with suppress(EntryUnreadable):
            item = store.item_by_fingerprint(decode_entry(raw).about)
            found += [item] if item is not None else []
    return found


def evidence_of(source: LogSource) -> Iterator[Evidence]:
    """All of a log but its heading and the roster, a page at a time: frames follow the entries that speak of them."""
    for chain in source.log_chains():
        first = 1
        while page := source.written_entries(chain, first, PAGE):
            yield from page
            yield from (Frame(item.sealed) for item in source.items_told_of(chain, first, page[-1].number))
            first = page[-1].number + 1
        yield from source.checkpoints(chain)
    for station in source.witnessed_stations():
        yield from source.witnesses(station)
