"""Brings one radio to what is wanted, in one edit and one restart, and sees that it is so.

    read -> mark -> begin -> write -> read back, write what did not stay -> commit -> restart -> read, compare -> unmark

Whatever interrupts this, running it again finishes it: nothing is remembered here, all is read from the radio. Before
the mark nothing is written. From the mark to its end a later run sees that an edit may be open, or lost with the power,
and makes one of its own, if only to commit (`hardware.wanted.MARK`). A radio that is as wanted and unmarked is only
read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hardware import admin_messages
from hardware.admin_session import AdminSession, NoAnswer
from hardware.errors import HardwareError
from hardware.harmless_text import enum_name
from hardware.meshtastic_protobufs import config_pb2
from hardware.radio_settings import RadioSettings
from hardware.setup_plan import Difference, differences, has_mark, mark, plan
from hardware.wanted import Wanted
from hardware.way import ConnectionEnded

FIRMWARE_MIN: Final = (2, 7)
"""The oldest whose administration was recorded; before it, edits, contacts and roles work otherwise."""

EDITS_MAX: Final = 4
"""The first, and one more for each time the radio went away in the middle: who goes on so has another fault."""

WRITES_MAX: Final = 3
"""Of one part in one edit: a new role changes the rebroadcast mode and an interval behind our back, once."""

_UNSET: Final = config_pb2.Config.LoRaConfig.RegionCode.UNSET


class SetupRefused(HardwareError):
    """This radio is not set up as it is; the text says what to do first."""


class SetupUnfinished(HardwareError):
    """The radio did not take what was written; the text says which part."""


@dataclass(frozen=True, slots=True)
class SetupOutcome:
    """What was done."""

    settings: RadioSettings
    """As the radio says them now."""
    written: tuple[Difference, ...]
    """What was not as wanted before."""
    was_interrupted: bool
    """An earlier setup of this radio had not come to its end."""

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was written."""
        return not self.written and not self.was_interrupted


def check_fitness(found: RadioSettings, wanted: Wanted, *, may_change_region: bool = False) -> None:
    """See that this radio can be set up.

    Raises:
        SetupRefused: its firmware is too old, it is managed by others, or it is set to another region.
    """
    if version(found.firmware) < FIRMWARE_MIN:
        raise SetupRefused(f"firmware {found.firmware} is too old; install 2.7.26 (https://flasher.meshtastic.org)")
    security = found.parts.get("security")
    if security is not None and getattr(security, "is_managed", False):
        raise SetupRefused(
            "the radio is managed: only its admin keys may set it; switch is_managed off with one of them"
        )
    region = getattr(found.parts["lora"], "region", _UNSET)
    if region not in (_UNSET, wanted.region) and not may_change_region:
        names = config_pb2.Config.LoRaConfig.RegionCode
        raise SetupRefused(
            f"the radio is set to region {enum_name(names, region)}, wanted is {enum_name(names, wanted.region)}: "
            "it may be built for another band; look at its label, then repeat with --change-region"
        )


def version(firmware: str) -> tuple[int, ...]:
    """Read `2.7.26.54e0d8d` as numbers; (0,) when it begins otherwise."""
    numbers: list[int] = []
    for part in firmware.split(".")[:3]:
        if not part.isdecimal() or len(part) > 4:
            break
        numbers.append(int(part))
    return tuple(numbers) or (0,)


async def read_all(session: AdminSession, wanted: Wanted, found: RadioSettings) -> RadioSettings:
    """Complete what the radio has said by what it only says when asked.

    Raises:
        NoAnswer, AdminRefused, ConnectionEnded: see `AdminSession.ask`.
    """
    if wanted.canned_messages is not None:
        answer = await session.ask(admin_messages.get_canned_messages())
        if answer is not None:
            found.canned_messages = answer.get_canned_message_module_messages_response
    return found


async def set_up(
    session: AdminSession,
    found: RadioSettings,
    wanted: Wanted,
    *,
    may_change_region: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> SetupOutcome:
    """Set up one radio; writes nothing when it is as wanted.

    Args:
        session: connected; stays so.
        found: what its `connect` has read.
        wanted: what it must be set to.
        may_change_region: even from another region than UNSET.
        say: told of each step, without keys.

    Raises:
        SetupRefused: it cannot be set up as it is; nothing was written.
        SetupUnfinished: it does not keep what was written.
        HardwareError: it cannot be reached, or went away and did not come back; run it again.
    """
    found = await read_all(session, wanted, found)
    check_fitness(found, wanted, may_change_region=may_change_region)
    written, was_interrupted = differences(plan(found, wanted)), has_mark(found)
    for attempt in range(EDITS_MAX):
        if not plan(found, wanted) and not has_mark(found):
            return SetupOutcome(found, written, was_interrupted)
        try:
            if attempt:
                say("the radio went away in the middle: once more")
            await _edit(session, wanted, found, say)
            say("restarting")
            await session.wait_for_restart()
            found = await read_all(session, wanted, await session.connect_again())
            await session.tell(mark(is_set=False))
        except (ConnectionEnded, NoAnswer):
            found = await read_all(session, wanted, await session.connect_again())
            continue
        if plan(found, wanted):
            raise SetupUnfinished(f"the radio does not keep {_named(found, wanted)}; look at it with: bavn radio show")
        return SetupOutcome(found, written, was_interrupted)
    raise SetupUnfinished("the radio goes away again and again; check its cable and its power, then repeat")


async def _edit(session: AdminSession, wanted: Wanted, found: RadioSettings, say: Callable[[str], None]) -> None:
    """Write what differs, in one edit, and commit it.

    Raises:
        AdminRefused, NoAnswer, ConnectionEnded: see `AdminSession.tell`.
    """
    await session.tell(mark(is_set=True))
    await session.tell(admin_messages.begin())
    for _ in range(WRITES_MAX):
        changes = plan(found, wanted)
        if not changes:
            break
        for change in changes:
            say(f"writing {change.differences[0].part}")
            for message in change.messages:
                await session.tell(message)
        found = await read_all(session, wanted, await session.read())
    await session.tell(admin_messages.commit())


def _named(found: RadioSettings, wanted: Wanted) -> str:
    return ", ".join(f"{each.part} {each.field}" for each in differences(plan(found, wanted))[:3])
