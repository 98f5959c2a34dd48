"""No private key and no passphrase leaves its key file: not by log, error, API, store, command or core dump."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.daemons import Daemon, bavn, daemon
from tests.support.network import KHJ, exchange_key, signing_key
from tests.support.station_files import PASSPHRASE, StationFiles, station_files

STAFF = 3
WRONG = "fem helt forkerte danske ord"
SEEDS = {
    "the station's signing key": signing_key(f"station {STAFF}").private_bytes_raw(),
    "the station's exchange key": exchange_key(f"station {STAFF}").private_bytes_raw(),
    "the operator's signing key": signing_key(f"operator {KHJ}").private_bytes_raw(),
}


def shapes(secret: bytes) -> Iterator[bytes]:
    """How a secret may look in a text: as it is, in digits, in letters, and as Python writes it."""
    yield from (secret, secret.hex().encode(), repr(secret)[2:-1].encode())
    for skip in range(3):  # Base64 has three ways to write what stands inside something else.
        yield base64.b64encode(secret[skip : skip + 27])


def found_in(content: bytes) -> list[str]:
    """Which secrets show, in whole or by a third."""
    secrets = {**SEEDS, "the passphrase": PASSPHRASE.encode(), "the passphrase typed wrong": WRONG.encode()}
    lowered = content.lower()
    return [
        name
        for name, secret in secrets.items()
        if any(shape in content or shape.lower() in lowered for shape in shapes(secret))
        or (len(secret) == 32 and any(secret[at : at + 12] in content for at in range(0, 24, 4)))
    ]


@contextmanager
def overheard(path: Path, behind: Path) -> Iterator[bytearray]:
    """A socket in front of the station's that notes all that the station says."""
    heard, opened, pumps = bytearray(), [], []
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def pump(source: socket.socket, target: socket.socket, note: bytearray | None) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                if note is not None:
                    note += chunk
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                station = socket.socket(socket.AF_UNIX)
                opened.extend((client, station))
                station.connect(str(behind))
                for way in ((client, station, None), (station, client, heard)):
                    pumps.append(threading.Thread(target=pump, args=way))
                    pumps[-1].start()

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield heard
    finally:
        server.shutdown(socket.SHUT_RDWR)
        serving.join()
        for one in (server, *opened):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in pumps:
            thread.join()


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Daemon]:
    with daemon(station_files(tmp_path / "s", STAFF, (KHJ,))) as running:
        yield running


def lived_through(files: StationFiles, proxy: Path) -> bytes:
    """A shift with its mistakes; all that the commands print."""
    wrong = files.directory / "wrong"
    wrong.write_text(WRONG + "\n")
    at = ("--socket", proxy)
    said = [
        bavn("login", "KHJ", "--passphrase-file", wrong, *at),
        bavn("login", "KHJ", "--passphrase-file", files.passphrase, *at, "--json"),
        bavn("send", "PLH", "Til sygeplejersken: to beboere mangler medicin.", *at, "--json"),
        bavn("send", "*", "Alt roligt.", *at, "--json"),
        bavn("send", "nobody at all", "Hvem der?", *at),
        bavn("lock", *at),
        *(bavn(command, *at, "--json") for command in ("status", "inbox", "alarm")),
        bavn("login", "KHJ", "--passphrase-file", files.passphrase, *at),
        bavn("log", *at, "--json"),
        bavn("key", "show", files.key(STAFF), "--json"),
        bavn("key", "show", files.directory / "keys" / f"operator-{KHJ}.key"),
        bavn("roster", "show", files.directory / "roster.bavn", "--json"),
        bavn("logout", *at),
    ]
    assert sum(one.returncode == 0 for one in said) >= len(said) - 3, [one.stderr for one in said]
    return "".join(one.stdout + one.stderr for one in said).encode()


def test_no_secret_shows_in_what_a_station_says_or_keeps(station: Daemon, tmp_path: Path) -> None:
    files, proxy = station.files, tmp_path / "proxy.sock"
    with overheard(proxy, files.socket) as api:
        printed = lived_through(files, proxy)
        assert len(api) > 2000
        assert found_in(bytes(api)) == []
    assert found_in(printed) == []
    assert station.stop() == 0
    assert found_in(station.log.encode()) == []
    keys, typed = files.directory / "keys", {files.passphrase, files.directory / "wrong"}
    for path in sorted(files.directory.rglob("*")):
        if path.is_file() and path not in typed and path.parent != keys:
            assert found_in(path.read_bytes()) == [], path


def test_what_holds_a_secret_is_its_owners_alone(station: Daemon) -> None:
    keys = sorted((station.files.directory / "keys").iterdir())
    assert found_in(station.files.key(STAFF).read_bytes()) != []
    for path in keys:
        assert path.stat().st_mode & 0o077 == 0, path
    operator = station.files.directory / "keys" / f"operator-{KHJ}.key"
    assert found_in(operator.read_bytes()) == []


def test_a_crash_leaves_no_core(station: Daemon) -> None:
    limits = Path(f"/proc/{station.process.pid}/limits").read_text().splitlines()
    (core,) = [line.split() for line in limits if line.startswith("Max core file size")]
    assert core[4:6] == ["0", "0"]
    maps = Path(f"/proc/{station.process.pid}/status").read_text()
    assert "TracerPid:\t0" in maps


def test_the_search_finds_what_it_looks_for() -> None:
    seed = SEEDS["the operator's signing key"]
    for shape in (seed, seed.hex().encode(), b"..." + base64.b64encode(seed), repr(seed).encode(), b"x" + seed[8:20]):
        assert found_in(shape) == ["the operator's signing key"], shape
