"""What people read about statements handed in: of whom, and what becomes of it."""

from typing import Final

from node.api.statements import StatementChange, WeighedStatement
from node.words.catalogue import Words
from node.words.harmless import harmless

_CHANGES: Final = {
    StatementChange.NEW: "new",
    StatementChange.RENEWED: "renewed",
    StatementChange.REVOKED: "THE KEY ENDS",
    StatementChange.KNOWN: "known already",
    StatementChange.OLD: "older than what is known",
    StatementChange.REFUSED: "REFUSED",
    StatementChange.CONFLICT: "CONTRADICTS what is in force and stays so",
}
_SAID: Final = {
    "authority": "authority",
    "station": "station",
    "operator": "operator",
    "function": "function",
    "group": "group",
    "handheld": "handheld",
    "membership": "members of group",
    "section": "section of authority",
}
_ENDS: Final = {
    "authority": "key of authority",
    "station": "key of station",
    "operator": "key of operator",
}
_UNREADABLE: Final = "a statement that cannot be read"
_NOTHING_NEW: Final = "Nothing new: {count} known already."
EXERCISE: Final = ", exercise"
TEXTS: Final = (EXERCISE, *_CHANGES.values(), *_SAID.values(), *_ENDS.values(), _UNREADABLE, _NOTHING_NEW)

_SILENT: Final = (StatementChange.KNOWN, StatementChange.OLD)


def statement_lines(words: Words, statements: tuple[WeighedStatement, ...]) -> list[str]:
    """A line for each that changes something or is refused; one for all when there is none."""
    telling = [one for one in statements if one.change not in _SILENT]
    lines = [statement_text(words, one) for one in telling]
    return lines or [words(_NOTHING_NEW).format(count=len(statements))]


def statement_text(words: Words, one: WeighedStatement) -> str:
    """Of whom, and what becomes of it."""
    said = _ENDS.get(one.kind) if one.said == "revocation" else _SAID.get(one.said)
    about = (
        words(_UNREADABLE) if said is None else f"{words(said)} {one.code or one.number} {harmless(one.name)}".rstrip()
    )
    reason = f" ({one.reason})" if one.reason else ""
    exercise = words(EXERCISE) if one.exercise else ""
    return f"{about}{exercise}: {words(_CHANGES[one.change])}{reason}"
