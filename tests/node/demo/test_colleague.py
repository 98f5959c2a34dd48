"""A scripted colleague at a real station acknowledges what is written to them, answers it once, and thanks."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from node.api.ladder import Step
from node.api.messages import Box, ShownMessage
from node.api.methods import ACK, LIST, ListBox, Perform, Send
from node.client.blocking import Client
from node.demo.cast import FIRST, HOME, RELAY, THANKS, WELCOME
from node.demo.colleague import Colleague, Part
from node.demo.ladders import Ladders
from node.demo.scenes import EXAMPLE, FLASH_TEXT, Scenes
from node.demo.stage import PASSPHRASE, CurtainFell, set_up
from node.demo.timeline import Timeline
from node.words.catalogue import LANGUAGES, words
from protocol.messages import SEALED_BYTES_MIN
from protocol.numbers import FRAME_BYTES_MAX
from tests.support.patience import DEADLINE_S

REPLY_BYTES: Final = 8
"""What a reference to another message may take of a frame."""


@pytest.fixture
def scenes(tmp_path: Path) -> Iterator[Scenes]:
    """Return the scenes of a stage where two neighbours are up."""
    with set_up(tmp_path) as stage:
        stage.enrol()
        stage.start_air()
        for code in ("BRS", "KRS"):
            stage.start_station(code)
        timeline = Timeline(words("en"), tmp_path, as_json=False)
        yield Scenes(stage, timeline, Ladders(timeline, words("en")), words("en"))


def test_a_colleague_acknowledges_and_answers_once_and_thanks(scenes: Scenes) -> None:
    colleague = Colleague(scenes, Part("JNI", answers=("Received.", "Again."), replies=THANKS), think_s=0.0)
    with ThreadPoolExecutor(1) as behind, scenes.stage.client("KRS") as user:
        working = behind.submit(colleague.work)
        try:
            user.subscribe(0)
            scenes.log_in(user, "KHJ")
            written = scenes.write(user, Send("BRS", "Hvor mange er I?", author="KHJ"))
            scenes.follow(user, (written,), Step.ACKNOWLEDGED)
            answer = answer_to(user, written.number)
            assert (answer.author, answer.text, answer.ack_wanted) == ("JNI", "Received.", False)
            user.call(ACK, Perform(answer.number, Step.DONE))
            assert answer_to(user, answer.number).text == THANKS[Step.DONE].text
            assert len(inbox(user)) == 2
        finally:
            scenes.stage.curtain.set()
        with pytest.raises(CurtainFell):
            working.result(DEADLINE_S)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_play_fits_one_message(language: str) -> None:
    replies = [
        saying.text for part in (HOME, RELAY) for saying in (*part.replies.values(), *part.flash_replies.values())
    ]
    texts = [words(language)(text) for text in (EXAMPLE, FLASH_TEXT, FIRST, WELCOME, *HOME.answers, *replies)]
    room_bytes = FRAME_BYTES_MAX - SEALED_BYTES_MIN - REPLY_BYTES
    assert [text for text in texts if len(text.format(passphrase=PASSPHRASE).encode()) > room_bytes] == []


def answer_to(user: Client, number: str) -> ShownMessage:
    """Wait for it."""
    deadline_s = time.monotonic() + DEADLINE_S
    while True:
        for message in inbox(user):
            if message.reply_to == number:
                return message
        left_s = deadline_s - time.monotonic()
        assert left_s > 0, f"no answer to {number}"
        user.next_change(left_s)


def inbox(user: Client) -> tuple[ShownMessage, ...]:
    return user.call(LIST, ListBox(Box.INBOX)).messages
