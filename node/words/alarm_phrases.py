"""What an alarm says: what is so, and what to do. One text for each kind."""

from typing import Final

from node.api.alarms import Alarm, AlarmKind
from node.words.catalogue import Words
from node.words.counting_phrases import doubt_text
from node.words.harmless import harmless
from node.words.phrases import clock_text

_ALARMS: Final = {
    AlarmKind.EMERGENCY_KEY: (
        "The emergency key {detail} was opened at a station ({subject}). Ask there by voice who uses it, and why."
    ),
    AlarmKind.RECEIVE_ONLY: "{subject} is RECEIVE-ONLY: nothing with its signature is sent. {detail}",
    AlarmKind.OWN_NUMBER_HEARD: (
        "Somebody sends as {subject} (count {detail}). Unsigned: a second machine with this key, or a forgery."
        " Ask whether a copy of this station runs."
    ),
    AlarmKind.MESSAGE_WITHDRAWN: (
        "{subject} was not sent: its number had been used before. Its text is among the drafts: send it again."
    ),
    AlarmKind.NUMBERS_LOW: (
        "{detail} of the numbers of {subject} are used. Have it certified anew in time:  bavn roster replace-station"
    ),
    AlarmKind.NUMBER_TWICE: "{subject} was used for two messages; the first is kept. Ask that station by voice.",
    AlarmKind.REVOKED_KEY: (
        "What comes from {detail} under the revoked key of {subject} is refused."
        " Ask there by voice: somebody may have the key, or does not know that it has ended."
    ),
    AlarmKind.OWN_KEY_REVOKED: (
        "The key of this station, {subject}, is revoked: it sends nothing any more. Call the authority for a new one."
    ),
    AlarmKind.STATEMENT_CONFLICT: (
        "Two certificates contradict each other about {subject}; the first stays in force."
        " Ask the authority by voice which one is meant."
    ),
    AlarmKind.LOG_CHANGED: (
        "The log of {subject} is not the one it was: its store was replaced, or entries were changed or cut"
        " (entries before and now: {detail}). Ask that station, keep  bavn log export  of both."
    ),
    AlarmKind.GROUP_KEY_EXPOSED: (
        "Somebody who should not any more has the key of group {subject}. Make a new one:"
        "  bavn group key {subject} --new  costs {detail} s of airtime."
    ),
    AlarmKind.GROUP_KEY_CONFLICT: (
        "Two different keys of group {subject} came under one number; the first is kept. Ask who made them by voice,"
        " then make a new one:  bavn group key {subject} --new"
    ),
    AlarmKind.CLOCK_DOUBTED: (
        "The clock of {subject} is {detail} s from what most other stations say. Look at a watch:  bavn clock"
    ),
    AlarmKind.CLOCK_AHEAD: (
        "By the clock of {subject} {detail} was too old when it came, by who carried it not: it was taken in."
        " See when it was written, and look at a watch:  bavn clock"
    ),
    AlarmKind.CLOCK_STEP: (
        "The clock of {subject} was set by {detail} s. Check it against a watch:  bavn clock. Times in the log before"
        " that may be wrong."
    ),
    AlarmKind.QUOTA_REACHED: (
        "{subject} sent more than is taken in from one ({detail}): the rest is refused for now. Ask there by voice;"
        " a key in wrong hands must be revoked."
    ),
    AlarmKind.ANSWER_OVERDUE: "{subject} to {detail} was not answered in time:  bavn show {subject}",
    AlarmKind.DEPUTY_ASKED: (
        "{subject} was not answered in time. You are asked as deputy, {detail}:  bavn show {subject}"
    ),
    AlarmKind.COUNTERMAND_REFUSED: (
        "{detail} would cancel or correct {subject}, and its author may not: {subject} stands. Ask by voice what is so."
    ),
}
_MORE: Final = "and others"
_SINCE: Final = "since {time}"
_SILENCED: Final = "{initials} looks into it"
TEXTS: Final = (*_ALARMS.values(), _MORE, _SINCE, _SILENCED)


def alarm_text(words: Words, alarm: Alarm) -> str:
    """One alarm with its number, since when it stands, and who looks into it."""
    subject = harmless(alarm.subject) or words(_MORE)
    detail = doubt_text(words, alarm.detail) if alarm.kind is AlarmKind.RECEIVE_ONLY else harmless(alarm.detail)
    said = words(_ALARMS[alarm.kind]).format(subject=subject, detail=detail)
    remarks = [words(_SINCE).format(time=clock_text(alarm.raised))]
    if alarm.silenced_by:
        remarks.append(words(_SILENCED).format(initials=harmless(alarm.silenced_by)))
    return f"{alarm.id}: {said} ({', '.join(remarks)})"
