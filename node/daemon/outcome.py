"""What the core answered to a request, as the API says it."""

from typing import TypeVar

from node.api.faults import FaultCode, refused
from node.core.effects import CarriedOut, Refusal, Refused

CarriedOutT = TypeVar("CarriedOutT", bound=CarriedOut)


def carried_out(answer: CarriedOut | Refused, kind: type[CarriedOutT], asked_for: str = "") -> CarriedOutT:
    """The answer to a request that was carried out.

    Args:
        answer: of the core.
        kind: what it answers such a request with.
        asked_for: whom or what the request was about, for a refusal that has no figures of its own.

    Raises:
        node.api.faults.Refused: the core did not do it.
    """
    if isinstance(answer, Refused):
        # Of a draft that is gone, no detail says that it became no message.
        detail = answer.detail if answer.refusal is Refusal.DRAFT_UNKNOWN else answer.detail or asked_for
        raise refused(FaultCode(answer.refusal.value), detail)
    assert isinstance(answer, kind), "the core answers each request in its own kind"
    return answer
