"""The firmware's words for "no": `Routing.Error` numbers, and the one sentence that tells how long to wait.

(mesh.proto, `Routing.Error`; the same numbers stand in a queue report's result.)
"""

from hardware.radio import Refusal, Refused

MAX_RETRANSMIT = 5
"""Nobody acked: no refusal."""

NO_RESPONSE = 8
"""Nobody behind that port answers: no refusal either."""

DUTY_CYCLE_LIMIT = 9

MINUTES_MAX = 60
"""The duty cycle is counted over one hour."""

_REFUSALS = {
    4: Refusal.NOT_POSSIBLE,  # NO_INTERFACE
    6: Refusal.NO_CHANNEL,
    7: Refusal.TOO_LARGE,
    DUTY_CYCLE_LIMIT: Refusal.DUTY_CYCLE,
    32: Refusal.QUEUE_FULL,  # BAD_REQUEST, in a queue report: no place
    35: Refusal.KEY_UNKNOWN,  # PKI_UNKNOWN_PUBKEY: the destination lacks ours
    38: Refusal.RATE_LIMIT,
    39: Refusal.KEY_UNKNOWN,  # PKI_SEND_FAIL_PUBLIC_KEY: the radio lacks the destination's
}
"""`Routing.Error` to reason; all others are `NOT_POSSIBLE`."""


def refused(error: int) -> Refused:
    """Say why the radio refused."""
    return Refused(_REFUSALS.get(error, Refusal.NOT_POSSIBLE))


def seconds_to_wait(notice: str) -> int | None:
    """Read the minutes out of "Duty cycle limit exceeded. You can send again in 51 mins"; None without them."""
    for word in notice.split():
        if word.isascii() and word.isdecimal() and len(word) <= len(str(MINUTES_MAX)):
            return 60 * min(int(word), MINUTES_MAX)
    return None
