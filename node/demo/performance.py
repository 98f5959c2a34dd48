"""One performance of either play: a directory of its own, the stage in it, and nothing left behind.

The directory stays only where somebody asked for it, or where its logs are needed to see what went wrong.
"""

import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hardware.errors import HardwareError
from node.api.faults import FaultCode, Refused, refused
from node.client.blocking import NoStation
from node.demo.company import USER, Company
from node.demo.ladders import Ladders
from node.demo.scenes import EXAMPLE, NotReached, Scenes
from node.demo.seat import ConsoleEnded, sit_down
from node.demo.stage import PEOPLE, StageError, set_up
from node.demo.story import Story
from node.demo.timeline import Timeline
from node.keyring.errors import KeyringError
from node.words.catalogue import words
from node.words.phrases import fault_text
from protocol.codec import TEXT_BYTES_MAX

_INPUT_BYTES_MAX: Final = 2 * TEXT_BYTES_MAX
"""Of standard input: more than any text may have, so that it is refused and not cut."""
_PROMPT: Final = "Message from the care home to the crisis staff (Enter for an example): "
TEXTS: Final = (_PROMPT,)
_ENDS: Final = (signal.SIGTERM, signal.SIGHUP)
"""End a performance like Ctrl-C does, so that nothing of it lives on behind a closed terminal."""
_FAILURES: Final = (
    *(NotReached, StageError, ConsoleEnded, NoStation, HardwareError, KeyringError),
    *(TimeoutError, OSError),
)


class Performance:
    """Of the demo, in a language.

    Args:
        language: of all that is told.
        is_kept: whether the directory stays in any case.
    """

    def __init__(self, language: str, *, is_kept: bool) -> None:
        self._language = language
        self._words = words(language)
        self._is_kept = is_kept

    def by_itself(self, text: str | None, *, as_json: bool) -> int:
        """Play the story from beginning to end and print its timeline; the exit code."""
        return self._perform(lambda scenes: Story(scenes).play(_checked(self._message(text))), as_json=as_json)

    def around_a_user(self) -> int:
        """Open the console, play the story around whoever sits there, print its timeline then; the exit code."""

        def play(scenes: Scenes) -> None:
            _, _, station = PEOPLE[USER]
            Company(scenes).play(lambda: sit_down(scenes.stage.directory, station, self._language))

        return self._perform(play, as_json=False)

    def _perform(self, play: Callable[[Scenes], None], *, as_json: bool) -> int:
        for number in _ENDS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        directory = Path(tempfile.mkdtemp(prefix="bavn-demo-"))
        is_kept = self._is_kept
        try:
            timeline = Timeline(self._words, directory, as_json=as_json)
            failure, is_needed = self._failure(play, directory, timeline)
            is_kept |= is_needed
            if failure:
                timeline.tell("failed", detail=failure)
                print(f"bavn demo: {failure}", file=sys.stderr)
            if is_kept:
                print(f"bavn demo: stores, logs and timeline stay in {directory}", file=sys.stderr)
        finally:
            if not is_kept:
                shutil.rmtree(directory, ignore_errors=True)
        return 1 if failure else 0

    def _failure(self, play: Callable[[Scenes], None], directory: Path, timeline: Timeline) -> tuple[str, bool]:
        """What went wrong, empty if nothing did; and whether the logs are needed to see why."""
        try:
            with set_up(directory) as stage:
                play(Scenes(stage, timeline, Ladders(timeline, self._words), self._words))
        except Refused as error:
            return fault_text(self._words, error.fault), False
        except BrokenPipeError:
            raise  # nobody reads any more, which is no failure of the play
        except _FAILURES as error:
            return str(error), True
        return "", False

    def _message(self, option: str | None) -> str:
        """The message: an option, else standard input, else what a person types, else the example.

        Raises:
            Refused: the option is empty.
        """
        if option is not None and not option.strip():
            raise refused(FaultCode.TEXT_EMPTY)
        if option is not None:
            return option
        if not sys.stdin.isatty():
            read = sys.stdin.buffer.read(_INPUT_BYTES_MAX)
            return read.decode("utf-8", errors="replace").strip() or self._example
        return input(self._words(_PROMPT)).strip() or self._example

    @property
    def _example(self) -> str:
        return self._words(EXAMPLE)


def _checked(text: str) -> str:
    """The text, unless no station would take it: nobody waits half a minute to hear that.

    Raises:
        Refused: it is too long.
    """
    size = len(text.encode())
    if size > TEXT_BYTES_MAX:
        raise refused(FaultCode.TEXT_TOO_LONG, f"{size}/{TEXT_BYTES_MAX}")
    return text
