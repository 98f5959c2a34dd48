"""Where the station listens: as told, or as its configuration says."""

from pathlib import Path

from node.client.handshake import NoStation
from node.config.errors import ConfigError
from node.config.loading import load_socket, locate


class NoConfiguration(NoStation):
    """The configuration does not say where the station is; the text names file, key and remedy."""


def station_socket(config: str | None, socket: Path | None) -> Path:
    """The socket of the station that is meant.

    Args:
        config: the configuration file; None: as the environment or the house rule says.
        socket: goes before any configuration; None: as that says.

    Raises:
        NoConfiguration: it is not there or cannot be used.
    """
    if socket is not None:
        return socket
    try:
        return load_socket(locate(config))
    except ConfigError as error:
        raise NoConfiguration(str(error)) from error
