"""What people read of the station's power: charge, time left as a range, mains; what is unknown is called so."""

from collections.abc import Iterator
from typing import Final

from node.api.status import PowerState
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import decimal_text, span_text

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
TEXTS: Final = (*_POWER, *_POWER_BRIEF)
"""Everything the catalogue must know."""


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
        parts.append(f"{decimal_text(words, power.voltage_mv / 1000, 2)}V")
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
        yield f"{decimal_text(words, power.voltage_mv / 1000, 2)} V"
    if power.current_ma is not None:
        yield f"{'+' if power.current_ma > 0 else ''}{decimal_text(words, power.current_ma / 1000, 2)} A"
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
