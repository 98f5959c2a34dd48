"""The steps have one order, and waiting for one ends only when it is reached."""

import pytest

from node.api.ladder import Step, has_reached, height


def test_every_step_has_a_height() -> None:
    assert [step for step in Step if height(step) < 0] == [Step.EXPIRED, Step.CANCELLED]


@pytest.mark.parametrize(
    ("step", "wanted", "expected"),
    [
        (Step.QUEUED, Step.SENT, False),
        (Step.REPORTED, Step.AT_STATION, False),
        (Step.UNATTENDED, Step.AT_STATION, True),
        (Step.KIOSK, Step.ACKNOWLEDGED, True),
        (Step.DONE, Step.ACKNOWLEDGED, True),
        (Step.DECLINED, Step.ACKNOWLEDGED, True),
        (Step.DECLINED, Step.ACCEPTED, False),
        (Step.ACCEPTED, Step.DECLINED, False),
        (Step.DECLINED, Step.DECLINED, True),
        (Step.EXPIRED, Step.QUEUED, False),
    ],
)
def test_waiting_ends_when_the_step_is_reached(step: Step, wanted: Step, *, expected: bool) -> None:
    assert has_reached(step, wanted) is expected
