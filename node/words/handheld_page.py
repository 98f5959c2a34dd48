"""Plain handhelds as lines of text: when each was heard, what waits for it, what strangers texted."""

from collections.abc import Iterator
from typing import Final

from node.api.handhelds import ShownHandheld, ShownStray, ShownText, StrayReason, TextKey, TextStep, TextTrouble
from node.api.messages import ShownMessage
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import clock_text

WITNESS: Final = "witness"
"""The form in which a station says what it heard of a handheld."""

_STEPS: Final = {
    TextStep.WAITING: "waits to be texted",
    TextStep.ON_HANDHELD: "text sent to the handheld {time}",
    TextStep.ACKNOWLEDGED: "ACK texted from the handheld {time}",
    TextStep.DONE: "DONE texted from the handheld {time}",
    TextStep.DECLINED: "NO texted from the handheld {time}",
    TextStep.EXPIRED: "not texted: it expired {time}",
    TextStep.OVERFLOW: "NOT TEXTED: too many wait for this handheld",
    TextStep.WITHDRAWN: "not texted: it was withdrawn {time}",
}
_TROUBLES: Final = {
    TextTrouble.SILENT: "the handheld does not answer: texted again when it is heard",
    TextTrouble.NO_KEY: "the station's radio lacks its key: bavn radio setup",
}
_REASONS: Final = {
    StrayReason.UNREGISTERED: "not registered",
    StrayReason.OTHER_KEY: "A REGISTERED NUMBER UNDER ANOTHER KEY",
    StrayReason.OTHER_HOME: "another station texts with it",
    StrayReason.NOT_VALID: "its certificate does not cover today",
}
_WITNESSED: Final = "witnessed by {station}, not signed"
_PARTS: Final = "{sent} of {parts} parts"
_SIGNAL: Final = "{hops} hops, {snr} dB, {rssi} dBm"
_SIGNAL_ALONE: Final = "{snr} dB, {rssi} dBm"
_HEARD: Final = "heard {time}, {signal}"
_NEVER: Final = "not heard yet"
_CHANNEL: Final = "channel's key: the number may be borrowed"
_ELSEWHERE: Final = "texts with {station}"
_NO_HANDHELDS: Final = "No handheld is registered."
_NO_STRAYS: Final = "The tray is empty."
TEXTS: Final = (
    *_STEPS.values(),
    *_TROUBLES.values(),
    *_REASONS.values(),
    *(_WITNESSED, _PARTS, _SIGNAL, _SIGNAL_ALONE, _HEARD, _NEVER, _CHANNEL, _ELSEWHERE, _NO_HANDHELDS, _NO_STRAYS),
)


def is_witnessed(message: ShownMessage) -> bool:
    """Whether a message holds what a station heard of a handheld; nobody else writes such a form."""
    return not message.author and message.form is not None and message.form.name == WITNESS


def witnessed_text(words: Words, message: ShownMessage) -> str:
    """Who vouches for the hearing, in place of who signed."""
    return words(_WITNESSED).format(station=harmless(message.station))


def handheld_lines(words: Words, handhelds: tuple[ShownHandheld, ...]) -> list[str]:
    """One for each, and one for each of its texts below."""
    return [line for one in handhelds for line in _handheld(words, one)] or [words(_NO_HANDHELDS)]


def tray_lines(words: Words, strays: tuple[ShownStray, ...]) -> list[str]:
    """Two for each: who and why, then what was texted."""
    lines = []
    for one in strays:
        signal = _signal(words, one.hops, one.snr_db, one.rssi_dbm)
        lines.append(f"{clock_text(one.heard)}  {one.node}  {words(_REASONS[one.reason])}  {signal}")
        lines.append(f"  | {harmless(one.text)}")
    return lines or [words(_NO_STRAYS)]


def text_step(words: Words, text: ShownText) -> str:
    """How far one text got."""
    said = words(_STEPS[text.step]).format(time=clock_text(text.at))
    if text.step is not TextStep.WAITING:
        return said
    parts = words(_PARTS).format(sent=text.parts_sent, parts=text.parts) if text.parts > 1 else ""
    trouble = words(_TROUBLES[text.trouble]) if text.trouble in _TROUBLES else ""
    return "; ".join(part for part in (said, parts, trouble) if part)


def _handheld(words: Words, one: ShownHandheld) -> Iterator[str]:
    head = f"{harmless(one.code):<6} {harmless(one.name)[:24]:<24} {one.node}"
    if not one.is_ours:
        yield f"{head}  {words(_ELSEWHERE).format(station=harmless(one.home))}"
        return
    heard = words(_NEVER)
    if one.heard is not None:
        signal = _signal(words, one.hops, one.snr_db, one.rssi_dbm)
        heard = words(_HEARD).format(time=clock_text(one.heard), signal=signal)
    yield f"{head}  {heard}"
    if one.key is TextKey.CHANNEL:
        yield f"       {words(_CHANNEL)}"
    for text in one.texts:
        yield f"  #{text.number:<3} {text.message:<11} {text_step(words, text)}"


def _signal(words: Words, hops: int | None, snr_db: int, rssi_dbm: int) -> str:
    said = words(_SIGNAL_ALONE if hops is None else _SIGNAL)
    return said.format(hops=hops, snr=snr_db, rssi=rssi_dbm)
