"""What people read for a step, a precedence or a fault: one place for every screen and command."""

import time
from typing import Final

from node.api.faults import Fault, FaultCode
from node.api.ladder import Ladder, ShownAct, ShownTime, Step
from node.api.messages import Precedence
from node.words.catalogue import Words
from node.words.counting_phrases import doubt_text
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
    Step.CANCELLED: "Not sent any more {time} - it was cancelled or corrected",
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
    FaultCode.ALWAYS_OPEN: (
        "{detail} has no key, so nothing to it is confidential: write to a station, a function or a person, or send it"
        " open with  --open"
    ),
    FaultCode.NO_EXCHANGE_KEY: (
        "No good key is known for the stations of {detail}: fetch a newer roster, or let everybody who hears it read it"
        " with  --open"
    ),
    FaultCode.NO_GROUP_KEY: (
        "This station has no key of {detail}: have one made with  bavn group key {detail} --new  at a member's station,"
        " or send it open with  --open"
    ),
    FaultCode.GROUP_KEY_EXPOSED: (
        "Somebody who should not any more has the key of {detail}: make a new one with  bavn group key {detail} --new"
        "  or send it open with  --open"
    ),
    FaultCode.NOT_GROUPS_AUTHORITY: (
        "Only an operator of the group's own authority with the right to revoke makes its key: ask one of them."
    ),
    FaultCode.NOT_A_MEMBER: "No member of {detail} is at home at this station: do it at one of its members' stations.",
    FaultCode.TEXT_EMPTY: "There is no text.",
    FaultCode.TEXT_TOO_LONG: "The text is too long ({detail} bytes): shorten it or send two messages.",
    FaultCode.FORM_UNKNOWN: "There is no form {detail}: see  bavn form list",
    FaultCode.FORM_FIELD_UNKNOWN: "The form has no field {detail}: see  bavn form show",
    FaultCode.FORM_FIELD_MISSING: "The form needs {detail}.",
    FaultCode.FORM_FIELD_TWICE: "{detail} is said twice.",
    FaultCode.FORM_VALUE: "The form does not take {detail}.",
    FaultCode.FORM_TOO_LONG: "The form is too long ({detail} bytes): shorten its texts.",
    FaultCode.MESSAGE_UNKNOWN: "There is no message {detail} here.",
    FaultCode.NOT_FOR_US: "The message is not for this station: only its recipient can answer for it.",
    FaultCode.DRAFT_UNKNOWN: "The draft is gone: it was discarded, perhaps at another screen.",
    FaultCode.DRAFT_TOO_LONG: "The draft is too long to be kept ({detail} bytes): shorten it.",
    FaultCode.DRAFTS_FULL: "{detail} drafts are kept and no more: send or discard one.",
    FaultCode.ALARM_UNKNOWN: "There is no alarm {detail} any more: see  bavn alarm",
    FaultCode.ALREADY_COUNTERMANDED: "{detail} is cancelled or corrected already: see  bavn show {detail}",
    FaultCode.OTHER_RECIPIENT: "What cancels or corrects goes to whom the message went: leave the recipient out.",
    FaultCode.MAY_NOT_COUNTERMAND: (
        "Only its author cancels or corrects a message, or who may give orders in that authority: ask one of them."
    ),
    FaultCode.ANSWER_BY_TOO_LATE: (
        "The message does not live until then ({detail} minutes): ask for an answer sooner, or give it longer with"
        "  --lifetime"
    ),
    FaultCode.RECEIVE_ONLY: "The station is RECEIVE-ONLY and sends nothing. {detail}",
    FaultCode.NOT_IN_DOUBT: "The station is sure of its numbers: nothing was changed.",
    FaultCode.NEEDS_INCARNATION: "Nobody's word ends this. {detail}",
    FaultCode.CLOCK_TRUSTED: (
        "The machine's own clock is trusted, so nobody's word is needed. If it is wrong, put  trust = \"untrusted\""
        " under [clock] in the configuration and start the station again."
    ),
    FaultCode.NOT_ON_DUTY: "Nobody is on duty: log in with  bavn login INITIALS",
    FaultCode.KEY_LOCKED: "The key of {detail} is locked: open it with  bavn login {detail}",
    FaultCode.FUNCTION_UNKNOWN: "No function is called {detail}: see  bavn duty show",
    FaultCode.OTHER_AUTHORITY: "{detail} belongs to another authority: only its own operators hold it.",
    FaultCode.NOT_THE_HOLDER: "You do not hold {detail}: see  bavn duty show",
    FaultCode.NOTHING_WAITS: "Nothing waits for a second person under {detail}: see  bavn release",
    FaultCode.MAY_NOT_RELEASE: "You may not release it: somebody else must who has the right of a second releaser.",
    FaultCode.NOTHING_OFFERED: "No shift is offered to you: it is with  bavn duty handover --to INITIALS",
    FaultCode.NOT_A_KIOSK: "This station is no kiosk: log in with  bavn login INITIALS",
    FaultCode.INITIALS_NEEDED: "Type who you are: --initials with 1 to 10 letters or digits.",
    FaultCode.AUTHOR_NEEDED: "Several are on duty ({detail}): say who with  --as INITIALS",
    FaultCode.UNKNOWN_OPERATOR: "No operator is called {detail}.",
    FaultCode.NO_RIGHT: "You may not send FLASH: send IMMEDIATE, or ask somebody who may.",
    FaultCode.NO_RIGHT_TO_REVOKE: "Nobody on duty here may end a key: log in who may with  bavn login INITIALS",
    FaultCode.NO_EMERGENCY_KEY: "This station has no emergency key: take the one in its envelope to its key directory.",
    FaultCode.FORM_NOT_ALLOWED: "You may not send the form {detail}: ask somebody who may; see  bavn roster show",
    FaultCode.WRONG_PASSPHRASE: "Wrong passphrase. Caps Lock?",
    FaultCode.KEY_REVOKED: "The key is revoked and opens nothing any more: ask the authority for a new one.",
    FaultCode.KEY_UNUSABLE: "{detail}",
}
_COMMENT_HIDDEN: Final = "(comment confidential)"
_DRAFT_SENT: Final = "The draft is gone: it was sent as {detail}."
_DECIMAL_MARK: Final = "."
_UNITS: Final = ((86_400, "{count} days"), (3600, "{count} h"), (60, "{count} min"))
TEXTS: Final = (
    *_STEPS.values(),
    *_PRECEDENCES.values(),
    *_FAULTS.values(),
    _COMMENT_HIDDEN,
    _DRAFT_SENT,
    *(unit for _, unit in _UNITS),
    "{count} s",
    _DECIMAL_MARK,
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
    if act.comment_hidden:
        return f"{said}: {words(_COMMENT_HIDDEN)}"
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
    was_sent = fault.code is FaultCode.DRAFT_UNKNOWN and fault.detail
    text = _DRAFT_SENT if was_sent else _FAULTS[fault.code]
    in_doubt = fault.code in (FaultCode.RECEIVE_ONLY, FaultCode.NEEDS_INCARNATION)
    detail = doubt_text(words, fault.detail) if in_doubt else harmless(fault.detail)
    return words(text).format(detail=detail, candidates=candidates)


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


def decimal_text(words: Words, figure: float, digits: int = 1) -> str:
    """A figure with so many decimals, written as the language does."""
    return f"{figure:.{digits}f}".replace(".", words(_DECIMAL_MARK))
