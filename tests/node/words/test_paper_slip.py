"""A message on paper: all that its reader needs, and what it is worth."""

from dataclasses import replace

from node.api.ladder import ShownTime
from node.api.messages import AuthorState, Precedence
from node.words.catalogue import words
from node.words.paper_slip import paper_slip
from tests.support.scripted_station import message

MADE = ShownTime(1_790_000_000_000, trusted=True)


def slip(**changes: object) -> str:
    shown = message(41, Precedence.FLASH, "Send vand\ntil Havnegade 12", written=MADE, **changes)
    lines = paper_slip(words("da"), shown, "KRS")
    assert max(map(len, lines)) <= 80
    return "\n".join(lines)


def test_slip_says_number_people_precedence_time_and_text() -> None:
    text = slip()
    for part in ("PLH-00041", "Mette Larsen (MLA)", "Kriseleder (KRISE)", "2026", "| Send vand", "| til Havnegade 12"):
        assert part in text


def test_slip_says_that_it_proves_nothing() -> None:
    assert "beviser intet" in slip()


def test_exercise_stands_at_both_ends() -> None:
    lines = slip(drill=7).splitlines()
    assert lines[0] == lines[-1] == words("da")("EXERCISE, NOT A REAL EVENT")


def test_warnings_stand_above_the_text() -> None:
    revoked = slip(author_state=AuthorState.REVOKED, confidential=True)
    above = revoked[: revoked.index("| Send vand")]
    assert "spærret" in above
    assert "FORTROLIG" in above
    assert "FORTROLIG" not in slip()


def test_doubtful_and_missing_times_are_named() -> None:
    assert "ikke til at stole på" in slip(expires=replace(MADE, trusted=False))
    assert "ukendt" in slip(expires=None)
