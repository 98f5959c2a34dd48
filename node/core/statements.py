"""Statements heard on the air or handed in: what is believed is in the store, in force and known to the signer at once.

What was here first stays in force against anything that contradicts it; both are kept, and people are told.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.effects import Level, Stir
from node.core.judging import Change, Judged, judge
from node.core.log_entries import LogKind
from node.core.policy import CONTRADICTIONS_MAX, STATEMENT_NEWS_MS
from node.core.surroundings import Surroundings
from node.core.trust_records import KeptStatement, StatementStanding
from node.core.turn import Turn
from protocol.revocations import RevocationBody
from protocol.roster import Roster
from protocol.statements import Statement, decode_statement


class Statements:
    """Keeps the roster of one station."""

    def __init__(self, here: Surroundings, alarms: Alarms) -> None:
        self._here = here
        self._alarms = alarms
        self._is_kept = True
        """Whether the store has what the roster has."""
        self._news: dict[bytes, int] = {}
        """What others may not have and was not told them here, with when it came."""

    def begin(self, offered: Iterable[bytes], turn: Turn) -> None:
        """The station starts with what it believed before and what its roster file adds; weigh what else is in that."""
        self._keep_all(turn)
        began_with = self._here.roster
        believed = set(began_with.statements())
        kept = self._here.store.statements()
        self._news = {one.raw: one.kept_at for one in kept if one.is_news and one.raw in believed}
        old = 0
        for raw in offered:
            if raw in believed and self._here.roster is began_with:
                continue  # Known, and reading it again takes a key exchange where it certifies a station.
            old += self.take(raw, turn).change is Change.OLD
        if old:
            turn.log(Level.WARNING, f"{old} certificates of the roster file are older than what this station knows")

    def rolled_back(self) -> None:
        """The store forgot what it was told; the roster did not, and what it has is written again."""
        self._is_kept = False

    def catch_up(self, turn: Turn) -> None:
        """After a rollback: let the store have what the roster has."""
        if not self._is_kept:
            self._keep_all(turn)

    def take(self, raw: bytes, turn: Turn) -> Judged:
        """Weigh one statement and go by it from now on if it is to be believed."""
        judged = judge(self._here.roster, raw)
        match judged.change:
            case Change.NEW | Change.RENEWED | Change.REVOKED:
                self._believe(raw, judged, turn)
            case Change.CONFLICT:
                self._contradicted(raw, judged, turn)
            case Change.KNOWN:
                pass
            case Change.OLD | Change.REFUSED:
                if judged.why is not None:
                    self._here.drops[judged.why.reason] += 1
        return judged

    def news(self, at: int) -> Collection[bytes]:
        """What came lately and was not told from here since this start."""
        self._news = {raw: kept_at for raw, kept_at in self._news.items() if at - kept_at < STATEMENT_NEWS_MS}
        return self._news.keys()

    def recalled(self, at: int) -> list[tuple[bytes, int]]:
        """Revocations that came lately, with when."""
        return [
            (raw, kept_at)
            for raw, kept_at in self._news.items()
            if at - kept_at < STATEMENT_NEWS_MS and is_revocation(raw)
        ]

    def told(self, statements: Iterable[bytes]) -> None:
        """These are no news any more."""
        for raw in statements:
            self._news.pop(raw, None)

    def _believe(self, raw: bytes, judged: Judged, turn: Turn) -> None:
        here, before = self._here, self._here.roster
        here.store.put_statement(_kept(raw, turn))
        self._news[raw] = turn.at
        for let_go in set(before.statements()).difference(judged.roster.statements()):
            here.store.delete_statement(let_go)
            self._news.pop(let_go, None)
        self._use(judged.roster, turn)
        self._enter(raw, judged, turn)
        turn.log(Level.INFO, f"accepted: {_named(judged.statement)}")

    def _enter(self, raw: bytes, judged: Judged, turn: Turn) -> None:
        if judged.statement is not None:
            kind = LogKind.REVOKED if judged.change is Change.REVOKED else LogKind.CERTIFIED
            details = {"statement": _named(judged.statement)}
            self._here.logbook.enter(kind, turn, about=sha256(raw).digest(), details=details)

    def _contradicted(self, raw: bytes, judged: Judged, turn: Turn) -> None:
        if judged.why is None or judged.statement is None:
            return
        here = self._here
        here.drops[judged.why.reason] += 1
        kept = [one.raw for one in here.store.statements() if one.standing is StatementStanding.CONTRADICTS]
        if len(kept) < CONTRADICTIONS_MAX and raw not in kept:
            here.store.put_statement(_kept(raw, turn, StatementStanding.CONTRADICTS))
        address = judged.statement.address
        in_force = here.roster.certificate(address)
        code = in_force.code if in_force is not None else str(address.number)
        self._alarms.raise_(AlarmKind.STATEMENT_CONFLICT, code, turn, _named(judged.statement))

    def _use(self, roster: Roster, turn: Turn) -> None:
        self._here.roster = roster
        for operator in self._here.signer.use_roster(roster):
            turn.log(Level.WARNING, f"operator {operator} is off duty: the key is certified no more")
        turn.effects.append(Stir())

    def _keep_all(self, turn: Turn) -> None:
        """Store what the roster has and the store has not; what is there at the first start is everybody's."""
        known = {kept.raw for kept in self._here.store.statements()}
        for raw in self._here.roster.statements():
            if raw not in known:
                self._here.store.put_statement(_kept(raw, turn, is_news=bool(known)))
        self._is_kept = True


def is_revocation(raw: bytes) -> bool:
    """Whether a statement ends a key."""
    statement = decode_statement(raw)
    return isinstance(statement, Statement) and isinstance(statement.body, RevocationBody)


def _kept(
    raw: bytes, turn: Turn, standing: StatementStanding = StatementStanding.BELIEVED, *, is_news: bool = True
) -> KeptStatement:
    return KeptStatement(raw, standing, is_news, turn.at, turn.now.utc_ms)


def _named(statement: Statement | None) -> str:
    if statement is None:
        return "a statement that cannot be read"
    about = f"{statement.address.kind.name} {statement.number}".lower()
    said = statement.statement_class.name.lower()
    return f"{said} of {about}, number {statement.order}, by authority {statement.issuer}"
