"""What a station keeps to find the time again after it was off or nobody vouched for its clock: dead reckoning.

Station time counts only what is sure. So the last trusted reading, carried on by station time, is the earliest that it
can be now; when UTC is known again, what it says beyond that is how long the station was off unmeasured.
"""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from node.core.moment import Anchor, Moment

DRIFT_PPM: Final = 100
"""What an undisciplined crystal may gain or lose: a Raspberry Pi's of +-50 ppm, and as much again for cold and age."""


@dataclass(frozen=True, slots=True)
class Word:
    """What an operator said that the time is; good for one boot, since nothing measures the time off."""

    moment: Moment
    """When it was said, with the UTC that was said and how sure."""
    operator: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How the station's time stands to UTC, beyond what the anchor says."""

    known: Anchor | None = None
    """The last trusted reading, while the clock is not trusted; None while it is, or never was."""
    gap_at: int | None = None
    """Station time before the first unmeasured time off since `known`; None: there was none."""
    unsure_until: int | None = None
    """Station times up to here lie before an unmeasured time off, so UTC does not follow from them."""
    aged_until: int | None = None
    """What was held up to here has its age set right since the last unmeasured time off; None: nothing has."""
    word: Word | None = None

    def is_age_unsure(self, accepted_at: int) -> bool:
        """Whether what was accepted then is at least as old as it says, and perhaps older."""
        if self.unsure_until is None or accepted_at > self.unsure_until:
            return False
        return self.aged_until is None or accepted_at > self.aged_until

    @property
    def has_unsure_ages(self) -> bool:
        """Whether there may be anything of which only a least age is known."""
        return self.unsure_until is not None and self.aged_until != self.unsure_until

    def earliest(self, anchor: Anchor | None, at: int) -> Moment | None:
        """The earliest that it can be at a station time, exact but for drift without a gap; None: UTC was never known.

        Its boot is that of the last trusted reading.
        """
        known = self.known or anchor
        if known is None or known.moment.utc_ms is None:
            return None
        reading, utc_ms, passed_ms = known.moment, known.moment.utc_ms, at - known.at
        unsure_ms = reading.utc_uncertainty_ms + drift_ms(passed_ms)
        return Moment(reading.boot_id, reading.boot_ms, utc_ms + passed_ms, unsure_ms)


NOTHING_KEPT: Final = Reckoning()


class ReckoningStore(Protocol):
    """The part of the store that is about time."""

    def reckoning(self) -> Reckoning:
        """As last set."""

    def set_reckoning(self, reckoning: Reckoning) -> None:
        """Replace it."""

    def age_held(self, until_at: int, by_ms: int) -> None:
        """Make older by so much what was accepted, began to arrive or was put in quarantine up to a station time."""


def drift_ms(passed_ms: int) -> int:
    """How far a clock that runs by itself may be off after so long, rounded up."""
    return -(-passed_ms * DRIFT_PPM // 1_000_000)


def resting_on(word: Word, now: Moment) -> Moment:
    """A reading of the word's boot with the UTC that follows from it."""
    assert word.moment.utc_ms is not None, "a word says what time it is"
    passed_ms = now.boot_ms - word.moment.boot_ms
    return replace(
        now,
        utc_ms=word.moment.utc_ms + passed_ms,
        utc_uncertainty_ms=word.moment.utc_uncertainty_ms + drift_ms(passed_ms),
    )
