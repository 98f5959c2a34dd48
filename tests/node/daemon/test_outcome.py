"""What the core refuses is told with its figures, and what it did is handed on."""

import pytest

from node.api.faults import Fault, FaultCode, Refused
from node.core import effects
from node.core.effects import Accepted, Refusal
from node.daemon.outcome import carried_out


@pytest.mark.parametrize(
    ("refusal", "detail", "told"),
    [
        (Refusal.TEXT_TOO_LONG, "212/155", "212/155"),
        (Refusal.NO_HOME_STATION, "", "PLH"),
        (Refusal.DRAFT_UNKNOWN, "PLH-00041", "PLH-00041"),
        (Refusal.DRAFT_UNKNOWN, "", ""),
    ],
)
def test_a_refusal_is_told_with_its_figures_or_what_was_asked_for(refusal: Refusal, detail: str, told: str) -> None:
    with pytest.raises(Refused) as no:
        carried_out(effects.Refused(refusal, detail), Accepted, "PLH")
    assert no.value.fault == Fault(FaultCode(refusal.value), told)


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_of_the_core_is_a_fault_of_the_api(refusal: Refusal) -> None:
    with pytest.raises(Refused) as no:
        carried_out(effects.Refused(refusal, "why"), Accepted)
    assert no.value.fault == Fault(FaultCode(refusal.value), "why")


def test_what_was_done_is_handed_on() -> None:
    done = Accepted(4, "PLH-00041")
    assert carried_out(done, Accepted) is done
