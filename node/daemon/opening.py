"""What a station is made of, opened in the order in which mistakes are told: roster, store, keys; nothing runs yet."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware.airtime import PRESETS
from hardware.channel_price import ChannelPrice
from hardware.clock import SystemClock, Trust
from node.config.configuration import Configuration
from node.core.judging import is_of_another_network, joined
from node.core.moment import Moment
from node.core.surroundings import Surroundings
from node.daemon.text_codecs import loaded
from node.forms.loading import shipped_forms
from node.keyring.errors import KeyFileError
from node.keyring.keyring import Keyring
from node.keyring.roster_file import read_roster_file
from node.store.opening import Opened, open_store
from node.words.catalogue import chosen_language, words
from protocol.roster import Roster
from protocol.sealing import Ed25519Signatures

WITNESS_SUFFIX: Final = ".numbers"
"""Of the second log of this station's numbers, with its keys."""

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """The station cannot run as configured; the text names what and the remedy."""


class SystemJitter:
    """Spread from the system's entropy."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def below(self, bound_ms: int) -> int:
        """An integer from 0 up to, not including, the bound; 0 for a bound below 1."""
        return self._random.randrange(bound_ms) if bound_ms > 0 else 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A station that could run."""

    here: Surroundings
    keyring: Keyring
    opened: Opened
    price: ChannelPrice
    read_clock: Callable[[], Moment]
    offered: tuple[bytes, ...]
    """The statements of the roster file, for the core to weigh against what it believed before."""


def open_station(configuration: Configuration) -> Opening:
    """Open everything that a station needs but its socket and its radio.

    Raises:
        CannotStart: the roster does not certify the station.
        KeyringError: roster or key cannot be used.
        HardwareError: the system does not tell the time.
        StoreError: another process has the store, or it cannot be used.
        OSError: the store's directory cannot be made.
    """
    file = read_roster_file(configuration.station.roster).roster
    number = _own_number(configuration)
    read_clock = _clock(configuration)
    opened = open_store(
        configuration.station.state, _key_directory(configuration) / f"station-{number}{WITNESS_SUFFIX}"
    )
    if opened.set_aside is not None:
        log.error("the store was damaged and is set aside as %s; nothing was deleted", opened.set_aside)
    try:
        return _opening(configuration, file, number, opened, read_clock)
    except BaseException:
        opened.close()
        raise


def _opening(
    configuration: Configuration, file: Roster, number: int, opened: Opened, read_clock: Callable[[], Moment]
) -> Opening:
    roster = joined(opened.store, file)
    if is_of_another_network(opened.store, roster):
        raise CannotStart(
            f"{configuration.station.roster} is of another network than this station's store: put its own roster back,"
            " or give the station another data directory"
        )
    certificate = roster.station(number)
    if certificate is None:
        raise CannotStart(f"{configuration.station.roster} does not certify station {number}: use a newer roster")
    keyring = Keyring(_key_directory(configuration), number, roster)
    price = ChannelPrice(PRESETS[configuration.radio.preset])
    here = Surroundings(
        number=number,
        incarnation=certificate.body.incarnation,
        roster=roster,
        store=opened.store,
        signer=keyring,
        signatures=Ed25519Signatures(),
        jitter=SystemJitter(),
        airtime=price,
        policy=configuration.delivery,
        forms=shipped_forms(),
        direct=price,
        codecs=loaded(),
        words=words(chosen_language(None)),
    )
    return Opening(here, keyring, opened, price, read_clock, file.statements())


def _clock(configuration: Configuration) -> Callable[[], Moment]:
    clock = SystemClock(Trust(configuration.clock.value))

    def read() -> Moment:
        reading = clock.read()
        return Moment(reading.boot_id, reading.boot_ms, reading.utc_ms, reading.utc_uncertainty_ms)

    return read


def _key_directory(configuration: Configuration) -> Path:
    """`station.keys` names the directory, or the station's key file in it."""
    keys = configuration.station.keys
    return keys.parent if keys.is_file() else keys


def _own_number(configuration: Configuration) -> int:
    """The configured number, else that of the key file, or of the only one in the directory."""
    if configuration.station.number is not None:
        return configuration.station.number
    keys = configuration.station.keys
    found = [keys] if keys.is_file() else sorted(keys.glob("station-*.key"))
    numbers = [path.stem.removeprefix("station-") for path in found]
    if len(numbers) != 1 or not numbers[0].isdecimal():
        raise KeyFileError(
            f"{keys} holds {len(found)} station keys: copy this station's station-N.key there, "
            f"or say which with station.number in {configuration.file}"
        )
    return int(numbers[0])
