"""Danish personal numbers in a text: told from other ten digits by the date that they begin with."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"(?<![\d+])(\d\d)(\d\d)\d\d ?-? ?\d{4}(?!\d)")
"""DDMMYY-XXXX; the check digit is no help, since numbers without one are given out since 2007 [CPR-kontoret]."""


def looks_like_a_cpr_number(text: str) -> bool:
    """Whether ten digits in it begin with a day and a month; eight-digit phone numbers do not fit."""
    return any(1 <= int(day) <= 31 and 1 <= int(month) <= 12 for day, month in _NUMBER.findall(text))
