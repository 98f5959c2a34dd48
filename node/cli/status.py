"""`bavn status`: one look at the station."""

import argparse
from typing import Final

from node.api.methods import STATUS, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.status_page import status_page

SUMMARY: Final = "how the station is: radio, contacts, queue, airtime, clock"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Look."""

    def work(client: Client, words: Words) -> int:
        status = client.call(STATUS, Nothing())
        if args.json:
            print_json(status)
        else:
            print("\n".join(status_page(words, status)))
        return DONE

    return at_station(args, work)
