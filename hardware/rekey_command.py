"""`bavn radio rekey`: goes on with a change of keys and says how far it is."""

import asyncio
import json
import secrets
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hardware.addresses import parse_address
from hardware.radio_choice import Machine
from hardware.rekey_plan import Rekey, Stage, Step, Subject
from hardware.rekeying import Rekeying, Visit
from hardware.setup_pages import COLUMNS, differences_json, differences_page
from hardware.setup_plan import Difference

_NEXT = {
    Step.SPREAD: "1 of 3: every radio gets the new key beside the old one",
    Step.SWITCH: "2 of 3: every radio sends with the new key and still reads the old one",
    Step.FINISH: "3 of 3: the old key is removed",
    Step.DONE: "done: the new key is in the profile's key file, to be put into the safe; the old one is .old",
}


@dataclass(frozen=True, slots=True)
class RekeyChoice:
    """What the command line says."""

    profile: Path
    state: Path
    subject: Subject
    handhelds: tuple[str, ...]
    radio: str | None
    address: str | None
    leaves_behind: bool
    is_dry_run: bool
    as_json: bool


def rekey(choice: RekeyChoice, machine: Machine) -> bool:
    """Visit the radios within reach, print how far all are, and say whether nobody is missing.

    Raises:
        HardwareError: it cannot go on; the text says what to do.
    """
    say = (lambda line: None) if choice.as_json else _say
    rekeying = Rekeying(choice.profile, choice.state, say=say)
    state = rekeying.begin(choice.subject, choice.handhelds, secrets.token_bytes, is_dry_run=choice.is_dry_run)
    visits = rekeying.visits()
    if choice.radio is not None:
        address = choice.address or next((each.address for each in visits if each.name == choice.radio), None)
        visits = () if address is None else (Visit(choice.radio, address),)
    for visit in visits:
        machine.check_free(parse_address(visit.address))
    found: Mapping[str, tuple[Difference, ...]] = {}
    if choice.is_dry_run:
        found = asyncio.run(rekeying.differences(visits))
    else:
        if choice.leaves_behind:
            rekeying.leave_behind()
        else:
            asyncio.run(rekeying.visit(visits))
        assert rekeying.rekey is not None
        state = rekeying.rekey
    _print([_json(state, found)] if choice.as_json else _page(state, found))
    return not any(radio.stage is Stage.MISSING for radio in state.remaining)


def _page(state: Rekey, found: Mapping[str, Sequence[Difference]]) -> Iterator[str]:
    yield f"{state.subject} key {state.old} -> {state.new}. Step {_NEXT[state.step]}."
    for radio in state.radios:
        left = " (left behind)" if radio.is_left else ""
        yield f"{radio.name:<12} {radio.stage}{left}"
        if radio.problem:
            yield from textwrap.wrap(radio.problem, COLUMNS, initial_indent="    ", subsequent_indent="    ")
        yield from (f"    {line}" for line in differences_page(found.get(radio.name, ()), was_interrupted=False))
    if state.step is not Step.DONE:
        remaining = ", ".join(radio.name for radio in state.remaining)
        yield f"Left in this step: {remaining}." if remaining else "Run it again for the next step."
    if any(radio.stage is Stage.MISSING for radio in state.remaining):
        yield "Go there, or go on without them (they fall out): --finish"


def _json(state: Rekey, found: Mapping[str, Sequence[Difference]]) -> str:
    planned = {name: differences_json(each) for name, each in found.items()}
    return json.dumps({**asdict(state), "planned": planned})


def _say(line: str) -> None:
    sys.stderr.write(f"{line} ...\n")


def _print(lines: Sequence[str] | Iterator[str]) -> None:
    sys.stdout.writelines(line + "\n" for line in lines)
