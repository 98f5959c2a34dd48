"""Finding and reading the configuration file.

`locate` says which file is meant; `load` reads all of it; `load_socket` reads only what a command needs to find the
daemon, without the rest of the station's code.
"""

import os
import tomllib
from pathlib import Path
from typing import Final

from node.config.errors import ConfigError
from node.config.section import Section

DEFAULT_FILE: Final = Path("/etc/bavn/bavn.toml")
DEFAULT_SOCKET: Final = "/run/bavn/bavn.sock"
FILE_VARIABLE: Final = "BAVN_CONFIG"

CONFIG_BYTES_MAX: Final = 65_536
"""A file larger than this is not a configuration: the fullest has some 2 kB."""

SOCKET_PATH_BYTES_MAX: Final = 107
"""What the kernel takes as the path of a unix socket (sun_path, 108 with its end)."""


def locate(option: str | None) -> Path:
    """The file that the command line, the environment or the house rule names, in this order."""
    return Path(option or os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)


def read_top(file: Path) -> Section:
    """The file's outermost table.

    Raises:
        ConfigError: it is not there, cannot be read, is too large, or is not TOML.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(CONFIG_BYTES_MAX + 1)
    except OSError as error:
        remedy = f"write one there, name another with --config FILE, or set {FILE_VARIABLE}"
        raise ConfigError(file, "", f"{error.strerror}; {remedy}") from error
    if len(raw) > CONFIG_BYTES_MAX:
        raise ConfigError(file, "", f"more than {CONFIG_BYTES_MAX} bytes; is this the right file?")
    try:
        return Section(file.absolute(), "", tomllib.loads(raw.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, "", f"not TOML: {error}; mend that line") from error


def load_socket(file: Path) -> Path:
    """Where the daemon of this file listens.

    Raises:
        ConfigError: the file or its `[api]` table cannot be used; the rest is not looked at.
    """
    return socket_of(read_top(file).section("api"))


def socket_of(api: Section) -> Path:
    """Read the `[api]` table.

    Raises:
        ConfigError: it has other keys, or the path is longer than a socket's may be.
    """
    path = api.path("socket", DEFAULT_SOCKET)
    api.finish()
    if len(os.fsencode(path)) > SOCKET_PATH_BYTES_MAX:
        raise ConfigError(
            api.file, "api.socket", f"found {str(path)!r}, allowed is a path of at most {SOCKET_PATH_BYTES_MAX} bytes"
        )
    return path
