"""The child process that turns a passphrase into a key, so that the station's memory never grows by scrypt's 32 MB.

Reads one MessagePack list from standard input, writes 32 bytes to standard output. Nothing of it stands in arguments
or environment, where others could read it.
"""

import sys

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from node.keyring.memory import keep_memory_private
from node.keyring.packing import unpack

REQUEST_BYTES_MAX = 4096


def main() -> None:
    """Answer one request."""
    keep_memory_private()
    match unpack(sys.stdin.buffer.read(REQUEST_BYTES_MAX), REQUEST_BYTES_MAX):
        case [bytes(passphrase), bytes(salt), int(n), int(r), int(p)]:
            sys.stdout.buffer.write(Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase))
        case _:
            sys.exit("not a request")


if __name__ == "__main__":
    main()
