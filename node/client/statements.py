"""Handing statements to a running station, however many a file holds."""

from collections.abc import Iterator, Sequence

from node.api.methods import TAKE_STATEMENTS
from node.api.statements import STATEMENTS_MAX, StatementsTaken, TakeStatements, WeighedStatement
from node.client.blocking import Client
from protocol.certificates import AuthorityBody
from protocol.statements import Statement, decode_statement


def hand_in(
    client: Client, statements: Sequence[bytes], *, dry_run: bool = False, author: str = ""
) -> tuple[WeighedStatement, ...]:
    """Weigh or take in all, in portions of which each has the authorities that it needs.

    Raises:
        Refused: the station does not do it; of portions before, what was to be believed is taken in.
    """
    found: list[WeighedStatement] = []
    for portion in _portions(statements):
        taken: StatementsTaken = client.call(TAKE_STATEMENTS, TakeStatements(portion, dry_run=dry_run, author=author))
        found += (one for one in taken.statements if one not in found)
    return tuple(found)


def _portions(statements: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    if len(statements) <= STATEMENTS_MAX:
        yield tuple(statements)
        return
    authorities = {raw: statement.number for raw in statements if (statement := _authority(raw)) is not None}
    yield from _cut(list(authorities), ())
    rest = sorted((_issuer(raw), raw) for raw in statements if raw not in authorities)
    by_issuer: dict[int, list[bytes]] = {}
    for issuer, raw in rest:
        by_issuer.setdefault(issuer, []).append(raw)
    for issuer, issued in by_issuer.items():
        yield from _cut(issued, tuple(raw for raw, number in authorities.items() if number == issuer))


def _cut(statements: list[bytes], ahead: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    room = STATEMENTS_MAX - len(ahead)
    for first in range(0, len(statements), room):
        yield (*ahead, *statements[first : first + room])


def _authority(raw: bytes) -> Statement | None:
    statement = decode_statement(raw)
    return statement if isinstance(statement, Statement) and isinstance(statement.body, AuthorityBody) else None


def _issuer(raw: bytes) -> int:
    statement = decode_statement(raw)
    return statement.issuer if isinstance(statement, Statement) else 0
