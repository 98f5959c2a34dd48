"""`bavn radio survey`: between radios of this machine, with a far station, or answering one."""

import asyncio
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hardware.profile import read_profile
from hardware.radio import open_radio
from hardware.radio_choice import Machine
from hardware.survey import survey_between, survey_far
from hardware.survey_answer import answer
from hardware.survey_frames import SESSION_MAX
from hardware.survey_pages import survey_json, survey_page
from hardware.survey_station import Station, linked
from hardware.survey_tally import Path as RadioPath


@dataclass(frozen=True, slots=True)
class SurveyChoice:
    """What the command line says."""

    addresses: tuple[str, ...]
    answers: bool
    count: int
    frame_bytes: int
    hop_limit: int
    far_count: int
    surveys: int | None
    profile: Path | None
    as_json: bool


def survey(choice: SurveyChoice, machine: Machine) -> None:
    """Make a survey and print it, or answer those of others until interrupted.

    Raises:
        HardwareError: it cannot be made; the text says what to do.
    """
    addresses = [str(machine.choose(each)) for each in choice.addresses or (None,)]
    names = {}
    if choice.profile is not None:
        names = {f"!{each.node_number:08x}": each.short_name for each in read_profile(choice.profile).contacts}
    paths = asyncio.run(_survey(choice, addresses))
    if choice.as_json:
        sys.stdout.write(json.dumps(survey_json(paths)) + "\n")
    elif not choice.answers:
        sys.stdout.writelines(line + "\n" for line in survey_page(paths, names))


async def _survey(choice: SurveyChoice, addresses: Sequence[str]) -> list[RadioPath]:
    chance = random.SystemRandom()
    stations = [Station(address, open_radio(address)) for address in addresses]
    async with linked(stations):
        if choice.answers:
            await answer(stations[0], chance, _say, surveys=choice.surveys)
            return []
        session = chance.randint(1, SESSION_MAX)
        how = (session, choice.count, choice.frame_bytes, choice.hop_limit)
        if len(stations) > 1:
            return await survey_between(stations, *how, _say)
        return await survey_far(stations[0], *how, choice.far_count, _say)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
