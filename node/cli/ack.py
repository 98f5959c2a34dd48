"""`bavn ack`: say, as a person on duty, what was done about a message."""

import argparse
from typing import Final

from node.api.ladder import Step
from node.api.methods import ACK, SHOW, Perform, Show
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.message_page import answer_lines

SUMMARY: Final = "acknowledge a message, or accept, decline, report done"

_ACTS: Final = (Step.ACKNOWLEDGED, Step.ACCEPTED, Step.DECLINED, Step.DONE, Step.READ_BACK)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("number", metavar="NUMBER", help="such as PLH-00001")
    parser.add_argument("--act", choices=[act.value for act in _ACTS], default=Step.ACKNOWLEDGED.value)
    parser.add_argument("--comment", default="", help="sent along, signed")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
    parser.add_argument("--initials", metavar="YOURS", default="", help="at a kiosk, where nobody logs in")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Do it."""

    def work(client: Client, words: Words) -> int:
        done = client.call(ACK, Perform(args.number, Step(args.act), args.comment, args.author, args.initials))
        message = client.call(SHOW, Show(str(done.id)))
        if args.json:
            print_json(message)
        else:
            for line in answer_lines(words, message):
                print(line)
        return 0

    return at_station(args, work)
