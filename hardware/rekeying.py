"""Changes the key of one channel over a network: visits radios, notes how far each is, goes on where it stopped.

The state is on disk before a radio is written and after it was read back. The new key lies beside the old one, as
`NAME.new`, until all is done; then it takes its place, and the old one is kept as `NAME.old`.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware.addresses import parse_address
from hardware.admin_session import AdminSession
from hardware.errors import HardwareError
from hardware.key_file import KEY_BYTES, fingerprint, make_key, read_key
from hardware.meshtastic_protobufs import config_pb2
from hardware.profile import ChannelProfile, NetworkProfile, read_profile
from hardware.radio_settings import RadioSettings
from hardware.rekey_file import read_rekey, sync_folder, write_rekey
from hardware.rekey_plan import RadioStage, Rekey, Stage, Step, Subject, begin, channels
from hardware.setup_plan import Difference, differences, plan
from hardware.setup_run import check_fitness, set_up
from hardware.wanted import Wanted, WantedField
from hardware.way import Way
from hardware.ways import way_to

NEW_SUFFIX: Final = ".new"
OLD_SUFFIX: Final = ".old"


class RekeyRefused(HardwareError):
    """The change of keys cannot go on so; the text says what to do."""


class NotOfThisNetwork(HardwareError):
    """A radio holds none of this network's keys."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One radio to be visited."""

    name: str
    address: str


def new_key_file(channel: ChannelProfile) -> Path:
    """Name the file of a key to come; when it is there, a change of keys is under way."""
    return channel.key_file.with_name(channel.key_file.name + NEW_SUFFIX)


def check_no_rekey(profile: NetworkProfile) -> None:
    """See that no change of keys is under way: a setup would undo what it has done.

    Raises:
        RekeyRefused: one is.
    """
    for channel in (profile.station_channel, profile.handheld_channel):
        if new_key_file(channel).exists():
            raise RekeyRefused(f"{new_key_file(channel)}: a change of keys is under way; finish it: bavn radio rekey")


class Rekeying:
    """One network's change of keys.

    Args:
        profile_file: the network profile.
        state_file: where the state is kept.
        way: makes the way to a radio's address.
        say: told of each step.
    """

    def __init__(
        self,
        profile_file: Path,
        state_file: Path,
        *,
        way: Callable[[str], Way] = lambda address: way_to(parse_address(address)),
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._profile = read_profile(profile_file)
        self._state_file = state_file
        self._way = way
        self._say = say
        self._rekey = read_rekey(state_file)
        self._keys = _keys(self._profile)

    @property
    def rekey(self) -> Rekey | None:
        """How far it is; None before it has begun."""
        return self._rekey

    @property
    def profile(self) -> NetworkProfile:
        """The network's."""
        return self._profile

    def begin(
        self, subject: Subject, handhelds: tuple[str, ...], random_bytes: Callable[[int], bytes], *, is_dry_run: bool
    ) -> Rekey:
        """Begin, or go on with what has begun.

        Args:
            subject: whose key.
            handhelds: names of the handhelds to be visited.
            random_bytes: entropy fit for keys.
            is_dry_run: plan only; nothing is written anywhere.

        Raises:
            RekeyRefused: another change is under way.
            KeyFileError, RekeyFileError: the disk refuses.
        """
        if self._rekey is not None:
            if self._rekey.subject is not subject:
                raise RekeyRefused(
                    f"{self._state_file}: the {self._rekey.subject} key is being changed; finish that first, "
                    "or give another --state"
                )
            return self._rekey
        channel, file = self._channel(subject), new_key_file(self._channel(subject))
        if not file.exists():
            key = random_bytes(KEY_BYTES)
            if not is_dry_run:
                make_key(file, key)
        else:
            key = read_key(file)
        self._keys[fingerprint(key)] = key
        rekey = begin(self._profile, subject, fingerprint(key), fingerprint(channel.key), handhelds)
        if not rekey.radios:
            raise RekeyRefused("the profile has no [[station]]; add all of them first")
        if is_dry_run:
            self._rekey = rekey
        else:
            self._note(rekey)
        return rekey

    def leave_behind(self) -> None:
        """Go to the next step without those that are waited for.

        Raises:
            RekeyFileError: the disk refuses.
        """
        self._note(self._state.advanced(leaving=True))
        self._finish()

    async def visit(self, visits: tuple[Visit, ...]) -> None:
        """Bring each radio to this step, then go on when all are there.

        Raises:
            RekeyRefused: a radio is none of this change.
            RekeyFileError, KeyFileError: the disk refuses.
        """
        for visit in visits:
            radio = self._state.radio(visit.name)
            if radio is None:
                known = ", ".join(each.name for each in self._state.radios)
                raise RekeyRefused(f"no radio is called {visit.name!r} in this change; there are {known}")
            if self._state.step is not Step.DONE:
                await self._visit(radio, visit.address)
        self._note(self._state.advanced())
        self._finish()

    async def _visit(self, radio: RadioStage, address: str) -> None:
        self._say(f"{radio.name}: {self._state.step}")
        session = AdminSession(self._way(address), random.SystemRandom())
        try:
            found = await session.connect()
            wanted = self._wanted(radio, found)
            check_fitness(found, wanted)
            self._check_keys(found)
            self._note(self._state.with_stage(radio.name, Stage.WRITTEN))
            await set_up(session, found, wanted)
        except RekeyRefused:
            raise
        except HardwareError as error:
            # Of a radio that was begun only reading tells what it holds now.
            stage = self._state.radio(radio.name)
            was_begun = stage is not None and stage.stage is Stage.WRITTEN
            self._note(self._state.with_stage(radio.name, Stage.WRITTEN if was_begun else Stage.MISSING, str(error)))
        else:
            self._note(self._state.with_stage(radio.name, Stage.VERIFIED))
        finally:
            session.close()

    async def differences(self, visits: tuple[Visit, ...]) -> dict[str, tuple[Difference, ...]]:
        """Look what would be written, without writing.

        Raises:
            HardwareError: a radio cannot be asked.
        """
        found_by_name: dict[str, tuple[Difference, ...]] = {}
        for visit in visits:
            radio = self._state.radio(visit.name)
            if radio is None:
                continue
            session = AdminSession(self._way(visit.address), random.SystemRandom())
            try:
                found = await session.connect()
                found_by_name[visit.name] = differences(plan(found, self._wanted(radio, found)))
            finally:
                session.close()
        return found_by_name

    def visits(self) -> tuple[Visit, ...]:
        """Return the radios that this step waits for and whose address the profile knows."""
        addresses = {station.short_name: station.address for station in self._profile.stations}
        remaining = ((radio.name, addresses.get(radio.name)) for radio in self._state.remaining)
        return tuple(Visit(name, address) for name, address in remaining if address is not None)

    def _wanted(self, radio: RadioStage, found: RadioSettings) -> Wanted:
        """Want other channels of a radio, and nothing else.

        Raises:
            RekeyRefused: one of the two key files has gone.
        """
        if not {self._state.old, self._state.new} <= self._keys.keys():
            raise RekeyRefused(
                f"{self._state_file}: the key files of this change have gone; restore them from the safe"
            )
        layout = channels(self._profile, self._state, self._keys, is_handheld=radio.is_handheld)
        region = config_pb2.Config.LoRaConfig.RegionCode.Value(self._profile.region)
        parts = {"lora": {"region": WantedField(region)}}
        return Wanted(found.long_name, found.short_name, parts, layout)

    def _check_keys(self, found: RadioSettings) -> None:
        """See that this is a radio of this network.

        Raises:
            NotOfThisNetwork: it holds neither key.
        """
        held = {fingerprint(channel.settings.psk) for channel in found.channels.values()}
        if not held & {self._state.old, self._state.new}:
            raise NotOfThisNetwork("holds neither the old nor the new key; first: bavn radio setup")

    @property
    def _state(self) -> Rekey:
        assert self._rekey is not None, "begin comes first"
        return self._rekey

    def _note(self, rekey: Rekey) -> None:
        write_rekey(self._state_file, rekey)
        self._rekey = rekey

    def _finish(self) -> None:
        """Put the new key in the old one's place when all is done; harmless when it is there already."""
        channel = self._channel(self._state.subject)
        if self._state.step is not Step.DONE or fingerprint(read_key(channel.key_file)) == self._state.new:
            return
        old = channel.key_file.with_name(channel.key_file.name + OLD_SUFFIX)
        old.unlink(missing_ok=True)
        old.hardlink_to(channel.key_file)
        new_key_file(channel).replace(channel.key_file)
        sync_folder(channel.key_file.parent)

    def _channel(self, subject: Subject) -> ChannelProfile:
        match subject:
            case Subject.STATION:
                return self._profile.station_channel
            case Subject.HANDHELD:
                return self._profile.handheld_channel


def _keys(profile: NetworkProfile) -> dict[str, bytes]:
    """Return all keys there are, by fingerprint."""
    keys: dict[str, bytes] = {}
    for channel in (profile.station_channel, profile.handheld_channel):
        names = (channel.key_file.name + suffix for suffix in ("", NEW_SUFFIX, OLD_SUFFIX))
        for file in map(channel.key_file.with_name, names):
            if file.exists():
                key = read_key(file)
                keys[fingerprint(key)] = key
    return keys
