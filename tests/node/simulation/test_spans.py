"""Spans: what holds when."""

from node.simulation.spans import common, holds, later, union, without


def test_spans_that_touch_become_one() -> None:
    assert union([(5, 6), (1, 2), (2, 4), (3, 3.5)]) == ((1, 4), (5, 6))


def test_both_hold_where_spans_overlap() -> None:
    assert common(((0, 4), (6, 9)), ((2, 7), (8, 20))) == ((2, 4), (6, 7), (8, 9))


def test_what_is_taken_out_leaves_both_sides() -> None:
    assert without(((0, 10), (20, 30)), ((4, 5), (8, 25))) == ((0, 4), (5, 8), (25, 30))
    assert without(((0, 10),), ()) == ((0, 10),)


def test_a_span_shorter_than_what_it_lacks_at_first_is_gone() -> None:
    assert later(((0, 10), (20, 23)), 4) == ((4, 10),)


def test_an_end_is_not_in_its_span() -> None:
    assert holds(((1, 2),), 1)
    assert not holds(((1, 2),), 2)
