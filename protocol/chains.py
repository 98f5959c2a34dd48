"""Which of the offered statements a roster believes (SPEC.md, section 10.2).

A chain has two steps: the root certifies authorities, an authority certifies the rest. What is believed is a function
of the statements alone; only between two that contradict each other the one that was there first stays. Of each number
the two newest renewals are kept, and a statement stands as long as one of its issuer's two newest keys signed it, and
that key is not revoked. So statements are taken in four phases, each of which needs the one before:

```
0 authorities   1 revocations of authorities' keys   2 all else that authorities say   3 revocations of other keys
```

A full roster takes no more, whoever says it; but revocations are counted apart and by issuer, and no authority may fill
all the rest: one that turns must neither bring ended keys back nor keep the end of its own from being believed.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from operator import attrgetter
from typing import Final

from protocol.certificates import AuthorityBody
from protocol.groups import MembershipBody
from protocol.numbers import SIGNATURE_BYTES, Address, Kind
from protocol.reasons import Dropped, Reason
from protocol.revocations import RevocationBody, SecondHolder, key_fingerprint, second_to_sign
from protocol.sections import SectionBody
from protocol.signatures import Signatures
from protocol.statements import ROOT, Statement, before_second, statement_to_sign

RENEWALS_KEPT: Final = 2
"""A renewal in progress has two keys; each more would cost another verification of every bad frame."""
STATEMENTS_MAX: Final = 4096
"""But revocations; about 800 kB, four statements for each of a network's 1022 stations."""
STATEMENTS_OF_ONE_MAX: Final = STATEMENTS_MAX // 2
"""Of one authority, so that one that turns leaves room for all others."""
REVOCATIONS_OF_ONE_MAX: Final = 512
"""Of one issuer: a key a week for ten years, 100 kB."""
PHASES: Final = 4


class Register(IntEnum):
    """Which of the things that are said of one number."""

    HOLDER = 0
    """Who it is: a certificate."""
    MEMBERS = 1
    SECTION = 2
    REVOCATION = 3


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a statement stands in a roster: two at one place are renewals of each other."""

    address: Address
    exercise: bool = False
    register: Register = Register.HOLDER
    issuer: int = ROOT
    """Of a revocation; 0 in the other registers."""
    key: bytes = b""
    """Of a revocation, the fingerprint."""

    def __hash__(self) -> int:
        # As of an address: places are looked up for every frame.
        return hash((self.address, self.exercise, int(self.register), self.issuer, self.key))


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
        address, exercise = self.statement.address, self.statement.exercise
        match self.statement.body:
            case MembershipBody():
                return Place(address, exercise, Register.MEMBERS)
            case SectionBody():
                return Place(address, exercise, Register.SECTION)
            case RevocationBody(key_fingerprint=key):
                return Place(address, exercise, Register.REVOCATION, self.statement.issuer, key)
            case _:
                return Place(address, exercise)

    @property
    def is_revocation(self) -> bool:
        """Whether it ends a key."""
        return isinstance(self.statement.body, RevocationBody)

    @property
    def phase(self) -> int:
        """When it can be judged."""
        match self.statement.body:
            case AuthorityBody():
                return 0
            case RevocationBody(subject=Kind.AUTHORITY):
                return 1
            case RevocationBody():
                return 3
            case _:
                return 2


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
    for phase in range(PHASES):
        for offer in offered:
            if offer.phase == phase:
                chain.take(offer)
        chain.keep_the_newest()
    return Settled({place: tuple(held) for place, held in sorted(chain.held.items())}, tuple(chain.dropped))


def added(root: bytes, held: Mapping[Place, tuple[Held, ...]], offer: Held, signatures: Signatures) -> Settled | None:
    """The same for one statement more, without weighing all others anew; None where their fate may hang on it.

    What is refused is refused here, whatever it is: a full roster takes 0.1 s to settle (Raspberry Pi 4: 0.4 s), and
    anybody can send what is not to be believed.
    """
    chain, place = _Chain(root, signatures), offer.place
    chain.hold(held, offer.statement.address)
    settles_a_number = place.register in (Register.HOLDER, Register.MEMBERS) and place.address not in chain.first
    judges_revocations = settles_a_number and any(one.register is Register.REVOCATION for one in chain.held)
    chain.take(offer)
    if not chain.dropped and (offer.phase < PHASES - 2 or judges_revocations):
        return None
    chain.keep_the_newest()
    return Settled(_with_place(held, place, tuple(chain.held.get(place, ()))), tuple(chain.dropped))


def _with_place(
    held: Mapping[Place, tuple[Held, ...]], place: Place, renewals: tuple[Held, ...]
) -> Mapping[Place, tuple[Held, ...]]:
    if place in held or not renewals:
        return {**held, place: renewals} if renewals else held
    places = list(held.items())
    at = bisect_left(places, place, key=lambda one: one[0])
    return dict([*places[:at], (place, renewals), *places[at:]])


@dataclass(slots=True)
class _Chain:
    """The roster while it is being built."""

    root: bytes
    signatures: Signatures
    held: dict[Place, list[Held]] = field(default_factory=dict)
    first: dict[Address, Statement] = field(default_factory=dict)
    """The statement that settled who issued a number and when it was born."""
    revoked: set[tuple[bytes, bool]] = field(default_factory=set)
    """Fingerprints of authorities' keys, and whether for exercises only."""
    dropped: list[tuple[Held, Dropped]] = field(default_factory=list)
    counts: Counter[tuple[bool, int]] = field(default_factory=Counter)
    """Held, by whether they are revocations and by issuer."""

    def take(self, offer: Held) -> None:
        """Keep an offer or note why not."""
        verdict = self._verified(offer)
        if isinstance(verdict, Held):
            # Only what is signed may raise an alarm about a contradiction.
            fault = self._contradiction(verdict)
            if fault is None:
                self._keep(verdict)
                return
            verdict = fault
        self.dropped.append((offer, verdict))

    def keep_the_newest(self) -> None:
        """Sort every place, newest first, and let the oldest go."""
        for place, held in self.held.items():
            held.sort(key=attrgetter("statement.order"), reverse=True)
            self.dropped += [(old, Dropped(Reason.DUPLICATE, "older renewal")) for old in held[RENEWALS_KEPT:]]
            self.held[place] = held[:RENEWALS_KEPT]

    def _keep(self, held: Held) -> None:
        renewals = self.held.setdefault(held.place, [])
        if len(renewals) < RENEWALS_KEPT:  # Else an older one gives way.
            self.counts[held.is_revocation, held.statement.issuer] += 1
        renewals.append(held)
        self._learn(held)

    def _learn(self, held: Held) -> None:
        match held.statement.body:
            case RevocationBody(subject=Kind.AUTHORITY, key_fingerprint=key):
                self.revoked.add((key, held.statement.exercise))
            case RevocationBody() | SectionBody():
                pass  # They are about a number that a certificate settles.
            case _:
                self.first.setdefault(held.statement.address, held.statement)

    def hold(self, held: Mapping[Place, tuple[Held, ...]], about: Address) -> None:
        """Go on from a roster, with no more of it than what is said of authorities and of one number."""
        for place, renewals in held.items():
            self.counts[place.register is Register.REVOCATION, renewals[0].statement.issuer] += len(renewals)
            if place.address.kind is Kind.AUTHORITY or place.address == about:
                self.held[place] = list(renewals)
                for one in renewals:
                    self._learn(one)

    def _verified(self, offer: Held) -> Held | Dropped:
        statement = offer.statement
        fault = self._quota_fault(offer) or self._entitlement_fault(statement)
        if fault is not None:
            return fault
        keys = self._issuing_keys(statement.issuer, exercise=statement.exercise, judges=offer.phase == 1)
        if isinstance(keys, Dropped):
            return keys
        if offer.verified_by in keys:
            return offer
        unsigned, signature = offer.raw[:-SIGNATURE_BYTES], offer.raw[-SIGNATURE_BYTES:]
        for key in keys:
            if self.signatures.verify(key, signature, statement_to_sign(unsigned, self.root, key)):
                return self._second_fault(statement, unsigned) or replace(offer, verified_by=key)
        return Dropped(Reason.BAD_SIGNATURE, "statement")

    def _quota_fault(self, offer: Held) -> Dropped | None:
        issuer = offer.statement.issuer
        of_one = self.counts[offer.is_revocation, issuer]
        if len(self.held.get(offer.place, ())) >= RENEWALS_KEPT:
            is_full = False
        elif offer.is_revocation:
            is_full = of_one >= REVOCATIONS_OF_ONE_MAX
        else:
            in_all = sum(count for (is_revocation, _), count in self.counts.items() if not is_revocation)
            is_full = in_all >= STATEMENTS_MAX or (issuer != ROOT and of_one >= STATEMENTS_OF_ONE_MAX)
        return Dropped(Reason.QUOTA, f"{of_one} statements of authority {issuer}") if is_full else None

    def _entitlement_fault(self, statement: Statement) -> Dropped | None:
        """Whether that issuer may say that kind of thing, whoever signed it."""
        issuer, is_root = statement.issuer, statement.issuer == ROOT
        match statement.body:
            case AuthorityBody():
                is_entitled = is_root
            case SectionBody():
                is_entitled = issuer == statement.number
            case RevocationBody(subject=Kind.AUTHORITY, second=SecondHolder() as second):
                # The root and anyone, even the holder's own consent; or two authorities, neither of them the holder.
                is_entitled = is_root or len({issuer, second.authority, statement.number}) == 3
            case RevocationBody():
                first = self.first.get(statement.address)
                is_entitled = is_root or first is None or first.issuer == issuer
            case _:
                is_entitled = not is_root
        return None if is_entitled else Dropped(Reason.BAD_ISSUER, f"{statement.address.kind.name} by {issuer}")

    def _issuing_keys(self, issuer: int, *, exercise: bool, judges: bool) -> tuple[bytes, ...] | Dropped:
        """The keys that may have signed; revoked ones only while it is judged which those are."""
        if issuer == ROOT:
            return (self.root,)
        address = Address(Kind.AUTHORITY, issuer)
        real, exercises = self.held.get(Place(address), []), self.held.get(Place(address, exercise=True), [])
        issuers = real + exercises if exercise else real
        if not issuers:
            reason = Reason.BAD_ISSUER if exercises else Reason.UNKNOWN_ISSUER
            return Dropped(reason, f"authority {issuer}")
        keys = tuple(key for held in issuers if (key := held.statement.public_key) is not None)
        good = tuple(key for key in keys if judges or not self._is_revoked(key, exercise=exercise))
        return good or Dropped(Reason.REVOKED_KEY, f"authority {issuer}")

    def _is_revoked(self, key: bytes, *, exercise: bool) -> bool:
        named = key_fingerprint(key)
        return (named, False) in self.revoked or (exercise and (named, True) in self.revoked)

    def _second_fault(self, statement: Statement, unsigned: bytes) -> Dropped | None:
        match statement.body:
            case RevocationBody(second=SecondHolder() as second):
                keys = self._issuing_keys(second.authority, exercise=statement.exercise, judges=True)
                if isinstance(keys, Dropped):
                    return keys
                signed = before_second(unsigned)
                if any(
                    self.signatures.verify(key, second.signature, second_to_sign(signed, self.root, key))
                    for key in keys
                ):
                    return None
                return Dropped(Reason.BAD_SIGNATURE, "second holder")
            case _:
                return None

    def _contradiction(self, offer: Held) -> Dropped | None:
        statement = offer.statement
        renewals = [held for held in self.held.get(offer.place, []) if held.statement.order == statement.order]
        if any(held.raw == offer.raw for held in renewals):
            return Dropped(Reason.DUPLICATE, "statement")
        first = self.first.get(statement.address, statement)
        is_settled_by_first = offer.place.register in (Register.HOLDER, Register.MEMBERS)
        if is_settled_by_first and first.issuer != statement.issuer:
            return Dropped(Reason.BAD_ISSUER, f"issued by authority {first.issuer}")
        if renewals or first.birth != statement.birth:
            return Dropped(Reason.STATEMENT_CONFLICT, f"renewal {statement.renewal}")
        return None
