"""What one more statement would change in a roster: decided without changing anything."""

from dataclasses import dataclass
from enum import StrEnum

from node.core.ports import Store
from node.core.trust_records import StatementStanding
from protocol.bodies import CertificateBody
from protocol.certificates import AuthorityBody
from protocol.groups import MembershipBody
from protocol.reasons import Dropped, Reason
from protocol.revocations import RevocationBody
from protocol.roster import Roster
from protocol.sections import SectionBody
from protocol.statements import ROOT, Statement, decode_statement


class Change(StrEnum):
    """What becomes of a statement."""

    NEW = "new"
    RENEWED = "renewed"
    REVOKED = "revoked"
    """A key has ended."""
    KNOWN = "known"
    OLD = "old"
    """Newer ones are known: an old stick rolls nothing back."""
    REFUSED = "refused"
    """Not to be believed."""
    CONFLICT = "conflict"
    """As well signed as what it contradicts: what was here first stays in force, and people must know."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement, and the roster that has it."""

    change: Change
    statement: Statement | None
    """None when it cannot be read."""
    why: Dropped | None
    """Of what is not taken in."""
    roster: Roster
    """The same one unless something changes."""


def judge(roster: Roster, raw: bytes) -> Judged:
    """Weigh one statement against a roster."""
    statement = decode_statement(raw)
    if isinstance(statement, Dropped):
        return Judged(Change.REFUSED, None, statement, roster)
    after = roster.with_statement(raw)
    if isinstance(after, Dropped):
        return Judged(_why_not(roster, statement, raw, after), statement, after, roster)
    if after is roster:
        return Judged(Change.KNOWN, statement, None, roster)
    return Judged(_what(roster, statement), statement, None, after)


def joined(store: Store, roster: Roster) -> Roster:
    """The roster of a start: what this station believed before, then whatever the roster file adds to it."""
    offered = roster.statements()
    believed = [kept.raw for kept in store.statements() if kept.standing is StatementStanding.BELIEVED]
    if set(believed) <= set(offered):
        return roster
    return Roster.build(roster.root, (*believed, *offered))[0]


def is_of_another_network(store: Store, roster: Roster) -> bool:
    """Whether nothing of what this station believed before has a chain to this roster's root."""
    believed = {kept.raw for kept in store.statements() if kept.standing is StatementStanding.BELIEVED}
    return bool(believed) and believed.isdisjoint(roster.statements())


def _what(before: Roster, statement: Statement) -> Change:
    match statement.body:
        case RevocationBody():
            return Change.REVOKED
        case MembershipBody():
            is_renewal = bool(before.members(statement.number))
        case SectionBody():
            is_renewal = before.section(statement.number).version > 0
        case _:
            is_renewal = bool(before.renewals(statement.address, exercise=statement.exercise))
    return Change.RENEWED if is_renewal else Change.NEW


def _why_not(roster: Roster, statement: Statement, raw: bytes, dropped: Dropped) -> Change:
    if dropped.reason is Reason.DUPLICATE:
        return Change.OLD
    if dropped.reason is Reason.BAD_SIGNATURE and roster.is_overtaken(raw):
        return Change.OLD
    if dropped.reason is Reason.STATEMENT_CONFLICT or _is_claimed_by_two(roster, statement, dropped):
        return Change.CONFLICT
    return Change.REFUSED


def _is_claimed_by_two(roster: Roster, statement: Statement, dropped: Dropped) -> bool:
    """Whether two issuers, each entitled to certify this kind, certify one number; only what is signed gets so far."""
    is_certificate = isinstance(statement.body, CertificateBody) and not isinstance(statement.body, AuthorityBody)
    if dropped.reason is not Reason.BAD_ISSUER or statement.issuer == ROOT or not is_certificate:
        return False
    is_issuer = roster.authority(statement.issuer) is not None or (
        statement.exercise and roster.authority(statement.issuer, exercise=True) is not None
    )
    others = roster.renewals(statement.address) or roster.renewals(statement.address, exercise=True)
    return is_issuer and any(other.issuer != statement.issuer for other in others)
