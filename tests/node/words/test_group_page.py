"""The page of a group, and what handing out its key costs."""

from dataclasses import replace

from node.api.groups import KeyHolding, KeyState, ShownGroup
from node.api.ladder import ShownTime
from node.api.messages import Recipient
from node.words.catalogue import words
from node.words.group_page import cost_text, group_page

ENGLISH = words("en")
BRED = Recipient("group", 7, "BRED", "Beredskab")
CARE = Recipient("station", 1, "PLH", "Plejehjemmet Havblik")
GROUP = ShownGroup(
    group=BRED,
    members=(CARE, Recipient("station", 3, "KRS", "Krisestaben")),
    version=2,
    made=ShownTime(1_790_000_000_000, trusted=True),
    maker="KRS",
    exposed_by=(CARE,),
    holdings=(
        KeyHolding("PLH", "Plejehjemmet Havblik", KeyState.BARRED),
        KeyHolding("BRS", "Brandstation Nord", KeyState.WAITS),
        KeyHolding("KRS", "Krisestaben", KeyState.HAS),
    ),
    airtime_ms=1337,
    hour_used_bp=310,
)


def test_the_page_says_who_has_the_key_and_who_should_not() -> None:
    page = "\n".join(group_page(ENGLISH, GROUP))
    assert "PLH has it and should not: bavn group key BRED --new" in page
    assert "BRS                  on its way, not there yet" in page
    assert "KRS                  has it" in page
    assert max(map(len, page.splitlines())) <= 80


def test_a_new_key_goes_to_all_but_this_station_and_the_barred() -> None:
    assert cost_text(ENGLISH, GROUP, new=True).startswith("1 stations x 1.3 s = 1.3 s on the air")
    assert "3.1 -> 3.1 %" in cost_text(ENGLISH, GROUP, new=True)


def test_what_is_handed_again_goes_to_those_who_are_not_known_to_have_it() -> None:
    assert cost_text(ENGLISH, GROUP, new=False).startswith("1 stations x 1.3 s")


def test_without_a_key_the_page_says_that_the_group_is_written_to_openly() -> None:
    page = "\n".join(group_page(ENGLISH, replace(GROUP, version=None, maker="", made=None, exposed_by=())))
    assert "none here: what is sent to the group is open" in page
    assert "on its way" not in page
