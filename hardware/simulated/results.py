"""What a radio says about a packet (`Routing.Error`), as far as the model says it."""

from enum import IntEnum


class Result(IntEnum):
    """What became of a packet; in a queue report, whether it was taken."""

    NONE = 0
    MAX_RETRANSMIT = 5
    NO_CHANNEL = 6
    TOO_LARGE = 7
    NO_RESPONSE = 8
    DUTY_CYCLE_LIMIT = 9
    BAD_REQUEST = 32
    SENDER_UNKNOWN = 35
    """The destination lacks the sender's key."""
    RATE_LIMIT = 38
    KEY_UNKNOWN = 39
