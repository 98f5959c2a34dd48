"""Every key of the console, once: what it does, its face in the bottom line, its line in the help.

Letters work where nothing is typed; while somebody types, function keys and Escape do the same everywhere.
"""

from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Key:
    """One key on one screen."""

    key: str
    """As Textual names it; several with commas between."""
    action: str
    face: str
    """In the bottom line; empty: it has no room there, and stands in the help."""
    label: str
    """A word for the bottom line; empty as `face`."""
    help: str
    """A sentence for the help: what it does and what it does not."""
    shown: str = ""
    """How the help writes the key; empty: as `face`."""


DESK: Final = (
    Key("a", "acknowledge", "A", "Ack", "Acknowledge the message shown: you have read and understood it."),
    Key("r", "reply", "R", "Reply", "Reply to the message shown."),
    Key("n", "compose", "N", "New", "Write a new message."),
    Key("space", "next", "Space", "Next", "Go to the next message that nobody here has acknowledged."),
    Key("enter", "", "", "", "Show the whole message with its ladder. Opening acknowledges nothing.", "Enter"),
    Key("w", "act('accepted')", "", "", "Say that you take it on: 'being done by'.", "W"),
    Key("d", "act('done')", "", "", "Report it done.", "D"),
    Key("x", "act('declined')", "", "", "Decline it, with a reason.", "X"),
    Key("b", "act('read_back')", "", "", "Read it back in your own words, for orders, places and numbers.", "B"),
    Key("c", "cancel", "", "", "Cancel the message shown, after a question: it is sent no more; all are told.", "C"),
    Key("e", "correct", "", "", "Correct the message shown: write what takes its place.", "E"),
    Key("tab", "box", "Tab", "Box", "Change between what came, what was written here, what is carried for others."),
    Key("k", "drafts", "", "", "Drafts that are kept, to go on writing.", "K"),
    Key("s", "silence", "", "", "Silence the alarm for five minutes. What arrives anew sounds at once.", "S"),
    Key("l", "alarms", "", "", "Alarms: what a person must look into, and who does.", "L"),
    Key("f2", "duty", "F2", "Duty", "Log in, log out, say who writes at this console."),
    Key(
        "f3", "station", "F3", "Station", "Radio, neighbours, power, clock, store: all that the station says of itself."
    ),
    Key("f", "releases", "", "", "What waits for a second person: read it, let it go, take it back.", "F"),
    Key("f4", "log", "", "", "The log: what happened here; write a note.", "F4"),
    Key("f6", "handover", "", "", "Hand-over: what the next shift must know, and who hands to whom.", "F6"),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("q", "app.quit", "", "", "Leave the console; the station goes on. Ctrl+Q does it on every screen.", "Q"),
    Key(
        "up,down,pageup,pagedown,home,end",
        "",
        "",
        "",
        "Move through the list; at its end the next page follows.",
        "↑ ↓",
    ),
)
MESSAGE: Final = (
    Key("a", "acknowledge", "A", "Ack", "Acknowledge the message shown."),
    Key("r", "reply", "R", "Reply", "Reply to it."),
    Key("w", "act('accepted')", "W", "Taken on", "Say that you take it on."),
    Key("d", "act('done')", "D", "Done", "Report it done."),
    Key("x", "act('declined')", "X", "Decline", "Decline it, with a reason."),
    Key("b", "act('read_back')", "B", "Read back", "Read it back."),
    Key("c", "cancel", "", "", "Cancel it, after a question: it is sent no more, and all are told.", "C"),
    Key("e", "correct", "", "", "Correct it: write what takes its place.", "E"),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to the list. Nothing is acknowledged by that."),
)
COMPOSE: Final = (
    Key("f9", "send", "F9", "Send", "Send: the message is stored, signed and queued."),
    Key("f5", "precedence", "F5", "Speed", "The next precedence: speed, not importance."),
    Key(
        *("f4", "answer_by", "", ""),
        "By when an answer is wanted: 15 or 30 minutes, 1, 2 or 6 hours, a day, or no time.",
        "F4",
    ),
    Key("f6", "ack", "F6", "Ack", "Ask for an acknowledgement, or do not."),
    Key("f7", "secrecy", "F7", "Secret", "For the recipient alone, or open to everybody who hears it."),
    Key("tab", "", "Tab", "Field", "The next field; Enter chooses the recipient on which the mark stands."),
    Key("f8", "discard", "F8", "Discard", "Throw the draft away, after a question."),
    Key("f2", "duty", "", "", "Log in, log out, say who writes at this console.", "F2"),
    Key("f1", "help", "F1", "Help", "This help."),
    Key("escape", "leave", "Esc", "Leave", "Leave; the draft is kept and is found under K."),
)
DRAFTS: Final = (
    Key("enter", "", "Enter", "Go on", "Go on writing the draft on which the mark stands."),
    Key("delete,f8", "discard", "F8", "Discard", "Throw it away, after a question."),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to the list of messages."),
)
ALARMS: Final = (
    Key("enter", "", "Enter", "I look", "Say that you look into it: it sounds no more, and your initials stand there."),
    Key("f2", "duty", "F2", "Duty", "Log in, log out, say who writes at this console."),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to the list of messages. Nothing is silenced by that."),
)
DUTY: Final = (
    Key("enter", "", "Enter", "Log in", "Log in with initials and passphrase, or write as somebody who is on duty."),
    Key("f5", "functions", "F5", "Functions", "Functions: who holds which, take one, give it up."),
    Key("f8", "emergency", "F8", "Emergency", "Forgotten passphrase: the sealed envelope. It alarms everybody."),
    Key("f9", "lock", "F9", "Lock", "Lock all keys and stay on duty: the passphrase opens one again."),
    Key("f10", "logout", "F10", "Log out", "Log out whoever is named; without a name whoever writes here."),
    Key("f1", "help", "", "", "This help.", "F1"),
    Key("escape", "back", "Esc", "Back", "Back, and nothing changed."),
)
FUNCTIONS: Final = (
    Key("enter", "", "Enter", "Take", "Take the function on which the mark stands."),
    Key("delete,f8", "give_up", "F8", "Give up", "Give it up: nobody holds it until somebody takes it."),
    Key("f2", "duty", "F2", "Duty", "Log in, log out, say who writes at this console."),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to where you were."),
)
RELEASES: Final = (
    Key("enter", "", "Enter", "Release", "Let it go as a second person, after a question: it is sent in both names."),
    Key("delete,f8", "withdraw", "F8", "Take back", "Take it back, after a question: it is not sent."),
    Key("f2", "duty", "F2", "Duty", "Log in, log out, say who writes at this console."),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to the list of messages. Nothing is sent by that."),
)
HANDOVER: Final = (
    Key("o", "offer", "O", "Offer", "Hand your shift to another who is on duty here."),
    Key("a", "accept", "A", "Take over", "Take over the shift that is offered to you, once you have read the page."),
    Key("x", "alone", "X", "No relief", "Relief did not come: give all functions up, and say so to everybody."),
    Key("up,down,pageup,pagedown,home,end", "", "↑↓", "Scroll", "Move through the page."),
    Key("f2", "duty", "F2", "Duty", "Log in, log out, say who writes at this console."),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to the list of messages."),
)
LOG: Final = (
    Key("n", "note", "N", "Note", "Write a note: a call, a decision, what was left undone."),
    Key("tab", "shelf", "Tab", "Kinds", "Change between everything, notes, alarms and keys, duty."),
    Key(
        "up,down,pageup,pagedown,home,end", "", "↑↓", "Move", "Move through the entries; at the end older ones follow."
    ),
    Key("f2", "duty", "F2", "Duty", "Log in, log out, say who writes at this console."),
    Key("question_mark,f1", "help", "?", "Help", "This help."),
    Key("escape", "back", "Esc", "Back", "Back to the list of messages."),
)
NOTE: Final = (
    Key("f9", "write", "F9", "Note it", "Write it into the log, where nothing is ever changed."),
    Key("f5", "channel", "F5", "How", "How it came: telephone, SINE, radio, courier, mail, in person."),
    Key("tab", "", "Tab", "Field", "The next field."),
    Key("f1", "help", "F1", "Help", "This help."),
    Key("escape", "leave", "Esc", "Leave", "Leave; what was written is asked about first."),
)
PAGE: Final = (
    Key("up,down,pageup,pagedown,home,end", "", "↑↓", "Scroll", "Move through the page."),
    Key("escape,enter,q", "back", "Esc", "Back", "Back to where you were."),
)
ASKING: Final = (
    Key("enter", "accept", "Enter", "Yes", "Do it."),
    Key("escape", "back", "Esc", "No", "Do not."),
)

SCREENS: Final = {
    "The list of messages": DESK,
    "One message": MESSAGE,
    "Writing": COMPOSE,
    "Drafts": DRAFTS,
    "Alarms": ALARMS,
    "Duty": DUTY,
    "Functions": FUNCTIONS,
    "A second person": RELEASES,
    "Hand-over": HANDOVER,
    "The log": LOG,
    "A note": NOTE,
    "Pages": PAGE,
    "Questions": ASKING,
}
"""In the order of the help."""

TEXTS: Final = tuple(
    dict.fromkeys(
        text
        for name, keys in SCREENS.items()
        for text in (name, *(one for key in keys for one in (key.label, key.help)))
        if text
    )
)


def bindings(keys: tuple[Key, ...]) -> list[BindingType]:
    """The keys that call an action of their screen."""
    return [Binding(key.key, key.action, key.label, show=False) for key in keys if key.action]
