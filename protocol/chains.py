"""Which of the offered statements a roster believes (SPEC.md, section 10.2).

A chain has two steps: the root certifies authorities, an authority certifies the rest. What is believed is a function
of the statements alone; only between two that contradict each other the one that was there first stays. Of each number
the two newest renewals are kept, and a statement stands as long as one of its issuer's two newest keys signed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Final

from protocol.certificates import AuthorityBody
from protocol.numbers import SIGNATURE_BYTES, Address, Kind
from protocol.reasons import Dropped, Reason
from protocol.signatures import Signatures
from protocol.statements import ROOT, Statement, statement_to_sign

RENEWALS_KEPT: Final = 2
"""A renewal in progress has two keys; each more would cost another verification of every bad frame."""
STATEMENTS_MAX: Final = 4096
"""About 800 kB, four statements for each of a network's 1022 stations."""

Place = tuple[Address, bool]
"""Whose statement, and whether it is for exercises."""


@dataclass(frozen=True, slots=True)
class Held:
    """A statement, its bytes, and the key that was seen to have signed it."""

    statement: Statement
    raw: bytes
    verified_by: bytes = b""
    """Empty until it was verified."""

    @property
    def place(self) -> Place:
        """Where it stands in a roster."""
        return self.statement.address, self.statement.exercise


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an offer."""

    held: Mapping[Place, tuple[Held, ...]]
    """By place, newest first."""
    dropped: tuple[tuple[Held, Dropped], ...]


def settle(root: bytes, offers: Iterable[Held], signatures: Signatures) -> Settled:
    """Believe what has a chain to the root.

    Args:
        root: the root's public key.
        offers: in the order in which they came to be known.
        signatures: asked once for each statement that it was not asked about before.
    """
    chain = _Chain(root, signatures)
    offered = list(offers)
    for is_authority in (True, False):
        for offer in offered:
            if isinstance(offer.statement.body, AuthorityBody) is is_authority:
                chain.take(offer)
        chain.keep_the_newest()
    return Settled({place: tuple(held) for place, held in sorted(chain.held.items())}, tuple(chain.dropped))


@dataclass(slots=True)
class _Chain:
    """The roster while it is being built."""

    root: bytes
    signatures: Signatures
    held: dict[Place, list[Held]] = field(default_factory=dict)
    first: dict[Address, Statement] = field(default_factory=dict)
    """The statement that settled who issued a number and when it was born."""
    dropped: list[tuple[Held, Dropped]] = field(default_factory=list)
    count: int = 0

    def take(self, offer: Held) -> None:
        """Keep an offer or note why not."""
        verdict = self._verified(offer)
        if isinstance(verdict, Held):
            # Only what is signed may raise an alarm about a contradiction.
            fault = self._contradiction(verdict)
            if fault is None:
                self.held.setdefault(verdict.place, []).append(verdict)
                self.first.setdefault(verdict.statement.address, verdict.statement)
                self.count += 1
                return
            verdict = fault
        self.dropped.append((offer, verdict))

    def keep_the_newest(self) -> None:
        """Sort every place, newest first, and let the oldest go."""
        for place, held in self.held.items():
            held.sort(key=attrgetter("statement.renewal"), reverse=True)
            self.dropped += [(old, Dropped(Reason.DUPLICATE, "older renewal")) for old in held[RENEWALS_KEPT:]]
            self.held[place] = held[:RENEWALS_KEPT]

    def _verified(self, offer: Held) -> Held | Dropped:
        if self.count >= STATEMENTS_MAX:
            return Dropped(Reason.QUOTA, f"{STATEMENTS_MAX} statements")
        keys = self._issuing_keys(offer.statement)
        if isinstance(keys, Dropped):
            return keys
        if offer.verified_by in keys:
            return offer
        unsigned, signature = offer.raw[:-SIGNATURE_BYTES], offer.raw[-SIGNATURE_BYTES:]
        for key in keys:
            if self.signatures.verify(key, signature, statement_to_sign(unsigned, self.root, key)):
                return replace(offer, verified_by=key)
        return Dropped(Reason.BAD_SIGNATURE, "statement")

    def _issuing_keys(self, statement: Statement) -> tuple[bytes, ...] | Dropped:
        """The keys that may have signed it."""
        is_authority = isinstance(statement.body, AuthorityBody)
        if is_authority is not (statement.issuer == ROOT):
            return Dropped(Reason.BAD_ISSUER, "the root certifies authorities, authorities the rest")
        if is_authority:
            return (self.root,)
        issuer = Address(Kind.AUTHORITY, statement.issuer)
        real = self.held.get((issuer, False), [])
        exercise = self.held.get((issuer, True), [])
        issuers = real + exercise if statement.exercise else real
        if not issuers:
            reason = Reason.BAD_ISSUER if exercise else Reason.UNKNOWN_ISSUER
            return Dropped(reason, f"authority {statement.issuer}")
        return tuple(key for held in issuers if (key := held.statement.public_key) is not None)

    def _contradiction(self, offer: Held) -> Dropped | None:
        statement = offer.statement
        renewals = [held for held in self.held.get(offer.place, []) if held.statement.renewal == statement.renewal]
        if any(held.raw == offer.raw for held in renewals):
            return Dropped(Reason.DUPLICATE, "statement")
        first = self.first.get(statement.address, statement)
        if first.issuer != statement.issuer:
            return Dropped(Reason.BAD_ISSUER, f"issued by authority {first.issuer}")
        if renewals or first.birth != statement.birth:
            return Dropped(Reason.STATEMENT_CONFLICT, f"renewal {statement.renewal}")
        return None
