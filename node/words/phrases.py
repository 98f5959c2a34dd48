"""What people read for a step, a precedence or a fault: one place for every screen and command."""

import time
from collections.abc import Iterator
from typing import Final

from node.api.faults import Fault, FaultCode
from node.api.ladder import Ladder, ShownAct, ShownTime, Step
from node.api.messages import Precedence
from node.api.status import PowerState
from node.words.catalogue import Words
from node.words.harmless import harmless

_STEPS: Final = {
    Step.QUEUED: "In queue here - not sent",
    Step.SENT: "Sent - no answer yet",
    Step.HEARD_BY_RADIO: "Heard by a radio - not delivered",
    Step.HELD: "Held by {holder} - not there yet",
    Step.REPORTED: "Reported at {station} - not yet proven",
    Step.AT_STATION: "At {station} - not acknowledged",
    Step.UNATTENDED: "At {station} - nobody on duty",
    Step.ACKNOWLEDGED: "Acknowledged by {initials} {time}",
    Step.KIOSK: 'Acknowledged at {station} by "{comment}" - not logged in',
    Step.READ_BACK: "Read back by {initials} {time}",
    Step.ACCEPTED: "Being done by {initials} {time}",
    Step.DECLINED: "Declined by {initials} {time}",
    Step.DONE: "Reported done by {initials} {time}",
    Step.EXPIRED: "Expired {time} - delivery not confirmed",
}
_PRECEDENCES: Final = {
    Precedence.FLASH: "FLASH",
    Precedence.IMMEDIATE: "IMMEDIATE",
    Precedence.PRIORITY: "PRIORITY",
    Precedence.ROUTINE: "ROUTINE",
}
_FAULTS: Final = {
    FaultCode.VERSION: "Station and program are of different versions ({detail}): install the same on both.",
    FaultCode.NOT_ALLOWED: "You may not use this station ({detail}): become its user or join the socket's group.",
    FaultCode.BUSY: "The station is busy: try again in a moment.",
    FaultCode.BAD_REQUEST: "The station did not understand: {detail}",
    FaultCode.UNKNOWN_METHOD: "The station does not know {detail}: is it an older version?",
    FaultCode.STOPPING: "The station is stopping.",
    FaultCode.STORE_UNAVAILABLE: "Nothing can be stored ({detail}): free space or change the medium. Nothing was sent.",
    FaultCode.STORE_FULL: "Too much waits to be delivered: nothing more is taken until something is.",
    FaultCode.NUMBERS_USED_UP: "The station's numbers are used up: it needs a certificate with the next incarnation.",
    FaultCode.UNKNOWN_RECIPIENT: "Nobody is called {detail}: see  bavn roster show",
    FaultCode.AMBIGUOUS_RECIPIENT: "{detail} may mean several: {candidates}",
    FaultCode.NO_HOME_STATION: "{detail} has no station to be reached at: see  bavn roster show",
    FaultCode.TEXT_EMPTY: "There is no text.",
    FaultCode.TEXT_TOO_LONG: "The text is too long ({detail} bytes): shorten it or send two messages.",
    FaultCode.MESSAGE_UNKNOWN: "There is no message {detail} here.",
    FaultCode.NOT_FOR_US: "The message is not for this station: only its recipient can answer for it.",
    FaultCode.NOT_ON_DUTY: "Nobody is on duty: log in with  bavn login INITIALS",
    FaultCode.AUTHOR_NEEDED: "Several are on duty ({detail}): say who with  --as INITIALS",
    FaultCode.UNKNOWN_OPERATOR: "No operator is called {detail}.",
    FaultCode.NO_RIGHT: "You may not send FLASH: send IMMEDIATE, or ask somebody who may.",
    FaultCode.WRONG_PASSPHRASE: "Wrong passphrase. Caps Lock?",
    FaultCode.KEY_UNUSABLE: "{detail}",
}
_UNITS: Final = ((86_400, "{count} days"), (3600, "{count} h"), (60, "{count} min"))
_POWER: Final = (
    "unknown: no board is configured and no battery found",
    "unknown: {reason}",
    "unknown",
    "charge unknown",
    "{least} - {most} left (estimate)",
    "time left unknown",
    "on mains",
    "no mains",
    "mains unknown",
    "{hours} h {minutes}",
    "read {span} ago, since then: {reason}",
)
_POWER_BRIEF: Final = ("Bat", "Bat unknown", "{hours}h{minutes}", "?h", "MAINS", "NO MAINS")
POWER_BRIEF_COLUMNS: Final = 24
"""The longest that `power_brief` can be, in either language."""
TEXTS: Final = (
    *_STEPS.values(),
    *_PRECEDENCES.values(),
    *_FAULTS.values(),
    *(unit for _, unit in _UNITS),
    "{count} s",
    *_POWER,
    *_POWER_BRIEF,
)
"""Everything the catalogue must know."""


def step_text(words: Words, ladder: Ladder) -> str:
    """How far a message came towards one station."""
    said = words(_STEPS[ladder.step]).format(
        station=harmless(ladder.station),
        holder=", ".join(harmless(holder.station) for holder in ladder.holders),
        initials=harmless(ladder.initials) or "?",
        comment=harmless(ladder.comment),
        time=clock_text(ladder.at),
    )
    return _with_comment(said, ladder.step, ladder.comment)


def act_text(words: Words, act: ShownAct) -> str:
    """What one person did."""
    said = words(_STEPS[act.step]).format(
        station=harmless(act.station),
        initials=f"{harmless(act.initials)} {harmless(act.name)}".strip(),
        comment=harmless(act.comment),
        time=clock_text(act.at),
    )
    return _with_comment(said, act.step, act.comment)


def _with_comment(said: str, step: Step, comment: str) -> str:
    """A kiosk's comment is its initials and stands in the words already."""
    return f"{said}: {harmless(comment)}" if comment and step is not Step.KIOSK else said


def precedence_text(words: Words, precedence: Precedence) -> str:
    """What a precedence is called."""
    return words(_PRECEDENCES[precedence])


def fault_text(words: Words, fault: Fault) -> str:
    """Why the station did not, and what to do."""
    candidates = ", ".join(f"{one.kind}:{one.number} {harmless(one.name)}" for one in fault.candidates)
    return words(_FAULTS[fault.code]).format(detail=harmless(fault.detail), candidates=candidates)


def clock_text(instant: ShownTime | None, now: ShownTime | None = None) -> str:
    """Local time, with the day when that is not today; `?` behind one that is not to be trusted, or instead of none.

    Args:
        instant: to be shown.
        now: what day it is; None: as the machine says.
    """
    if instant is None:
        return "?"
    then = time.localtime(instant.utc_ms / 1000)
    today = time.localtime(now.utc_ms / 1000 if now is not None else None)
    is_today = then[:3] == today[:3]
    text = time.strftime("%H:%M", then) if is_today else f"{then.tm_mday}/{then.tm_mon} {time.strftime('%H:%M', then)}"
    return text if instant.trusted else f"{text}?"


def span_text(words: Words, seconds: int) -> str:
    """How long, in the largest unit of which there are two or more."""
    for unit_s, unit in _UNITS:
        if seconds >= 2 * unit_s:
            return words(unit).format(count=seconds // unit_s)
    return words("{count} s").format(count=seconds)


def power_text(words: Words, power: PowerState) -> str:
    """What the station runs on and for how long, with all that is unknown named so."""
    if not power.source and not power.fault:
        return words("unknown: no board is configured and no battery found")
    figures = list(_power_figures(words, power))
    if not figures:
        return words("unknown: {reason}").format(reason=harmless(power.fault)) if power.fault else words("unknown")
    if power.fault and power.age_s is not None:
        said = words("read {span} ago, since then: {reason}")
        figures.append(said.format(span=span_text(words, power.age_s), reason=harmless(power.fault)))
    return ", ".join(figures)


def power_brief(words: Words, power: PowerState) -> str:
    """The same for a status line: charge, the least time left, mains; `?` behind a charge that is no longer read."""
    parts = [words("Bat")]
    if power.charge_percent is not None:
        parts.append(f"{power.charge_percent}%{'?' if power.fault else ''}")
        if power.on_mains is not True:
            parts.append(words("?h") if power.left_min_s is None else _hours_brief(words, power.left_min_s))
    elif power.voltage_mv is not None:
        parts.append(f"{power.voltage_mv / 1000:.2f}V")
    else:
        parts = [words("Bat unknown")]
    if power.on_mains is not None:
        parts.append(words("MAINS" if power.on_mains else "NO MAINS"))
    return " ".join(parts)


def _power_figures(words: Words, power: PowerState) -> Iterator[str]:
    figures = (power.charge_percent, power.voltage_mv, power.current_ma, power.on_mains)
    if all(figure is None for figure in figures):
        return
    yield words("charge unknown") if power.charge_percent is None else f"{power.charge_percent} %"
    if power.voltage_mv is not None:
        yield f"{power.voltage_mv / 1000:.2f} V"
    if power.current_ma is not None:
        yield f"{power.current_ma / 1000:+.2f} A"
    if power.left_min_s is not None and power.left_max_s is not None:
        least = _hours_text(words, _rounded_s(power.left_min_s, up=False))
        most = _hours_text(words, _rounded_s(power.left_max_s, up=True))
        yield words("{least} - {most} left (estimate)").format(least=least, most=most)
    elif power.charge_percent is not None and power.on_mains is not True:
        yield words("time left unknown")
    yield words({True: "on mains", False: "no mains", None: "mains unknown"}[power.on_mains])


def _rounded_s(seconds: int, *, up: bool) -> int:
    """To what an estimate can carry: five minutes below two hours, ten below a day, else an hour; always outwards."""
    grain_s = 300 if seconds < 7_200 else 600 if seconds < 86_400 else 3600
    return (seconds + (grain_s - 1 if up else 0)) // grain_s * grain_s


def _hours_text(words: Words, seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return words("{count} min").format(count=minutes)
    if not minutes:
        return words("{count} h").format(count=hours)
    return words("{hours} h {minutes}").format(hours=hours, minutes=f"{minutes:02}")


def _hours_brief(words: Words, seconds: int) -> str:
    """From 100 hours on without the minutes, which are far inside the error then."""
    hours, minutes = divmod(_rounded_s(seconds, up=False) // 60, 60)
    return words("{hours}h{minutes}").format(hours=hours, minutes=f"{minutes:02}" if hours < 100 else "")
