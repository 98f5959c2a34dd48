"""`bavn courier slip NUMBER`: a message on paper, when there is nothing else."""

import argparse
from typing import Final

from node.api.methods import SHOW, Show
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.paper_slip import paper_slip

SUMMARY: Final = "one message for paper, in 80 columns; pipe it to a printer"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("number", metavar="NUMBER", help="such as PLH-00001")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print it."""

    def work(client: Client, words: Words) -> int:
        message = client.call(SHOW, Show(args.number))
        if args.json:
            print_json(message)
        else:
            print("\n".join(paper_slip(words, message, client.greeting.station)))
        return DONE

    return at_station(args, work)
