"""Personal numbers are noticed, and other digits are left alone."""

import pytest

from tui.cpr import looks_like_a_cpr_number


@pytest.mark.parametrize("text", ["010203-1234", "Beboer 311299 4321 savnes", "cpr 0102031234."])
def test_a_personal_number_is_noticed(text: str) -> None:
    assert looks_like_a_cpr_number(text)


@pytest.mark.parametrize(
    "text", ["tlf. 65 11 22 33", "+4565112233", "320203-1234", "011303-1234", "400 l diesel kl. 1430", "12345678901"]
)
def test_other_digits_are_no_personal_number(text: str) -> None:
    assert not looks_like_a_cpr_number(text)
