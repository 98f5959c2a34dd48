"""Who may speak to a station: its own user, root, and the members of its socket's group.

The kernel says who is at the other end; nothing the peer sends has a part in it.
"""

import grp
import os
import pwd
import socket
import struct
from dataclasses import dataclass
from typing import Final

_UCRED: Final = struct.Struct("3i")
"""struct ucred of unix(7): process, user, group."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The process at the other end, as it was when it connected."""

    process: int
    user: int
    group: int


def peer_of(connection: socket.socket) -> Peer:
    """Ask the kernel who connected."""
    process, user, group = _UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return Peer(process, user, group)


def is_allowed(peer: Peer, own_user: int, socket_group: int) -> bool:
    """Whether the peer may speak to a station that runs as this user and whose socket has this group."""
    if peer.user in (own_user, 0) or peer.group == socket_group:
        return True
    try:
        name = pwd.getpwuid(peer.user).pw_name
        return socket_group in os.getgrouplist(name, peer.group) or name in grp.getgrgid(socket_group).gr_mem
    except KeyError:
        return False  # A user or group without an entry belongs to nothing.
