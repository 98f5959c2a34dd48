"""Receipts: both stations derive one key, and nothing else makes a good code."""

from dataclasses import replace

import pytest

from protocol.frames import HoldState, Receipt
from protocol.numbers import Precedence, Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.receipts import check_receipt, make_receipt, receipt_key
from tests.support.identities import ODK, ROOT_KEY, SVN, exchange_key, exchange_public, public

FINGERPRINT = bytes(range(32))
ISSUERS_KEY = receipt_key(exchange_key("SVN"), exchange_public("ODK"), ROOT_KEY, public("SVN"), public("ODK"))
ORIGINS_KEY = receipt_key(exchange_key("ODK"), exchange_public("SVN"), ROOT_KEY, public("SVN"), public("ODK"))
FIELDS = Receipt(
    precedence=Precedence.FLASH,
    station=SVN.number,
    about=Reference(ODK.number, 1, 41),
    state=HoldState.AT_STATION,
    mac=b"",
)
RECEIPT = make_receipt(FIELDS, ISSUERS_KEY, FINGERPRINT)


def test_the_origin_believes_the_issuer() -> None:
    assert check_receipt(RECEIPT, ORIGINS_KEY, FINGERPRINT) is None


@pytest.mark.parametrize(
    "key",
    [
        receipt_key(exchange_key("ODK"), exchange_public("SVN"), ROOT_KEY, public("ODK"), public("SVN")),
        receipt_key(exchange_key("ODK"), exchange_public("SVN"), public("authority"), public("SVN"), public("ODK")),
        receipt_key(exchange_key("KHJ"), exchange_public("SVN"), ROOT_KEY, public("SVN"), public("ODK")),
    ],
    ids=["the other direction", "another network", "a third station"],
)
def test_another_key_does_not_fit(key: bytes) -> None:
    refused = check_receipt(RECEIPT, key, FINGERPRINT)
    assert isinstance(refused, Dropped)
    assert refused.reason is Reason.BAD_MAC


@pytest.mark.parametrize(
    "receipt",
    [
        replace(RECEIPT, state=HoldState.UNATTENDED),
        replace(RECEIPT, about=Reference(ODK.number, 1, 42)),
        replace(RECEIPT, precedence=Precedence.ROUTINE),
        replace(RECEIPT, station=ODK.number),
        replace(RECEIPT, mac=bytes(4)),
    ],
)
def test_a_changed_receipt_does_not_fit(receipt: Receipt) -> None:
    assert check_receipt(receipt, ORIGINS_KEY, FINGERPRINT) is not None


def test_a_receipt_is_for_one_content() -> None:
    assert check_receipt(RECEIPT, ORIGINS_KEY, bytes(32)) is not None


def test_a_receipt_is_not_sent_without_its_code() -> None:
    with pytest.raises(LocalProtocolError, match="without its MAC"):
        FIELDS.encode()
