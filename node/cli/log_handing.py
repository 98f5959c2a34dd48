"""`bavn log export`: the whole log as a file, for a stick: entries, messages, signatures, neighbours' witnesses."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from node.api.log import HandOut
from node.api.methods import HAND_OUT
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.words.catalogue import Words

SUMMARY: Final = "write the whole log into a file, with the messages it tells of"
_WRITTEN: Final = "{path}: {count} kB. It holds what the messages say: keep it as you keep them."
_THERE: Final = "{path} is there already: name another file, nothing is overwritten"
_DISK: Final = "{path}: {reason}"
TEXTS: Final = (_WRITTEN, _THERE)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("path", type=Path, metavar="DIR|FILE", help="in a directory it is called log-CODE.bavn")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write it; whole, or not at all."""

    def work(client: Client, words: Words) -> int:
        path: Path = args.path / f"log-{client.greeting.station}.bavn" if args.path.is_dir() else args.path
        draft = path.with_name(f".{path.name}.draft")
        try:
            if path.exists():
                print(words(_THERE).format(path=path), file=sys.stderr)
                return REFUSED
            size = _write(client, draft)
            draft.rename(path)
        except OSError as error:
            print(_DISK.format(path=path, reason=error.strerror), file=sys.stderr)
            return REFUSED
        finally:
            draft.unlink(missing_ok=True)
        if args.json:
            print_json({"path": str(path), "bytes": size})
        else:
            print(words(_WRITTEN).format(path=path, count=-(-size // 1000)))
        return DONE

    return at_station(args, work)


def _write(client: Client, path: Path) -> int:
    """Part by part into a file for its owner alone; how many bytes.

    Raises:
        OSError: the medium does not take it.
        node.api.faults.Refused: the station does not give it.
    """
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        part = client.call(HAND_OUT, HandOut())
        file.write(part.content)
        while part.cursor:
            part = client.call(HAND_OUT, HandOut(part.cursor))
            file.write(part.content)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()
