"""Numbers: what people say, and what the spaces hold."""

import pytest

from protocol.hints import Group, HeldState, inventory_digest
from protocol.layout import Layout
from protocol.numbers import EVERYBODY, Address, Kind, Reference, human_number
from protocol.options import Options, Role, WideField
from protocol.reasons import Dropped, LocalProtocolError, Reason


@pytest.mark.parametrize(("incarnation", "said"), [(1, "ODK-00041"), (2, "ODK.2-00041"), (300, "ODK.300-00041")])
def test_a_message_has_a_number_that_people_can_say(incarnation: int, said: str) -> None:
    assert human_number("ODK", incarnation, 41) == said


@pytest.mark.parametrize(
    ("address", "is_certifiable"),
    [
        (EVERYBODY, False),
        (Address(Kind.STATION, 1022), True),
        (Address(Kind.STATION, 1023), False),
        (Address(Kind.OPERATOR, 0), False),
        (Address(Kind.OPERATOR, 65535), True),
        (Address(Kind.OPERATOR, 65536), False),
        (Address(Kind.SEVERAL, 2), False),
    ],
)
def test_a_certificate_names_one_holder(*, address: Address, is_certifiable: bool) -> None:
    assert address.is_certifiable is is_certifiable


def test_a_reference_is_26_bits() -> None:
    reference = Reference(1022, 3, 16383)
    assert reference.bits.bit_length() == 26
    assert Reference.from_bits(reference.bits) == reference
    assert not Reference.from_bits(0).is_numbered


def test_a_value_too_wide_for_its_field_is_our_mistake() -> None:
    with pytest.raises(LocalProtocolError, match="0 to 7"):
        Layout(3, 5).pack(8, 0)


def test_an_inventorys_digest_does_not_depend_on_the_order() -> None:
    one, other = Group(5, 1, 41, complete=True), Group(9, 1, 3, complete=False, entries=((2, HeldState.WANTED),))
    assert inventory_digest([one, other]) == inventory_digest([other, one])
    assert inventory_digest([one]) != inventory_digest([one, other])


@pytest.mark.parametrize(
    ("number", "is_partly_readable"), [(10, True), (11, True), (12, False), (14, False), (15, True)]
)
def test_a_reader_is_told_of_an_option_it_ought_to_know(*, number: int, is_partly_readable: bool) -> None:
    assert Options(unknown=((number, b""),)).is_partly_readable is is_partly_readable


def test_a_dropped_frame_says_why() -> None:
    assert str(Dropped(Reason.BAD_NUMBER, "kind 7")) == "bad_number: kind 7"
    assert str(Dropped(Reason.EMPTY)) == "empty"


def test_codes_are_those_of_the_specification() -> None:
    assert [kind.name.lower() for kind in Kind] == [
        *("station", "authority", "function", "operator", "group", "handheld", "several")
    ]
    assert (Role.TO, Role.COPY, WideField.AUTHOR, WideField.RECIPIENT) == (0, 1, 1, 2)
