"""What goes through the API arrives as it was, and nothing else gets in."""

import msgpack  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.api.alarms import Silence
from node.api.counting import Vouch, Vouched
from node.api.drafts import Discard, Draft, Drafts, KeptDraft
from node.api.faults import Fault
from node.api.functions import Functions, GiveUp, Take
from node.api.handover import AcceptShift, HandOver, OfferedShift
from node.api.ladder import ShownTime
from node.api.messages import Precedence, Recipient, ShownMessage
from node.api.methods import (
    AskPrice,
    Changed,
    Duty,
    Find,
    Found,
    Greeting,
    Hello,
    ListBox,
    Listed,
    Lock,
    Login,
    Logout,
    Nothing,
    Perform,
    Price,
    Queued,
    Send,
    Show,
    Subscribe,
)
from node.api.packing import Malformed, pack, unpack
from node.api.releases import Release, WaitingReleases, WithdrawRelease
from node.api.status import Status

SHAPES = (
    *(AskPrice, Changed, Duty, Fault, Find, Found, Greeting, Hello, ListBox, Listed, Login, Logout, Nothing, Perform),
    *(Release, WaitingReleases, WithdrawRelease),
    *(AcceptShift, Functions, GiveUp, HandOver, Lock, OfferedShift, Take),
    *(Discard, Draft, Drafts, KeptDraft, Silence),
    *(Vouch, Vouched),
    *(Price, Queued, Send, Show, ShownMessage, Status, Subscribe),
)
whole_numbers = st.integers(-(1 << 63), (1 << 64) - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
st.register_type_strategy(int, whole_numbers)
st.register_type_strategy(str, texts)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_shape_arrives_as_it_was(shape: type[object], data: st.DataObject) -> None:
    value = data.draw(st.builds(shape))
    assert unpack(shape, msgpack.unpackb(msgpack.packb(pack(value)))) == value


json_like = st.recursive(
    st.none() | st.booleans() | whole_numbers | st.floats() | texts | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "shape", [Send, Discard, KeptDraft, Status, Fault, ShownMessage], ids=lambda shape: shape.__name__
)
@settings(max_examples=40)
@given(packed=json_like)
def test_anything_else_is_malformed(shape: type[object], packed: object) -> None:
    with pytest.raises(Malformed):
        unpack(shape, packed)


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        ({}, "Show: number is missing"),
        ({"number": 3}, "number: str is needed"),
        ({"number": "3", "colour": 1}, "Show: no such field: colour"),
        ([], "Show: a map is needed"),
    ],
)
def test_a_malformed_request_is_told_by_field(packed: object, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        unpack(Show, packed)


def test_a_field_inside_a_list_is_told_with_its_place() -> None:
    with pytest.raises(Malformed, match=r"candidates\[1\]\.number: int is needed"):
        unpack(
            Fault,
            {
                "code": "busy",
                "candidates": [
                    {"kind": "station", "number": 1, "code": "A", "name": "A"},
                    {"kind": "station", "number": True, "code": "A", "name": "A"},
                ],
            },
        )


def test_a_word_that_is_none_of_the_enum_is_told_with_all_that_are() -> None:
    with pytest.raises(Malformed, match="one of flash, immediate, priority, routine is needed"):
        unpack(Send, {"to": "x", "text": "y", "precedence": "urgent"})


def test_enums_and_nested_values_become_plain() -> None:
    assert pack(Send("a", "b", Precedence.FLASH))["precedence"] == "flash"  # type: ignore[index,call-overload]
    assert pack(ShownTime(5, trusted=False)) == {"utc_ms": 5, "trusted": False}
    assert pack(Found((Recipient("station", 1, "A", "B"),))) == {
        "recipients": [{"kind": "station", "number": 1, "code": "A", "name": "B", "holding": None}]
    }


def test_what_has_no_form_is_our_mistake() -> None:
    with pytest.raises(TypeError):
        pack(1.5)


def test_a_passphrase_is_not_in_the_repr() -> None:
    assert "secret" not in repr(Login("KHJ", "secret"))
