"""Who is on duty: log in with a passphrase, choose who writes at this console, log out."""

from collections.abc import Iterator
from typing import ClassVar, Final

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from node.api.functions import Functions
from node.api.methods import FUNCTIONS, LOCK, LOGIN, LOGOUT, Duty, Lock, Login, Logout, Nothing
from node.api.status import Person
from node.words.harmless import harmless
from tui.console import Failure
from tui.keys import DUTY, bindings
from tui.picture import Look, Picture
from tui.screens.frame import Frame
from tui.screens.functions import FunctionsScreen
from tui.screens.question import ask
from tui.widgets.choices import Choice, Choices
from tui.widgets.fields import Line
from tui.widgets.lines import Lines

_TITLE: Final = "On duty at this station."
_NOBODY: Final = "Nobody."
_INITIALS: Final = "Initials"
_PASSPHRASE: Final = "Passphrase"  # noqa: S105 - a label, no secret
_UNLOCKING: Final = "Unlocking the key of {initials} ... a few seconds on a small machine."
_WHO: Final = "Write the initials of who comes on duty."
_LOCKED_ROW: Final = "key locked: Enter, then the passphrase"
_ALL_LOCKED: Final = "The keys are locked. Who locked stays on duty."
_EMERGENCY: Final = "EMERGENCY LOGIN with the key of the sealed envelope. It alarms every station, at once. Go on?"
_ENVELOPE: Final = "Type the words from the sealed envelope. Esc: leave."
_LOGGED_OUT: Final = "{initials} is logged out: the key is locked."
TEXTS: Final = (
    *(_LOCKED_ROW, _ALL_LOCKED, _EMERGENCY, _ENVELOPE),
    *(_TITLE, _NOBODY, _INITIALS, _PASSPHRASE, _UNLOCKING, _WHO, _LOGGED_OUT),
)

INITIALS_LETTERS_MAX: Final = 5
"""As a certificate's code may have (SPEC, section 10); what is longer was meant for the other field."""
_ENTER: Final = "\n"
"""As it is kept among letters that are typed before the screen stands."""
LABEL_CELLS: Final = 13
"""As in the style sheet."""


class DutyScreen(Frame[str | None]):
    """Ends with the initials of who writes at this console now; None when nothing was chosen."""

    KEYS = DUTY
    TAKES_LETTERS = True
    # Taken before any field sees it: keys that are typed fast must not put a passphrase where it can be read.
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(DUTY),
        Binding("tab", "to_passphrase", show=False, priority=True),
        Binding("enter", "entered", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._people: tuple[Person, ...] = ()
        self._locked: tuple[Person, ...] = ()
        self._is_unlocking = False
        self._is_emergency = False
        self._functions: dict[str, list[str]] = {}
        """Codes of what each holds, by initials."""
        self._asked_at: Look | None = None

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        yield Choices(pen, self.words(_NOBODY), id="people")
        for name, field in ((_INITIALS, Line(id="initials")), (_PASSPHRASE, Line(id="passphrase", password=True))):
            label = Lines(pen, classes="label")
            label.show([f"{self.words(name):<{LABEL_CELLS - 2}}: "])
            yield Horizontal(label, field, classes="field")
        yield Lines(pen, classes="filler")

    def on_mount(self) -> None:
        super().on_mount()
        # Several on duty and nobody chosen, or their keys locked: then it is most likely one of them who sits here.
        is_one_of_them = not self.console.operator and bool(self._people or self._locked)
        who, enter, rest = self.end_early().partition(_ENTER)
        if is_one_of_them and not who:
            self.set_focus(self.query_one(Choices))
        else:
            self.set_focus(self.query_one("#initials", Line))
            self.query_one("#initials", Line).put_at_cursor(who)
        if enter:
            self._entered_early(rest)

    def take_first(self, letter: str) -> bool:
        """Letters are initials, also while the mark is moved; what is early keeps its order with an Enter after it."""
        if self.keep_early(letter):
            return True
        if not isinstance(self.focused, Choices):
            return False
        initials = self.query_one("#initials", Line)
        self.set_focus(initials)
        initials.put_at_cursor(letter)
        return True

    def drawn(self, picture: Picture) -> None:
        self.lines("title").show([f" {self.words(_TITLE)}"])
        self._people = picture.look.status.duty if picture.look is not None else ()
        self._locked = picture.look.status.locked if picture.look is not None else ()
        if picture.absence is None and picture.look is not self._asked_at:
            self._asked_at = picture.look
            self._ask_functions()
        rows = [Choice(at, self._row(one)) for at, one in enumerate(self._people)]
        for at, one in enumerate(self._locked, start=len(self._people)):
            rows.append(Choice(at, f"{self._row(one)}  ({self.words(_LOCKED_ROW)})"))
        people = self.query_one(Choices)
        people.show(rows)
        people.styles.height = max(1, len(rows))

    def action_entered(self) -> None:
        """From the initials on to the passphrase, from a row to what it stands for: at once, before the next key."""
        if self.keep_early(_ENTER):
            return
        if isinstance(self.focused, Choices):
            self._choose()
        else:
            self.action_to_passphrase()

    def _choose(self) -> None:
        """Write as whoever the mark stands on; of who has locked, the passphrase is asked."""
        chosen = self.query_one(Choices).chosen
        if chosen is None:
            return
        if chosen < len(self._people):
            self._writes(self._people[chosen].initials)
        elif chosen - len(self._people) < len(self._locked):
            self._open_again(self._locked[chosen - len(self._people)])

    def _open_again(self, person: Person) -> None:
        self.query_one("#initials", Line).value = person.initials
        self.set_focus(self.query_one("#passphrase", Line))

    def _entered_early(self, typed: str) -> None:
        """Go on with what was typed behind the initials before they stood here; it may be a passphrase."""
        self.action_entered()
        passphrase = self.query_one("#passphrase", Line)
        if self.focused is passphrase:
            secret, enter, _ = typed.partition(_ENTER)
            passphrase.put_at_cursor(secret)
            if enter:
                self._submit(passphrase.value)

    def action_to_passphrase(self) -> None:
        """From the initials on to the passphrase, at once."""
        if self.keep_early(_ENTER):
            return
        if self.focused is self.query_one("#initials", Line):
            self.set_focus(self.query_one("#passphrase", Line))
        else:
            raise SkipAction

    @on(Line.Submitted, "#passphrase")
    def _submitted(self, event: Line.Submitted) -> None:
        self._submit(event.value)

    def _submit(self, passphrase: str) -> None:
        if self._is_emergency:
            self._log_in("", passphrase)
            return
        initials = self._typed("initials")
        on_duty = [one.initials for one in self._people if one.initials.casefold() == initials.casefold()]
        if not initials or len(initials) > INITIALS_LETTERS_MAX or " " in initials:
            self.say(self.words(_WHO))
        elif on_duty and not passphrase:
            self._writes(on_duty[0])
        else:
            self._log_in(initials, passphrase)

    def action_functions(self) -> None:
        """Who holds which function."""
        self.app.push_screen(FunctionsScreen(), lambda _: self._ask_functions())

    def action_logout(self) -> None:
        """Lock a key again."""
        initials = self._typed("initials") or self.console.operator
        if not initials:
            self.say(self.words(_WHO))
            return

        def done(_: Duty) -> None:
            self.say(self.words(_LOGGED_OUT).format(initials=initials))

        self.console.errand(self, LOGOUT, Logout(initials), done, self.say_failure)

    def action_lock(self) -> None:
        """Lock what is open; it stays on duty."""
        self.console.errand(self, LOCK, Lock(), lambda _: self.say(self.words(_ALL_LOCKED)), self.say_failure)

    def action_emergency(self) -> None:
        """Break glass, after a question: the passphrase is the envelope's from now on."""
        ask(self.app, self.words(_EMERGENCY), self._break_glass)

    def _break_glass(self) -> None:
        self._is_emergency = True
        self.query_one("#initials", Line).disabled = True
        passphrase = self.query_one("#passphrase", Line)
        passphrase.value = ""
        self.set_focus(passphrase)
        self.say(self.words(_ENVELOPE))

    def action_back(self) -> None:
        """Nothing is chosen."""
        self.finish(None)

    def _log_in(self, initials: str, passphrase: str) -> None:
        if self._is_unlocking:
            return
        self._is_unlocking = True
        self.say(self.words(_UNLOCKING).format(initials=initials or "!"))

        def done(duty: Duty) -> None:
            same = [one.initials for one in duty.people if one.initials.casefold() == initials.casefold()]
            # Named by number: the newest is not known by name, so it is looked for among who was not there before.
            new = [one.initials for one in duty.people if one not in self._people]
            self._writes((same or new or [initials])[0])

        def failed(failure: Failure) -> None:
            self._is_unlocking = False
            self.query_one("#passphrase", Line).value = ""
            self.say_failure(failure)

        self.console.errand(self, LOGIN, Login(initials, passphrase, self._is_emergency), done, failed)

    def _writes(self, initials: str) -> None:
        self.console.write_as(initials)
        self.finish(initials)

    def _ask_functions(self) -> None:
        self.console.errand(self, FUNCTIONS, Nothing(), self._held, self.say_failure)

    def _held(self, functions: Functions) -> None:
        held: dict[str, list[str]] = {}
        for one in functions.functions:
            if self._asked_at is not None and one.holding.station == self._asked_at.status.station:
                held.setdefault(one.holding.initials, []).append(one.code)
        if held != self._functions:
            self._functions = held
            self.draw(self.console.picture)

    def _row(self, person: Person) -> str:
        held = ", ".join(self._functions.get(person.initials, ()))
        return harmless(f"{person.initials:<8} {person.name}{f'  [{held}]' if held else ''}")

    def _typed(self, field: str) -> str:
        return self.query_one(f"#{field}", Line).value.strip()
