"""Which radio a station is written to by, and what a wrong number can cost."""

from node.core.radios import BARRED_MS, MEMORY_MS, SHARE_AT_FIRST, SHARE_MIN, TRIES_MAX, Radios

STAFF, NODE, OTHER = 3, 7000, 8000


def heard(node: int = NODE) -> Radios:
    radios = Radios()
    radios.heard(STAFF, node)
    return radios


def worked() -> Radios:
    radios = heard()
    radios.tried(1, STAFF, is_direct=True)
    radios.answered(1, STAFF, at=0)
    return radios


def fail(radios: Radios, at: int = 0) -> None:
    radios.tried(9, STAFF, is_direct=True)
    radios.unanswered(9, STAFF, at)


def test_a_number_that_is_only_claimed_is_good_for_what_can_wait() -> None:
    radios = heard()
    assert radios.of(STAFF, 0, is_urgent=False) == NODE
    assert radios.of(STAFF, 0, is_urgent=True) is None


def test_a_number_that_worked_is_good_for_all() -> None:
    assert worked().of(STAFF, 0, is_urgent=True) == NODE


def test_the_latest_claim_counts_until_one_has_worked() -> None:
    radios = heard()
    radios.heard(STAFF, OTHER)
    assert radios.of(STAFF, 0, is_urgent=False) == OTHER
    radios = worked()
    radios.heard(STAFF, OTHER)
    assert radios.of(STAFF, 0, is_urgent=False) == NODE


def test_a_frame_without_a_number_says_nothing_of_it() -> None:
    radios = heard()
    radios.heard(STAFF, None)
    assert radios.of(STAFF, 0, is_urgent=False) == NODE


def test_a_number_that_never_worked_is_dropped_with_its_second_failure_running() -> None:
    radios = heard()
    fail(radios)
    assert radios.of(STAFF, 0, is_urgent=False) == NODE
    fail(radios)
    radios.heard(STAFF, OTHER)
    assert radios.of(STAFF, BARRED_MS - 1, is_urgent=False) is None
    assert radios.of(STAFF, BARRED_MS, is_urgent=False) == OTHER


def test_a_number_that_worked_is_dropped_with_its_second_failure_running() -> None:
    radios = worked()
    fail(radios)
    assert radios.of(STAFF, 0, is_urgent=True) == NODE
    fail(radios)
    assert radios.of(STAFF, 0, is_urgent=False) is None
    radios.heard(STAFF, OTHER)
    assert radios.of(STAFF, BARRED_MS, is_urgent=False) == OTHER
    assert radios.of(STAFF, BARRED_MS, is_urgent=True) is None


def test_a_failure_between_two_answers_is_forgiven() -> None:
    radios = worked()
    for item in range(2, 8):
        fail(radios)
        radios.tried(item, STAFF, is_direct=True)
        radios.answered(item, STAFF, at=0)
    assert radios.of(STAFF, 0, is_urgent=True) == NODE


def test_a_radio_that_cannot_be_written_to_is_left_alone() -> None:
    radios = worked()
    radios.tried(2, STAFF, is_direct=True)
    radios.cannot_be_written_to(2, STAFF, at=0)
    radios.heard(STAFF, NODE)
    assert radios.of(STAFF, BARRED_MS - 1, is_urgent=False) is None


def test_an_answer_to_a_broadcast_does_not_prove_a_number() -> None:
    radios = heard()
    radios.tried(1, STAFF, is_direct=False)
    radios.answered(1, STAFF, at=0)
    assert radios.of(STAFF, 0, is_urgent=True) is None


def test_an_answer_that_comes_after_the_repetition_counts_for_neither_way() -> None:
    radios = heard()
    fail(radios)
    shares = radios.shares(STAFF, 0)
    radios.answered(9, STAFF, at=0)
    assert radios.shares(STAFF, 0) == shares


def test_shares_follow_the_results_of_their_own_way_within_bounds_and_are_forgotten() -> None:
    radios = worked()
    direct, broadcast = radios.shares(STAFF, 0)
    assert direct > broadcast == SHARE_AT_FIRST
    for item in range(100):
        radios.tried(item, STAFF, is_direct=False)
        radios.unanswered(item, STAFF, at=1000)
    assert radios.shares(STAFF, 1000) == (direct, SHARE_MIN)
    assert radios.shares(STAFF, 1001 + MEMORY_MS)[1] == SHARE_AT_FIRST


def test_shares_of_a_steady_way_approach_what_is_answered() -> None:
    radios = worked()
    for item in range(200):
        radios.tried(item, STAFF, is_direct=True)
        if item % 5:
            radios.answered(item, STAFF, at=0)
        else:
            radios.unanswered(item, STAFF, at=0)
    assert 700 <= radios.shares(STAFF, 0)[0] <= 900


def test_tries_that_are_never_answered_are_bounded() -> None:
    radios = heard()
    radios.tried(0, STAFF, is_direct=True)
    for item in range(1, TRIES_MAX + 1):
        radios.tried(item, STAFF, is_direct=False)
    radios.unanswered(0, STAFF, at=0)  # forgotten: it costs the number nothing
    assert radios.of(STAFF, 0, is_urgent=False) == NODE
