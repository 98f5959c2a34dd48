"""`bavn demo`: the story of the README, here and now."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from node.words.catalogue import LANGUAGES, chosen_language, words

SUMMARY: Final = "see a signed message cross a blackout on this machine"
TEXT_BYTES_MAX: Final = 4096
EXAMPLE: Final = "Plejehjemmet Havblik har nødstrøm til kl. 19. Send 200 l diesel."
PROMPT: Final = "Message from the care home to the crisis staff (Enter for an example): "


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = (
        "Three real stations with keys and stores of their own and three simulated radios. The relay's process is "
        "killed and started again. Exit code 0 only if every rung was reached."
    )
    parser.add_argument("--text", help="the message; without it standard input or a prompt")
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--json", action="store_true", help="the timeline as JSON lines")
    parser.add_argument("--keep", action="store_true", help="keep the directory with stores and logs")


def run(args: argparse.Namespace) -> int:
    """Play it; 1 with the reason when a rung was not reached."""
    from hardware.errors import HardwareError
    from node.api.faults import Refused
    from node.client.blocking import NoStation
    from node.demo.stage import StageError, set_up
    from node.demo.story import NotReached, Story
    from node.demo.timeline import Timeline
    from node.keyring.errors import KeyringError
    from node.words.phrases import fault_text

    translated = words(chosen_language(args.lang))
    timeline = Timeline(translated, as_json=args.json)
    directory = Path(tempfile.mkdtemp(prefix="bavn-demo-"))
    try:
        text = _text(args.text, translated(PROMPT))
        with set_up(directory) as stage:
            Story(stage, timeline, translated).play(text)
    except Refused as error:
        failure = fault_text(translated, error.fault)
    except (NotReached, StageError, NoStation, HardwareError, KeyringError, TimeoutError, OSError) as error:
        failure = str(error)
    else:
        failure = ""
    if failure:
        timeline.tell("failed", detail=failure)
        print(f"bavn demo: {failure}", file=sys.stderr)
    if not args.keep:
        shutil.rmtree(directory, ignore_errors=True)
    return 1 if failure else 0


def _text(option: str | None, prompt: str) -> str:
    """The message: an option, else standard input, else what a person types, else the example.

    Raises:
        Refused: the option is empty.
    """
    from node.api.faults import FaultCode, refused

    if option is not None and not option.strip():
        raise refused(FaultCode.TEXT_EMPTY)
    if option is not None:
        return option
    if not sys.stdin.isatty():
        return sys.stdin.buffer.read(TEXT_BYTES_MAX).decode("utf-8", errors="replace").strip() or EXAMPLE
    return input(prompt).strip() or EXAMPLE
