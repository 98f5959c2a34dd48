"""Why the station did not, and what to do about it at a console: where a command has a remedy, here it is a key."""

from typing import Final

from node.api.faults import Fault, FaultCode
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import fault_text

_AT_CONSOLE: Final = {
    FaultCode.NOT_ON_DUTY: "Nobody is on duty: F2 logs in.",
    FaultCode.KEY_LOCKED: "The key of {detail} is locked: F2 opens it.",
    FaultCode.AUTHOR_NEEDED: "Several are on duty ({detail}): F2 says who writes here.",
    FaultCode.NOTHING_WAITS: "It does not wait any more: it was released or taken back, perhaps at another screen.",
    FaultCode.MAY_NOT_RELEASE: "Another person must, who has the right of a second releaser: F2 says who writes here.",
    FaultCode.NOTHING_OFFERED: "No shift is offered to you: F6, then O, offers one.",
    FaultCode.FUNCTION_UNKNOWN: "No function is called {detail}.",
    FaultCode.NOT_THE_HOLDER: "You do not hold {detail}.",
    FaultCode.NOT_A_KIOSK: "This station is no kiosk: F2 logs in.",
    FaultCode.INITIALS_NEEDED: "Type who you are: 1 to 10 letters or digits.",
    FaultCode.ALARM_UNKNOWN: "There is no alarm {detail} any more.",
    FaultCode.ALWAYS_OPEN: "{detail} has no key to read by.",
    FaultCode.NO_EXCHANGE_KEY: "no good key of {detail} is known.",
    FaultCode.UNKNOWN_RECIPIENT: "Nobody is called {detail}.",
    FaultCode.NO_HOME_STATION: "{detail} has no station to be reached at.",
}
TEXTS: Final = tuple(_AT_CONSOLE.values())


def console_fault_text(words: Words, fault: Fault) -> str:
    """The sentence for a screen."""
    said = _AT_CONSOLE.get(fault.code)
    return fault_text(words, fault) if said is None else words(said).format(detail=harmless(fault.detail))
