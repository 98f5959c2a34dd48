"""`bavn courier sync`: take in what the stick brings, then write what is owed: one stop on a courier's round."""

import argparse
from pathlib import Path
from typing import Final

from node.cli.common import add_station_options, at_station
from node.cli.courier_export import add_choice, export
from node.cli.courier_import import bring_in
from node.cli.courier_stick import pouches_at
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words.catalogue import Words

SUMMARY: Final = "import, then export: the receipts for what came go along at once"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="on the stick")
    add_choice(parser)
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Both, the second whatever became of the first: a damaged file keeps no receipts back."""

    def work(client: Client, words: Words) -> int:
        came = bring_in(client, words, args) if _has_pouches(args.directory) else DONE
        return max(came, export(client, words, args))

    return at_station(args, work)


def _has_pouches(directory: Path) -> bool:
    """Whether there is anything to take in; an empty stick is a good one to begin a round with."""
    try:
        return bool(pouches_at(directory).paths) if directory.is_dir() else False
    except OSError:
        return True  # The import tells what is wrong.
