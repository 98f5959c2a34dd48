"""Statements at the desk: weighed or taken in by the core, and told by the names that the roster has."""

from node.api.faults import FaultCode, refused
from node.api.packing import unpack
from node.api.statements import (
    STATEMENTS_MAX,
    StatementChange,
    StatementsTaken,
    TakeStatements,
    WeighedStatement,
)
from node.core.effects import Weighed
from node.core.events import StatementsHandedIn
from node.core.judging import Judged
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises


class HandingIn:
    """Answers clients that bring statements."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def take(self, ask: object) -> StatementsTaken:
        """Weigh or take in."""
        asked = unpack(TakeStatements, ask)
        if not 1 <= len(asked.statements) <= STATEMENTS_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"statements: 1 to {STATEMENTS_MAX}")
        operator = 0
        if asked.author:
            operator = await self._at.worker.ask(lambda: whom.author(self._at.here, asked.author))
        answer = await self._at.worker.request(
            lambda request: StatementsHandedIn(request, asked.statements, operator, dry_run=asked.dry_run)
        )
        return StatementsTaken(tuple(map(_told, carried_out(answer, Weighed).found)))


def _told(judged: Judged) -> WeighedStatement:
    change = StatementChange(judged.change.value)
    reason = "" if judged.why is None else str(judged.why.reason)
    statement = judged.statement
    if statement is None:
        return WeighedStatement(change, "", "", 0, "", "", 0, 0, exercise=False, reason=reason)
    certificate = judged.roster.certificate(statement.address)
    return WeighedStatement(
        change=change,
        said=statement.statement_class.name.lower(),
        kind=statement.address.kind.name.lower(),
        number=statement.number,
        code="" if certificate is None else certificate.code,
        name="" if certificate is None else certificate.name,
        order=statement.order,
        issuer=statement.issuer,
        exercise=statement.exercise,
        reason=reason,
    )
