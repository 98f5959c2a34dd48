"""What a roster that somebody brings would change in ours: shown before it is believed, and never a step back.

What is here wins over what contradicts it; both are shown. What has no chain to our root is refused, with the reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from node.keyring.roster_file import RosterFile
from protocol.bodies import CertificateBody
from protocol.chains import Held, Settled, settle
from protocol.numbers import Address
from protocol.reasons import Dropped, Reason
from protocol.roster import Roster
from protocol.signatures import ED25519
from protocol.statements import RevocationBody, Statement, decode_statement


class Verdict(StrEnum):
    """What becomes of a statement."""

    NEW = "new"
    RENEWED = "renewed"
    REVOKED = "revoked"
    CONFLICT = "conflict"
    """Two say different things of the same: ours stays."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of the offer."""

    verdict: Verdict
    statement: Statement
    ours: Statement | None
    """What is said here now of the same, if anything."""
    reason: str = ""
    """Why not, unless it is believed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An offer beside a roster."""

    result: RosterFile
    """The roster afterwards."""
    findings: tuple[Finding, ...]
    unread: tuple[Dropped, ...]
    """What was no statement at all."""
    older: int
    """Statements that are known, or older than what is known."""
    let_go: tuple[Statement, ...]
    """Certificates that fall out: only an ended or twice renewed key of their authority had signed them."""

    @property
    def is_change(self) -> bool:
        """Whether believing it changes anything."""
        return any(one.verdict in (Verdict.NEW, Verdict.RENEWED, Verdict.REVOKED) for one in self.findings)

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(one for one in self.findings if one.verdict is verdict)


def compare(ours: RosterFile, offered: Iterable[bytes]) -> Comparison:
    """See what an offer would change; nothing is written.

    Args:
        ours: stays in whatever contradicts it.
        offered: statements as they lie in a file, of whatever origin.
    """
    known = dict.fromkeys(ours.roster.statements())
    strange: list[Held] = []
    unread: list[Dropped] = []
    for raw in dict.fromkeys(offered):
        statement = decode_statement(raw)
        if isinstance(statement, Dropped):
            unread.append(statement)
        elif raw not in known:
            strange.append(Held(statement, raw))
    settled = settle(ours.roster.root, [*_held(known), *strange], ED25519)
    result = Roster(ours.roster.root, settled, ED25519)
    believed = set(result.statements())
    dropped = {held.raw: reason for held, reason in settled.dropped}
    findings = [
        _believed(ours.roster, held) if held.raw in believed else _refused(settled, held, dropped[held.raw])
        for held in strange
        if held.raw in believed or not result.is_overtaken(held.raw)
    ]
    told = tuple(one for one in findings if one is not None)
    older = len(strange) - len(told)
    return Comparison(RosterFile(ours.name, result), told, tuple(unread), older, _let_go(ours.roster, result))


def shared_numbers(ours: Roster, theirs: Roster) -> tuple[Address, ...]:
    """Whom both networks certify under one number: another holder in each."""
    return tuple(sorted(_addresses(ours) & _addresses(theirs)))


def _believed(ours: Roster, held: Held) -> Finding:
    statement = held.statement
    if isinstance(statement.body, RevocationBody):
        return Finding(Verdict.REVOKED, statement, _of_holder(ours, statement))
    before = _newest_at(_held(ours.statements()), held)
    return Finding(Verdict.NEW if before is None else Verdict.RENEWED, statement, before)


def _refused(settled: Settled, held: Held, dropped: Dropped) -> Finding | None:
    """Why a statement is not believed; None when it is only older than what is."""
    same = settled.held.get(held.place, ())
    ours = same[0].statement if same else None
    if dropped.reason is Reason.DUPLICATE:
        return None
    if dropped.reason is Reason.STATEMENT_CONFLICT:
        at_same = next((one.statement for one in same if one.statement.order == held.statement.order), ours)
        return Finding(Verdict.CONFLICT, held.statement, at_same, "two say this differently")
    if dropped.reason is Reason.BAD_ISSUER and ours is not None and ours.issuer != held.statement.issuer:
        claim = f"authority {held.statement.issuer} claims a number of authority {ours.issuer}"
        return Finding(Verdict.CONFLICT, held.statement, ours, claim)
    return Finding(Verdict.REFUSED, held.statement, ours, str(dropped))


def _held(statements: Iterable[bytes]) -> list[Held]:
    read = ((decode_statement(raw), raw) for raw in statements)
    return [Held(statement, raw) for statement, raw in read if isinstance(statement, Statement)]


def _newest_at(held: list[Held], place_of: Held) -> Statement | None:
    same = [one.statement for one in held if one.place == place_of.place]
    return max(same, key=lambda one: one.order, default=None)


def _of_holder(roster: Roster, statement: Statement) -> Statement | None:
    return next(iter(roster.renewals(statement.address, exercise=statement.exercise)), None)


def _let_go(before: Roster, after: Roster) -> tuple[Statement, ...]:
    gone: list[Statement] = []
    for held in _held(before.statements()):
        statement = held.statement
        is_certificate = isinstance(statement.body, CertificateBody)
        if is_certificate and not after.renewals(statement.address, exercise=statement.exercise):
            gone.append(statement)
    return tuple(gone)


def _addresses(roster: Roster) -> set[Address]:
    return {held.statement.address for held in _held(roster.statements())}
