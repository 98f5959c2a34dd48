"""Waiting for a rung of a message's ladder, by the station's notices: nothing is polled."""

import argparse
import time
from typing import Final

from node.api.ladder import Step, has_reached, height
from node.api.messages import ShownMessage
from node.api.methods import SHOW, Show
from node.client.blocking import Client

TIMEOUT_S: Final = 600.0
"""FLASH is meant to be there within ten minutes."""


def add_wait_options(parser: argparse.ArgumentParser) -> None:
    """Add --wait and --timeout."""
    rungs = [step.value for step in Step if height(step) >= 0]
    parser.add_argument("--wait", choices=rungs, metavar="RUNG", help=f"wait until it got there: {', '.join(rungs)}")
    wait = f"give up waiting after so many seconds ({TIMEOUT_S:g}); exit code 1"
    parser.add_argument("--timeout", type=float, default=TIMEOUT_S, metavar="S", help=wait)


def waited(client: Client, message: ShownMessage, wanted: str | None, timeout_s: float) -> tuple[ShownMessage, bool]:
    """Show the message again at each change until all its stations got there; whether they did in time.

    Args:
        client: of the station.
        message: as shown before.
        wanted: a step; None: nothing to wait for.
        timeout_s: in all.

    Raises:
        NoStation: it went away.
    """
    if wanted is None:
        return message, True
    step, deadline_s = Step(wanted), time.monotonic() + timeout_s
    client.subscribe(message.change)
    # Once more after subscribing: what changed in between was announced to nobody.
    message = client.call(SHOW, Show(str(message.id)))
    while not all(has_reached(ladder.step, step) for ladder in message.ladders):
        if any(_is_in_vain(ladder.step, step) for ladder in message.ladders):
            return message, False
        left_s = deadline_s - time.monotonic()
        if left_s <= 0 or client.next_change(left_s) is None:
            return message, False
        message = client.call(SHOW, Show(str(message.id)))
    return message, True


def _is_in_vain(step: Step, wanted: Step) -> bool:
    return step in (Step.EXPIRED, Step.CANCELLED) or (step is Step.DECLINED and wanted in (Step.ACCEPTED, Step.DONE))
