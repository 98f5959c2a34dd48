"""What people read of a function's holder."""

from typing import Final

from node.api.functions import HeldFunction, Holding
from node.api.ladder import ShownTime
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import clock_text

_HELD: Final = "{initials} since {time}, at {station}"
_NOBODY: Final = "nobody"
_NOBODY_SINCE: Final = "nobody since {time}"
_UNRELIEVED: Final = "nobody since {time}: relief did not come"
_DEPUTY: Final = "deputy {code}: {initials}"
TEXTS: Final = (_HELD, _NOBODY, _NOBODY_SINCE, _UNRELIEVED, _DEPUTY)


def holding_text(words: Words, holding: Holding, now: ShownTime | None = None) -> str:
    """Who holds a function, or that nobody does and who stands in."""
    time = clock_text(holding.since, now)
    if holding.initials:
        said = words(_HELD)
        return said.format(initials=harmless(holding.initials), time=time, station=harmless(holding.station))
    is_told = holding.since is not None
    said = words(_UNRELIEVED if holding.unrelieved else _NOBODY_SINCE if is_told else _NOBODY).format(time=time)
    if not holding.deputy:
        return said
    initials = harmless(holding.deputy_initials) or words(_NOBODY)
    return f"{said} ({words(_DEPUTY).format(code=harmless(holding.deputy), initials=initials)})"


def function_line(words: Words, function: HeldFunction) -> str:
    """One function in one line."""
    return f"{harmless(function.code):<6} {harmless(function.name)}: {holding_text(words, function.holding)}"
