"""A scripted person at a station: acknowledges what comes, answers it once, thanks for what is done about their own.

They never speak of their own accord; the play does that for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NoReturn

from node.api.ladder import Step
from node.api.messages import Box, Precedence, ShownMessage
from node.api.methods import ACK, LIST, LIST_MAX, STATUS, ListBox, Nothing, Perform, Send
from node.client.blocking import Client
from node.demo.scenes import Scenes
from node.demo.stage import PEOPLE

THINK_S: Final = 3.0
"""Before anything is done: long enough to be seen waiting, short enough to be waited for."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said once about an act."""

    text: str
    """In English."""
    precedence: Precedence = Precedence.ROUTINE
    ack_wanted: bool = False
    """A thank-you must not keep people busy."""


@dataclass(frozen=True, slots=True)
class Part:
    """Who it is, and what there is to say."""

    initials: str
    answers: tuple[str, ...] = ()
    """In English, to what is written to the station: one after the other, the last again and again; empty: none."""
    replies: Mapping[Step, Saying] = field(default_factory=lambda: MappingProxyType({}))
    """To acts on messages of theirs."""
    flash_replies: Mapping[Step, Saying] = field(default_factory=lambda: MappingProxyType({}))
    """To acts on a FLASH of theirs, where these are others."""

    def reply_to(self, precedence: Precedence, step: Step) -> Saying | None:
        """What an act on a message of theirs calls for."""
        own = self.flash_replies.get(step) if precedence is Precedence.FLASH else None
        return own or self.replies.get(step)


class Colleague:
    """One of them, at the station where they belong.

    Args:
        scenes: of the play.
        part: what they say.
        think_s: before they do anything.
    """

    def __init__(self, scenes: Scenes, part: Part, think_s: float) -> None:
        self._scenes = scenes
        self._part = part
        self._think_s = think_s
        self._answered: set[str] = set()
        self._thanked: set[tuple[str, Step]] = set()

    def work(self) -> NoReturn:
        """Be there until the curtain falls.

        Raises:
            CurtainFell: it fell.
            Refused: the station does not do what is asked of it.
        """
        _, _, station = PEOPLE[self._part.initials]
        self._scenes.attend(station, self._look)

    def _look(self, client: Client) -> None:
        self._come_on_duty(client)
        for message in client.call(LIST, ListBox(Box.OUTBOX, limit=LIST_MAX)).messages:
            self._scenes.ladders.tell(message)
            self._thank(client, message)
        for message in client.call(LIST, ListBox(Box.INBOX, limit=LIST_MAX)).messages:
            self._receive(client, message)

    def _come_on_duty(self, client: Client) -> None:
        """After each power cut anew: a key is unlocked in memory alone."""
        duty = client.call(STATUS, Nothing()).duty
        if all(person.initials != self._part.initials for person in duty):
            self._scenes.log_in(client, self._part.initials)

    def _receive(self, client: Client, message: ShownMessage) -> None:
        if message.unacknowledged:
            self._scenes.stage.pause(self._think_s)
            client.call(ACK, Perform(message.number, author=self._part.initials))
            self._scenes.timeline.tell("acked", self._part.initials, message.number)
        answers = self._part.answers
        if answers and message.number not in self._answered:
            text = answers[min(len(self._answered), len(answers) - 1)]
            self._answered.add(message.number)
            self._say(client, message, message.station, Saying(text))

    def _thank(self, client: Client, message: ShownMessage) -> None:
        for act in message.acts:
            saying = self._part.reply_to(message.precedence, act.step)
            if saying is not None and (message.number, act.step) not in self._thanked:
                self._thanked.add((message.number, act.step))
                self._say(client, message, act.station, saying)

    def _say(self, client: Client, about: ShownMessage, to: str, saying: Saying) -> None:
        self._scenes.stage.pause(self._think_s)
        said = Send(
            to=to,
            text=self._scenes.words(saying.text),
            precedence=saying.precedence,
            ack_wanted=saying.ack_wanted,
            reply_to=about.number,
            author=self._part.initials,
        )
        self._scenes.write(client, said)
