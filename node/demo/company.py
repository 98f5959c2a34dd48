"""The play around a user: the story is played while somebody sits at the crisis staff's console, and waits for them.

    in front    the console, as long as the user stays
    behind it   the script, a colleague at each other station, and an eye on what the user writes

When the console is left the curtain falls, wherever the story stands. What the user never tried is no failure.
"""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from node.api.ladder import Step
from node.api.messages import Box, Precedence, ShownMessage
from node.api.methods import LIST, LIST_MAX, SHOW, ListBox, Send, Show
from node.client.blocking import Client
from node.demo.cast import FIRST, HOME, RELAY, THANKS, WELCOME
from node.demo.colleague import THINK_S, Colleague
from node.demo.rungs import Rung, Tally
from node.demo.scenes import EXAMPLE, FLASH_TEXT, STAFF, Scenes
from node.demo.stage import PASSPHRASE, PEOPLE, CurtainFell

USER: Final = "KHJ"
PATIENCE_S: Final = 30.0
"""For the user to acknowledge a message before the story goes on: enough to read a screen and try a key or two."""
BREATH_S: Final = 2.0
"""After something the user did: it is on the air now, and nothing new is to collide with it or draw the eye from it."""


class Company:
    """One run of the demo around a user.

    Args:
        scenes: on a stage not yet set up.
        patience_s: for each thing the user is waited for.
        think_s: before a colleague does anything.
    """

    def __init__(self, scenes: Scenes, patience_s: float = PATIENCE_S, think_s: float = THINK_S) -> None:
        self._scenes = scenes
        self._patience_s = patience_s
        self._colleagues = tuple(Colleague(scenes, part, think_s) for part in (HOME, RELAY))
        self._tally = Tally()
        self._welcome = ""
        self._flash = ""

    def play(self, sit: Callable[[], None]) -> None:
        """Play it for as long as the user sits there, then tell what was reached.

        Args:
            sit: returns when the user leaves; it alone has the terminal until then.

        Raises:
            NotReached: the story itself did not show what it must.
            StageError: a station did not come up.
            Refused: a station did not do what the story asks of it.
            NoStation: a station went away that nobody killed.
        """
        scenes, timeline = self._scenes, self._scenes.timeline
        scenes.set_up()
        for initials, (_, _, station) in PEOPLE.items():
            with scenes.stage.client(station) as client:
                scenes.log_in(client, initials)
        timeline.tell("key", detail=PASSPHRASE)
        timeline.tell("seat", PEOPLE[USER][2], f"{PEOPLE[USER][1]} ({USER})")
        parts = (self._script, self._watch_user, *(colleague.work for colleague in self._colleagues))
        try:
            with timeline.held(), ThreadPoolExecutor(len(parts), "demo") as behind:
                played = [behind.submit(_until_the_curtain, part) for part in parts]
                try:
                    sit()
                finally:
                    scenes.stage.curtain.set()
                    timeline.tell("left")
        finally:
            self._close()
        for one in played:
            one.result()

    def _script(self) -> None:
        with self._scenes.stage.client(PEOPLE[USER][2]) as staff:
            staff.subscribe(0)
            self._welcome_user(staff)
            with self._scenes.stage.client("PLH") as home:
                self._cross_the_relay(home, staff)
                self._black_out(home, staff)
        self._scenes.timeline.tell("rests")

    def _welcome_user(self, staff: Client) -> None:
        scenes = self._scenes
        text = scenes.words(WELCOME).format(passphrase=PASSPHRASE)
        with scenes.stage.client("BRS") as relay:
            welcome = scenes.write(relay, Send(STAFF, text, author=RELAY.initials))
        self._welcome = welcome.number
        scenes.arrive(staff, welcome)
        self._tally.reach(Rung.WELCOMED)
        self._wait_for_user(staff, welcome)

    def _cross_the_relay(self, home: Client, staff: Client) -> None:
        scenes = self._scenes
        first = scenes.write(home, Send(STAFF, scenes.words(FIRST), author=HOME.initials))
        scenes.arrive(staff, first)
        self._tally.reach(Rung.RELAYED)
        self._wait_for_user(staff, first)

    def _black_out(self, home: Client, staff: Client) -> None:
        scenes, tally = self._scenes, self._tally
        scenes.black_out(home)
        routine = scenes.write_in_the_dark(home, scenes.words(EXAMPLE), Precedence.ROUTINE)
        flash = scenes.write_in_the_dark(home, scenes.words(FLASH_TEXT), Precedence.FLASH)
        self._flash = flash.number
        scenes.power_returns()
        scenes.arrive(staff, flash, routine)
        tally.reach(Rung.WAITED)
        scenes.show_overtaking(flash, routine)
        tally.reach(Rung.OVERTOOK)
        genuine = scenes.frame_of(routine)
        self._wait_for_user(staff, flash)
        scenes.tamper(staff, genuine)
        tally.reach(Rung.REFUSED)

    def _wait_for_user(self, staff: Client, message: ShownMessage) -> None:
        """Until something was done about it at the console, but not for ever."""
        deadline_s = time.monotonic() + self._patience_s
        while staff.call(SHOW, Show(message.number)).unacknowledged:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            self._scenes.stage.listen(staff, left_s)
        self._scenes.stage.pause(BREATH_S)

    def _watch_user(self) -> None:
        def look(client: Client) -> None:
            for message in client.call(LIST, ListBox(Box.OUTBOX, limit=LIST_MAX)).messages:
                self._scenes.ladders.tell(message)

        self._scenes.attend(PEOPLE[USER][2], look)

    def _close(self) -> None:
        """Add what the user reached to what the story did, and tell it."""
        tally, ladders = self._tally, self._scenes.ladders
        tally.reach(Rung.WELCOME_ACKED, is_so=self._is_acknowledged(self._welcome))
        tally.reach(Rung.FLASH_ACKED, is_so=self._is_acknowledged(self._flash))
        ours, theirs = ladders.steps(f"{PEOPLE[USER][2]}-"), ladders.steps("PLH-") | ladders.steps("BRS-")
        tally.reach(Rung.SAID_MORE, is_so=bool(theirs & THANKS.keys()))
        tally.reach(Rung.WROTE, is_so=Step.ACKNOWLEDGED in ours)
        tally.close(self._scenes.timeline, self._scenes.words)
        self._scenes.timeline.tell("key", detail=PASSPHRASE)

    def _is_acknowledged(self, number: str) -> bool:
        return bool(number) and self._scenes.ladders.has_reached(number, Step.ACKNOWLEDGED)


def _until_the_curtain(part: Callable[[], None]) -> None:
    with contextlib.suppress(CurtainFell):
        part()
