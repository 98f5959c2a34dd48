"""The station's log: what happened and who did it, entered in the same commit as what it tells.

Entries are appended and never changed; each names the hash of the one before. What belongs to an exercise is entered
in a chain of its own, named by the drill id, so nothing of it stands in the real log but that it began and ended.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, Protocol, TypeAlias

from node.core.log_entries import (
    DETAIL_BYTES_MAX,
    KEY_BYTES,
    NO_KEY,
    REAL,
    LogEntry,
    LogKind,
    beginning,
    fault_of,
)
from node.core.ports import Store
from node.core.records import Item
from node.core.turn import Turn
from protocol.numbers import Address, Kind
from protocol.roster import Roster

TEXT: Final = "text"
"""The one detail that may be long."""
FIGURE_BYTES_MAX: Final = 512
"""Of any other, so that the fullest entry stays within `ENTRY_BYTES_MAX`."""
FRAME_HASH_BYTES: Final = 16
"""Of a sealed frame's SHA-256, in hexadecimal: shows without any roster that the frame kept is the one accepted."""

Details: TypeAlias = Mapping[str, str | int]
"""Words of the program and figures, by name."""


class Keeper(Protocol):
    """Who keeps a log: a station's surroundings."""

    number: int
    roster: Roster
    store: Store


class Logbook:
    """Writes one station's log."""

    def __init__(self, here: Keeper) -> None:
        self._here = here
        self.touched: set[int] = set()
        """Chains that were entered into since the start: a station takes part in few exercises between two starts."""

    def enter(
        self,
        kind: LogKind,
        turn: Turn,
        *,
        who: Address | None = None,
        about: Item | bytes = b"",
        chain: int = REAL,
        details: Details | None = None,
    ) -> LogEntry:
        """Append an entry; it is durable with the turn's commit.

        Args:
            kind: what it tells of.
            turn: when.
            who: an operator, or a station; None is this station itself.
            about: the message or act it is about, which also says in which chain it belongs and who may be asked; or
                32 bytes that name something else, such as the SHA-256 of a statement.
            chain: where to, if it is about no item.
            details: words of the program and figures, never those of a secret; a text that is too long is cut.
        """
        named = {name: _fitting(name, str(value)) for name, value in (details or {}).items()}
        item = about if isinstance(about, Item) else None
        if item is not None:
            chain = item.drill
            named["frame"] = frame_hash(item.sealed)
        head = self._here.store.log_head(chain)
        who = who or Address(Kind.STATION, self._here.number)
        entry = LogEntry(
            chain=chain,
            number=head.entries + 1,
            kind=kind,
            at=turn.at,
            utc_ms=turn.now.utc_ms,
            uncertainty_ms=turn.now.utc_uncertainty_ms if turn.now.utc_ms is not None else 0,
            boot_id=turn.now.boot_id,
            who=who,
            key=self._key(who, is_exercise=chain != REAL),
            subject=None if item is None else item.key,
            about=about.fingerprint if isinstance(about, Item) else about,
            details=tuple(sorted(named.items())),
            previous=head.hash or beginning(self._here.roster.root, self._here.number, chain),
        )
        fault = fault_of(entry)
        assert not fault, fault
        self._here.store.append_entry(entry)
        self.touched.add(chain)
        return entry

    def _key(self, who: Address, *, is_exercise: bool) -> bytes:
        keys = self._here.roster.keys(who.kind, who.number, exercise=is_exercise)
        return sha256(keys[0]).digest()[:KEY_BYTES] if keys else NO_KEY


def author_of(item: Item) -> Address:
    """Who signed an item: a person, or the station for itself."""
    return Address(Kind.OPERATOR, item.author) if item.author else Address(Kind.STATION, item.issuer)


def addressed(item: Item) -> Details:
    """Of a message: to whom, how urgent."""
    to = f"{item.recipient.kind.name.lower()}:{item.recipient.number}"
    return {"to": to, "precedence": item.precedence.name.lower()}


def frame_hash(sealed: bytes) -> str:
    """How an entry names a sealed frame, age 0."""
    return sha256(sealed).digest()[:FRAME_HASH_BYTES].hex()


def _fitting(name: str, text: str) -> str:
    """As much of a text as an entry takes, cut between two letters."""
    bytes_max = DETAIL_BYTES_MAX if name == TEXT else FIGURE_BYTES_MAX
    return text.encode(errors="replace")[:bytes_max].decode(errors="ignore")
