"""Statements handed in at this station: weighed one after another, issuers first, and taken in with one commit.

A certificate needs nobody's right, since each is signed; it is entered in the log. To end a key takes an operator on
duty here who may, though the revocation is signed too: nothing undoes it, so somebody answers for releasing it.
"""

from collections.abc import Iterable, Iterator

from node.core.effects import Refusal, Refused, Weighed
from node.core.events import StatementsHandedIn
from node.core.judging import Change, Judged, judge
from node.core.surroundings import Surroundings
from protocol.certificates import AuthorityBody
from protocol.numbers import Kind
from protocol.reasons import Dropped
from protocol.revocations import RevocationBody
from protocol.roster import Roster
from protocol.statements import Right, Statement, decode_statement


def weighed(roster: Roster, statements: Iterable[bytes]) -> Iterator[tuple[bytes, Judged]]:
    """What each would change after those before it; issuers come first, whatever the order."""
    for raw in sorted(dict.fromkeys(statements), key=_phase):
        judged = judge(roster, raw)
        roster = judged.roster
        yield raw, judged


def released(here: Surroundings, event: StatementsHandedIn) -> tuple[bytes, ...] | Weighed | Refused:
    """What is to be taken in, in that order; else what it would change, or why nothing is."""
    found = list(weighed(here.roster, event.statements))
    if event.dry_run:
        return Weighed(tuple(judged for _, judged in found))
    ends_a_key = any(judged.change is Change.REVOKED for _, judged in found)
    if ends_a_key:
        refusal = _why_not_revoke(here, event.operator)
        if refusal is not None:
            return Refused(refusal)
    return tuple(raw for raw, _ in found)


def _why_not_revoke(here: Surroundings, operator: int) -> Refusal | None:
    on_duty = here.signer.operators()
    asked = [operator] if operator else list(on_duty)
    if not on_duty or (operator and operator not in on_duty):
        return Refusal.NOT_ON_DUTY
    certificates = (here.roster.operator(one) for one in asked)
    may = any(one is not None and Right.REVOCATIONS in one.body.rights for one in certificates)
    return None if may else Refusal.NO_RIGHT_TO_REVOKE


def _phase(raw: bytes) -> int:
    """As `protocol.chains`: authorities, the end of their keys, what they say, the end of other keys."""
    statement = decode_statement(raw)
    body: object = statement.body if isinstance(statement, Statement) else Dropped
    match body:
        case AuthorityBody():
            return 0
        case RevocationBody(subject=Kind.AUTHORITY):
            return 1
        case RevocationBody():
            return 3
        case _:
            return 2
