"""The files that a station of the small network needs, with the fixed keys, in a directory of a test."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from node.keyring.keyfile import Holder, KeyFile, make_key_file
from node.keyring.roster_file import RosterFile
from node.keyring.wrapping import Cost
from tests.support.network import exchange_key, signing_key, small_network

PASSPHRASE: Final = "fire gode danske ord"
CHEAP: Final = Cost(n=1 << 10)
"""The least that a key file may ask for, in time and memory: what a guess costs is hardly ever the subject."""
ABSENT_RADIO: Final = "tcp://127.0.0.1:1"
"""Nobody listens on port 1."""


@dataclass(frozen=True)
class StationFiles:
    """One station's directory."""

    directory: Path

    @property
    def config(self) -> Path:
        return self.directory / "bavn.toml"

    @property
    def socket(self) -> Path:
        return self.directory / "bavn.sock"

    @property
    def store(self) -> Path:
        return self.directory / "data" / "store.db"

    @property
    def passphrase(self) -> Path:
        return self.directory / "passphrase"

    def key(self, number: int) -> Path:
        return self.directory / "keys" / f"station-{number}.key"


def station_files(
    directory: Path,
    number: int,
    operators: tuple[int, ...] = (),
    *,
    radio: str = ABSENT_RADIO,
    more: str = "",
    certified: tuple[bytes, ...] = (),
    cost: Cost = CHEAP,
) -> StationFiles:
    """Write roster, keys and configuration; `more` is further TOML, `certified` further statements of the roster."""
    files = StationFiles(directory)
    directory.mkdir(exist_ok=True)
    RosterFile("Prøvenet", small_network(*certified).roster).write(directory / "roster.bavn")
    seeds = _seed(signing_key(f"station {number}")) + _seed(exchange_key(f"station {number}"))
    make_key_file(Holder.STATION, number, drawing(seeds)).write(directory / "keys")
    for operator in operators:
        _operators_key(operator, cost).write(directory / "keys")
    files.passphrase.write_text(PASSPHRASE + "\n")
    files.config.write_text(
        f'[station]\nroster = "roster.bavn"\nkeys = "keys"\ndata = "data"\n[radio]\naddress = "{radio}"\n'
        f'preset = "SHORT_FAST"\n[api]\nsocket = "bavn.sock"\n[clock]\ntrust = "trusted"\n{more}'
    )
    return files


@cache
def _operators_key(operator: int, cost: Cost) -> KeyFile:
    drawn = drawing(_seed(signing_key(f"operator {operator}")))
    return make_key_file(Holder.OPERATOR, operator, drawn, PASSPHRASE, cost=cost)


def drawing(first: bytes) -> Callable[[int], bytes]:
    """Entropy that begins with something known."""
    waiting = [first]
    return lambda size: waiting.pop() if waiting else os.urandom(size)


def _seed(key: object) -> bytes:
    raw = getattr(key, "private_bytes_raw")  # noqa: B009 - both kinds of key have it, and no common type says so
    seed: bytes = raw()
    return seed
