"""What people read of the station's radio: whether it is there, what it last said of itself, what its link has met."""

from collections.abc import Iterator
from typing import Final

from node.api.ladder import ShownTime
from node.api.status import RadioCount, RadioState
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.page import Row
from node.words.phrases import clock_text, decimal_text, span_text

_REFUSALS: Final = (
    "radio absent",
    "link queue full",
    "radio queue full",
    "payload too large",
    "duty cycle",
    "no such channel",
    "destination key unknown",
    "radio rate limit",
    "refused by the radio",
)
"""As the link names them (`hardware.radio.Refusal`)."""

_DROPS: Final = (
    "not a protobuf message of the client API",
    "a field has a value that no radio sends",
    "a frame cut off on the way",
    "a payload that claims to come from our own radio",
    "a payload on another channel",
    "a payload to another node",
    "a payload before the settings were complete",
)
"""As the link names them (`hardware.from_radio.DropReason`)."""

TEXTS: Final = (
    *_REFUSALS,
    *_DROPS,
    "radio",
    "ready since {time}, firmware {firmware}, {preset}",
    "silent since {time}: {reason}. Messages are kept.",
    "the radio uses {found}, the network {wanted}: set them alike",
    "nothing heard from it yet",
    "last heard {span} ago",
    "{count} places free in its queue",
    "{share} % of its hour sent",
    "started anew {count} times",
    "connected again {count} times",
    "refused frames",
    "unusable from the radio",
)
"""Everything the catalogue must know."""


def radio_rows(words: Words, radio: RadioState, now: ShownTime) -> Iterator[Row]:
    """Tell of the radio; the names of rows are not translated yet."""
    since = clock_text(ShownTime(now.utc_ms - radio.since_s * 1000, now.trusted), now)
    if radio.is_up:
        said = words("ready since {time}, firmware {firmware}, {preset}")
        yield "radio", said.format(time=since, firmware=harmless(radio.firmware), preset=harmless(radio.preset))
        if radio.preset != radio.configured_preset:
            said = words("the radio uses {found}, the network {wanted}: set them alike")
            yield "", said.format(found=harmless(radio.preset), wanted=radio.configured_preset)
    else:
        said = words("silent since {time}: {reason}. Messages are kept.")
        yield "radio", said.format(time=since, reason=harmless(radio.reason))
    yield "", ", ".join(_word_of_itself(words, radio))
    if met := ", ".join(_met(words, radio)):
        yield "", met
    if radio.refusals:
        yield "refused frames", _counts(words, radio.refusals)
    if radio.drops:
        yield "unusable from the radio", _counts(words, radio.drops)


def _word_of_itself(words: Words, radio: RadioState) -> Iterator[str]:
    if radio.silent_s is None:
        yield words("nothing heard from it yet")
    else:
        yield words("last heard {span} ago").format(span=span_text(words, radio.silent_s))
    if radio.queue_free is not None:
        yield words("{count} places free in its queue").format(count=radio.queue_free)
    if radio.sent_bp is not None:
        yield words("{share} % of its hour sent").format(share=decimal_text(words, radio.sent_bp / 100, 2))


def _met(words: Words, radio: RadioState) -> Iterator[str]:
    if radio.restarts:
        yield words("started anew {count} times").format(count=radio.restarts)
    if radio.reconnections:
        yield words("connected again {count} times").format(count=radio.reconnections)


def _counts(words: Words, counts: tuple[RadioCount, ...]) -> str:
    return ", ".join(f"{harmless(words(one.reason))} {one.count}" for one in counts)
