"""A message becomes texts of at most 200 bytes, cut between words and never inside a character."""

from hypothesis import given
from hypothesis import strategies as st

from node.core.handheld_texts import EXERCISE, PARTS_MAX, TEXT_BYTES_MAX, texts_of


def test_a_short_message_is_one_text_with_its_number() -> None:
    assert texts_of(4, "KRS: Kom hjem", is_exercise=False) == ("#4 KRS: Kom hjem",)


def test_a_reply_has_no_number() -> None:
    assert texts_of(0, "OK", is_exercise=False) == ("OK",)


def test_an_order_of_600_characters_is_cut_between_words() -> None:
    order = ("Kør til pumpestationen ved åen og hent ti slanger. " * 12)[:600].strip()
    texts = texts_of(17, order, is_exercise=False)
    assert [text.split(" ", 2)[:2] for text in texts] == [
        ["#17", f"{at}/{len(texts)}"] for at in range(1, 1 + len(texts))
    ]
    assert " ".join(text.split(" ", 2)[2] for text in texts) == order
    assert len(texts) == 4


def test_every_text_of_an_exercise_begins_with_its_words_and_no_real_one_does() -> None:
    long = f"{EXERCISE} " * 30
    assert all(text.startswith(f"{EXERCISE} #3 ") for text in texts_of(3, long, is_exercise=True))
    assert not any(text.startswith("ØVELSE") for text in texts_of(3, long, is_exercise=False))


def test_what_no_screen_holds_ends_with_a_mark() -> None:
    texts = texts_of(3, "ord " * 2000, is_exercise=False)
    assert len(texts) == PARTS_MAX
    assert texts[-1].endswith("...")


@given(st.integers(0, 99), st.text(max_size=700), st.booleans())
def test_every_text_fits_and_nothing_is_lost(number: int, said: str, is_exercise: bool) -> None:
    texts = texts_of(number, said, is_exercise=is_exercise)
    assert all(len(text.encode()) <= TEXT_BYTES_MAX for text in texts)
    if len(texts) < PARTS_MAX:
        parts = [text.split(f"{at}/{len(texts)} ", 1)[-1] for at, text in enumerate(texts, 1)]
        assert "".join(said.split()) in "".join(parts).replace(" ", "")
