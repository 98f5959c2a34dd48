"""Airtime by the minute: no rolling hour has more than is told."""

import random

from node.simulation.airtime_hours import HOUR_US, busy, fullest_us, heard, over


def test_no_rolling_hour_has_more_than_is_told() -> None:
    chance = random.Random(1)
    began_s = sorted(chance.uniform(0, 4 * 3600) for _ in range(400))
    minutes: dict[int, int] = {}
    for at_s in began_s:
        minutes[int(at_s // 60)] = minutes.get(int(at_s // 60), 0) + 1_000
    truth_us = max(1_000 * sum(begin <= at_s < begin + 3600 for at_s in began_s) for begin in began_s)
    assert truth_us <= fullest_us(minutes) <= truth_us * 1.1
    assert fullest_us({}) == 0


def test_who_used_its_share_up_has_none_to_spare_for_an_hour() -> None:
    bulk_us = HOUR_US * 500 // 10_000
    assert over({10: bulk_us}, 500) == ((600, 600 + 61 * 60),)
    assert over({10: bulk_us - 1}, 500) == ()


def test_a_busy_minute_holds_until_the_next_is_over() -> None:
    assert busy({3: 15_000_000, 4: 14_999_999}, 2_500) == ((180, 300),)


def test_a_station_hears_its_neighbours_while_there_are_links() -> None:
    sent = {1: {0: 5}, 2: {0: 7, 9: 7}, 3: {0: 100}}
    links = {(1, 2): ((0.0, 300.0),), (2, 3): ((0.0, 900.0),)}
    assert heard(1, sent, links) == {0: 12}
    assert heard(3, sent, links) == {0: 107, 9: 7}
