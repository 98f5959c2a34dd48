"""How the station is, on every screen: one line of figures, and under it what a person must know.

The line shortens itself to the width: each part has a long and a short form, and the last parts become short first.
"""

import time
from collections.abc import Iterator
from typing import Final

from node.api.alarms import AlarmKind
from node.api.ladder import ShownTime
from node.api.status import Status
from node.words.alarm_phrases import alarm_text
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import clock_text, decimal_text, span_text
from node.words.power_phrases import power_brief
from tui.cells import fitted
from tui.picture import Picture

NEARLY_USED: Final = 0.9
"""Share of the hour's airtime from which on it is said."""
POWER_SHORT_S: Final = 2 * 3600
"""From here on somebody must think of fuel, or of a courier."""
ALERTS_MAX: Final = 2
"""Lines for what a person must know; the rest is counted, and stands on the station's page."""
SEPARATOR: Final = "|"

_AWAY: Final = "NO STATION since {time}. What you type stays here. Start it with  bavn run"
_OLD: Final = "Shown is what was known then."
_CONNECTING: Final = "Looking for the station ..."
_STORE_FAILS: Final = "NOTHING CAN BE STORED: {fault}"
_RADIO_SILENT: Final = "The radio does not answer since {time}. Messages are kept.{cable} ({reason})"
_CABLE: Final = " Check the USB cable."
_WRONG_PRESET: Final = "The radio uses {found}, the network {wanted}: set them alike."
_POWER_SHORT: Final = "Power for about {span}. {count} messages are found only here. Send a courier."
_NOBODY: Final = "Nobody is on duty: messages are kept, none can be acknowledged. F2: log in."
_KIOSK: Final = "KIOSK: A acknowledges with your initials, N writes in the station's name. F2: log in."
_RECEIVE_ONLY: Final = "RECEIVE-ONLY: this station sends nothing. F3 says why."
_AWAITING: Final = "{count} NOT sent: a second person must let it go. F: read and release."
_QUARANTINED: Final = "{count} wait unread: who signed them is not known here yet."
_ALARM: Final = "ALARM {text} L: look into it."
_ALARMS: Final = "{count} more alarms: L."
_LOCKS: Final = "Keys lock in {span}: press a key."
_LOCKED: Final = "Locked: {initials}. F2 opens the key again."
_AIRTIME: Final = "Airtime nearly used ({used} of {most} %). FLASH goes first."
_CLOCK: Final = "The clock is not trusted. Times are shown with ?."
_SET_ASIDE: Final = "The store was damaged and is set aside. Nothing was deleted. Neighbours fill it again."
_MORE: Final = " (+{count}: F3)"
_PARTS: Final = {
    "unacknowledged": ("Unacked {count}", "Un {count}"),
    "radio": ("Radio OK {count} st", "Rad {count} st"),
    "no radio": ("RADIO GONE", "RAD GONE"),
    "airtime": ("Airtime {used}/{most}%", "Air {used}/{most}%"),
    "queue": ("Queue {count}", "Q {count}"),
    "only here": ("Only here {count}", "Here {count}"),
}
_NOBODY_BRIEF: Final = "NOBODY"
_KIOSK_BRIEF: Final = "KIOSK"
_CHOOSE_BRIEF: Final = "CHOOSE:F2"
TEXTS: Final = (
    *(_AWAY, _OLD, _CONNECTING, _STORE_FAILS, _RADIO_SILENT, _WRONG_PRESET, _POWER_SHORT, _NOBODY, _AIRTIME, _CLOCK),
    *(_ALARM, _ALARMS, _LOCKS, _LOCKED),
    *(_SET_ASIDE, _MORE, _NOBODY_BRIEF, _KIOSK_BRIEF, _CHOOSE_BRIEF, _CABLE),
    *(_KIOSK, _AWAITING, _RECEIVE_ONLY, _QUARANTINED),
    *(text for pair in _PARTS.values() for text in pair),
)


def status_line(words: Words, status: Status, operator: str, cells: int) -> str:
    """One line: when this was so, who writes, what waits, power, radio, airtime, queue.

    Args:
        words: of the language.
        status: the last one.
        operator: initials of who writes at this console; empty: nobody.
        cells: of the line.
    """
    parts = [tuple(_said(words, *part)) for part in _parts(words, status, operator)]
    shown = [long for long, _ in parts]
    for at in reversed(range(len(parts))):
        if len(SEPARATOR.join(shown)) + 1 <= cells:
            break
        shown[at] = parts[at][1]
    return fitted(" " + SEPARATOR.join(shown), cells)


def alerts(words: Words, picture: Picture) -> list[str]:
    """What a person must know, the gravest first; at most `ALERTS_MAX` lines, and how many more there are."""
    said = list(_alerts(words, picture))
    if len(said) > ALERTS_MAX:
        more = len(said) - ALERTS_MAX
        said = said[:ALERTS_MAX]
        said[-1] += words(_MORE).format(count=more)
    return said


_Part = tuple[tuple[str, str], dict[str, str]]


def _parts(words: Words, status: Status, operator: str) -> Iterator[_Part]:
    clock = clock_text(status.clock.now, status.clock.now)
    who = operator or words(_CHOOSE_BRIEF if status.duty else _KIOSK_BRIEF if status.kiosk else _NOBODY_BRIEF)
    yield (f"{clock} {who} ", f"{clock} {who} "), {}
    yield _PARTS["unacknowledged"], {"count": str(status.unacknowledged)}
    power = power_brief(words, status.power)
    yield (power, power), {}
    near = sum(contact.in_reach for contact in status.contacts)
    yield _PARTS["radio" if status.radio.is_up else "no radio"], {"count": str(near)}
    most = decimal_text(words, status.airtime.urgent_limit_bp / 100, 0)
    yield _PARTS["airtime"], {"used": decimal_text(words, status.airtime.used_bp / 100), "most": most}
    yield _PARTS["queue"], {"count": str(sum(one.count for one in status.queue))}
    if status.only_here:
        yield _PARTS["only here"], {"count": str(status.only_here)}


def _said(words: Words, forms: tuple[str, str], figures: dict[str, str]) -> Iterator[str]:
    for form in forms:
        yield words(form).format(**figures) if figures else form


def _alerts(words: Words, picture: Picture) -> Iterator[str]:
    absence = picture.absence
    if absence is None:
        if picture.look is not None:
            yield from _status_alerts(words, picture.look.status)
        return
    if absence.is_sought:
        yield words(_CONNECTING)
        return
    since = time.strftime("%H:%M:%S", time.localtime(absence.since_s))
    yield absence.refusal or words(_AWAY).format(time=since)
    if picture.look is not None:
        yield words(_OLD)


def _status_alerts(words: Words, status: Status) -> Iterator[str]:
    yield from _calling(words, status)
    if status.store.fault:
        yield words(_STORE_FAILS).format(fault=harmless(status.store.fault))
    radio, now = status.radio, status.clock.now
    if not radio.is_up:
        since = clock_text(ShownTime(now.utc_ms - radio.since_s * 1000, now.trusted), now)
        cable = words(_CABLE) if radio.address.startswith("serial") else ""
        yield words(_RADIO_SILENT).format(time=since, cable=cable, reason=harmless(radio.reason))
    elif radio.preset != radio.configured_preset:
        yield words(_WRONG_PRESET).format(found=harmless(radio.preset), wanted=radio.configured_preset)
    if status.counting.doubt is not None and all(
        one.silenced_by for one in status.alarms if one.kind is AlarmKind.RECEIVE_ONLY
    ):
        yield words(_RECEIVE_ONLY)
    left_s = status.power.left_min_s
    if left_s is not None and left_s < POWER_SHORT_S:
        yield words(_POWER_SHORT).format(span=span_text(words, left_s), count=status.only_here)
    yield from _people(words, status)
    if status.awaiting:
        yield words(_AWAITING).format(count=status.awaiting)
    air = status.airtime
    if air.used_bp >= NEARLY_USED * air.urgent_limit_bp:
        figures = (decimal_text(words, part / 100) for part in (air.used_bp, air.urgent_limit_bp))
        yield words(_AIRTIME).format(**dict(zip(("used", "most"), figures, strict=True)))
    if not now.trusted:
        yield words(_CLOCK)
    if status.quarantined:
        yield words(_QUARANTINED).format(count=status.quarantined)
    if status.store.set_aside:
        yield words(_SET_ASIDE)


def _calling(words: Words, status: Status) -> Iterator[str]:
    """Alarms that nobody looks into yet: the first in words, the others counted."""
    calling = [alarm for alarm in status.alarms if not alarm.silenced_by]
    if calling:
        yield words(_ALARM).format(text=alarm_text(words, calling[0]))
        if len(calling) > 1:
            yield words(_ALARMS).format(count=len(calling) - 1)


def _people(words: Words, status: Status) -> Iterator[str]:
    """Whether anybody could write or act."""
    if status.locks_in_s is not None:
        yield words(_LOCKS).format(span=span_text(words, status.locks_in_s))
    if status.kiosk and not status.duty:
        yield words(_KIOSK)
    elif status.locked and not status.duty:
        yield words(_LOCKED).format(initials=", ".join(harmless(one.initials) for one in status.locked))
    elif not status.duty:
        yield words(_NOBODY)
