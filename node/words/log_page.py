"""The log as people read it: one entry on a line or two, and what a check of a log found."""

from typing import Final

from node.api.alarms import AlarmKind
from node.api.log import Channel, ShownEntry
from node.core.log_check import ChainVerdict, FaultKind, LogFault, LogVerdict
from node.core.log_entries import REAL
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.message_page import TEXT_MARGIN
from node.words.page import COLUMNS, folded
from node.words.phrases import clock_text

KINDS: Final = {
    "started": "Station started",
    "stopped": "Station stopped",
    "composed": "Written {message}",
    "accepted": "Received {message}",
    "moved": "{message}: {rung} ({station})",
    "held": "{message}: held by {who}",
    "acted": "{message}: {act}",
    "act_heard": "{message}: {act}",
    "note": "Note",
    "alarm": "Alarm {alarm} {subject}",
    "clock": "Clock set, or its trust changed",
    "configured": "Other settings",
    "logged_in": "Logged in",
    "logged_out": "Logged out",
    "locked": "Key locked",
    "unlocked": "Key unlocked",
    "certified": "Certificate accepted: {statement}",
    "revoked": "Key revoked: {statement}",
    "exported": "Log handed out",
    "duty_taken": "Function taken",
    "duty_given": "Function given up",
    "handed_over": "Shift handed over",
    "break_glass": "EMERGENCY LOGIN",
    "right_used": "Right used",
    "drill_started": "Exercise began",
    "drill_stopped": "Exercise ended",
    "quarantined": "Unknown sender waits",
    "released": "Unknown sender let in or forgotten",
    "restored": "The store is not the one it was",
    "incarnated": "The station counts its messages anew",
    "receiving_only": "Receiving only",
    "rekeyed": "Key changed",
    "silenced": "Looks into alarm {alarm} {subject}",
    "over": "Alarm over: {alarm} {subject}",
    "courier_left": "Given to a courier: {items} items in {pouch}",
    "courier_came": "A courier brought {new} new",
    "escalated": "{message}: not answered, deputy asked ({to})",
    "countermanded": "{message}: {kind} {by}: {standing}",
}
"""By the entry's kind; the placeholders are its details."""
ALARMS: Final = {
    AlarmKind.EMERGENCY_KEY: "emergency key opened",
    AlarmKind.NUMBER_TWICE: "number used twice",
    AlarmKind.REVOKED_KEY: "revoked key in use",
    AlarmKind.OWN_KEY_REVOKED: "own key revoked",
    AlarmKind.STATEMENT_CONFLICT: "certificates contradict each other",
    AlarmKind.LOG_CHANGED: "log is not the one it was",
    AlarmKind.GROUP_KEY_EXPOSED: "group's key in wrong hands",
    AlarmKind.GROUP_KEY_CONFLICT: "two keys of one group",
    AlarmKind.RECEIVE_ONLY: "receive-only",
    AlarmKind.OWN_NUMBER_HEARD: "own number heard",
    AlarmKind.MESSAGE_WITHDRAWN: "message withdrawn",
    AlarmKind.NUMBERS_LOW: "numbers run low",
    AlarmKind.CLOCK_DOUBTED: "clock differs from the others",
    AlarmKind.CLOCK_AHEAD: "clock seems to be ahead",
    AlarmKind.CLOCK_STEP: "clock was set",
    AlarmKind.QUOTA_REACHED: "too much from one",
    AlarmKind.ANSWER_OVERDUE: "no answer in time",
    AlarmKind.DEPUTY_ASKED: "asked as deputy",
    AlarmKind.COUNTERMAND_REFUSED: "cancelling refused",
}
"""By the alarm's kind, short."""
RUNGS: Final = {
    "sent": "sent",
    "heard_by_radio": "heard by a radio",
    "reported": "reported at the station, not proven",
    "at_station": "at the station",
    "unattended": "at the station, nobody on duty",
    "expired": "expired",
    "cancelled": "not sent any more",
}
ACTS: Final = {
    "acknowledged": "acknowledged",
    "accepted": "being done",
    "declined": "declined",
    "done": "reported done",
    "read_back": "read back",
    "kiosk": "acknowledged at a kiosk",
}
COUNTERMANDS: Final = {
    "cancels": "cancelled by",
    "corrects": "corrected by",
    "stands": "stands",
    "refused": "refused, its author may not",
    "late": "too late, another one stands",
}
CHANNELS: Final = {
    Channel.PHONE: "telephone",
    Channel.SINE: "SINE",
    Channel.RADIO: "radio",
    Channel.COURIER: "courier",
    Channel.MAIL: "mail",
    Channel.IN_PERSON: "in person",
}
FAULTS: Final = {
    FaultKind.ALTERED: "entry {first} is not as it was written",
    FaultKind.MISSING: "entries {first} to {last} are missing",
    FaultKind.INSERTED: "an entry {first} was slipped in",
    FaultKind.FOREIGN: "entry {first} does not begin this station's log",
    FaultKind.CUT: "entries {first} to {last} are cut off: the station signed for them",
    FaultKind.REWRITTEN: "between entries {first} and {last} the content is not what the station signed",
    FaultKind.FRAME_MISSING: "the message of entry {first} is not there",
    FaultKind.FRAME_ALTERED: "a message is there that no entry tells of",
    FaultKind.UNSIGNED: "the message of entry {first} was not signed by its author",
    FaultKind.HEAD_UNSIGNED: "the signature at entry {first} is not the station's",
}
_WITNESSED: Final = " (kept by {station})"
_PAPER: Final = "written {written}, typed in {typed}"
_FROM: Final = "from {party}"
_TO: Final = "to {party}"
_REAL: Final = "The real log"
_EXERCISE: Final = "Exercise {number}"
_STANDS: Final = "{chain}: {entries} entries; signed by the station up to {signed}, neighbours vouch up to {witnessed}."
_WHOLE: Final = "The log is as it was written."
_CHANGED: Final = "THE LOG WAS CHANGED. First: {fault}."
_MORE: Final = "and {count} more"
_ALONE: Final = (
    "No neighbour vouches: who has the station's key could have written this log anew."
    " Give neighbours' logs with  --witnesses FILE"
)
_UNJUDGED: Final = "Not judged with this roster: {reason} ({count})"
TEXTS: Final = (
    *KINDS.values(),
    *ALARMS.values(),
    *RUNGS.values(),
    *ACTS.values(),
    *COUNTERMANDS.values(),
    *CHANNELS.values(),
    *FAULTS.values(),
    *(_WITNESSED, _PAPER, _FROM, _TO, _REAL, _EXERCISE, _STANDS, _WHOLE, _CHANGED, _MORE, _ALONE, _UNJUDGED),
)
FAULTS_SHOWN: Final = 20


def entry_lines(words: Words, entry: ShownEntry) -> list[str]:
    """One entry: number, time, who, what; below it the text that belongs to it."""
    lines = [_head(words, entry)]
    if entry.text and entry.kind in ("note", "composed", "accepted"):
        lines.append(f"{'':>20}{harmless(entry.text)}")
    return lines


def entry_row(words: Words, entry: ShownEntry) -> str:
    """One entry in one line, the text that belongs to it behind a bar."""
    text = f" {TEXT_MARGIN}{harmless(entry.text)}" if entry.text else ""
    return f"{_head(words, entry)}{text}"


def entry_page(words: Words, entry: ShownEntry, columns: int = COLUMNS) -> list[str]:
    """One entry whole: who is named in full, and every line of the text begins with a bar."""
    who = f"{harmless(entry.who_name)} ({harmless(entry.who)})" if entry.who_name else harmless(entry.who)
    head = f"{entry.number}  {clock_text(entry.at)}  {who}: {_what(words, entry)}"
    text = folded(harmless(entry.text, keep_lines=True), columns - len(TEXT_MARGIN)) if entry.text else []
    return [*folded(head, columns), *(f"{TEXT_MARGIN}{line}" for line in text)]


def channel_text(words: Words, channel: Channel) -> str:
    """How something came that is noted."""
    return words(CHANNELS[channel])


def verdict_lines(words: Words, verdict: LogVerdict) -> list[str]:
    """What a check found, the judgement last."""
    lines = [_stands(words, chain) for chain in verdict.chains]
    lines += [words(_UNJUDGED).format(reason=harmless(reason), count=count) for reason, count in verdict.not_checked]
    lines += [fault_line(words, fault) for fault in verdict.faults[:FAULTS_SHOWN]]
    if len(verdict.faults) > FAULTS_SHOWN:
        lines.append(words(_MORE).format(count=len(verdict.faults) - FAULTS_SHOWN))
    if not any(chain.witnessed_to for chain in verdict.chains):
        lines.append(words(_ALONE))
    if verdict.faults:
        return [*lines, words(_CHANGED).format(fault=fault_line(words, verdict.faults[0]))]
    return [*lines, words(_WHOLE)]


def fault_line(words: Words, fault: LogFault) -> str:
    """One thing that is wrong."""
    said = words(FAULTS[fault.kind]).format(first=fault.first, last=fault.last)
    if fault.kind in (FaultKind.CUT, FaultKind.REWRITTEN) and fault.detail:
        said += words(_WITNESSED).format(station=harmless(fault.detail))
    return said if fault.chain == REAL else f"{words(_EXERCISE).format(number=fault.chain)}: {said}"


def _head(words: Words, entry: ShownEntry) -> str:
    return f"{entry.number:>6} {clock_text(entry.at):<12} {harmless(entry.who):<6} {_what(words, entry)}"


def _stands(words: Words, chain: ChainVerdict) -> str:
    name = words(_REAL) if chain.chain == REAL else words(_EXERCISE).format(number=chain.chain)
    return words(_STANDS).format(
        chain=name, entries=chain.entries, signed=chain.signed_to, witnessed=chain.witnessed_to
    )


def _what(words: Words, entry: ShownEntry) -> str:
    details = {detail.name: harmless(detail.value) for detail in entry.details}
    if entry.kind == "note":
        return _note(words, entry, details)
    template = KINDS.get(entry.kind)
    if template is None:
        return harmless(entry.kind)
    rung, act = details.get("rung", ""), details.get("act", "")
    filled = {"message": entry.message, "who": harmless(entry.who), "station": "", "statement": "", "alarm": ""}
    filled |= {"subject": "", "pouch": "", "items": "?", "new": "?", **details}
    alarm = filled["alarm"]
    filled["alarm"] = words(ALARMS[AlarmKind(alarm)]) if alarm in {one.value for one in AlarmKind} else alarm
    filled["rung"] = words(RUNGS[rung]) if rung in RUNGS else rung
    for name in ("kind", "standing"):
        value = details.get(name, "")
        filled[name] = words(COUNTERMANDS[value]) if value in COUNTERMANDS else value
    filled["act"] = words(ACTS[act]) if act in ACTS else act
    return words(template).format(**filled).rstrip()


def _note(words: Words, entry: ShownEntry, details: dict[str, str]) -> str:
    channel = details.get("channel", "")
    parts = [words(CHANNELS[Channel(channel)]) if channel in {one.value for one in Channel} else channel]
    parts += [
        words(text).format(party=details[name]) for name, text in (("from", _FROM), ("to", _TO)) if name in details
    ]
    if entry.written is not None:
        parts.append(words(_PAPER).format(written=clock_text(entry.written), typed=clock_text(entry.at)))
    told = ", ".join(part for part in parts if part)
    return f"{words(KINDS['note'])}{': ' if told else ''}{told}"
