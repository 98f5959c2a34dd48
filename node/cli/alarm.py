"""`bavn alarm`: what a person must look into, and who does."""

import argparse
from typing import Final

from node.api.alarms import Silence
from node.api.methods import SILENCE, STATUS, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words.alarm_phrases import alarm_text
from node.words.catalogue import Words

TEXTS: Final = ("No alarm.",)
SUMMARY: Final = "what somebody must look into; --silence says that you do"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--silence", type=int, metavar="ALARM", help="you look into it: it calls no more for a day")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """List them, after silencing one."""

    def work(client: Client, words: Words) -> int:
        if args.silence is not None:
            client.call(SILENCE, Silence(args.silence, args.author))
        alarms = client.call(STATUS, Nothing()).alarms
        if args.json:
            for alarm in alarms:
                print_json(alarm)
        else:
            print("\n".join(alarm_text(words, alarm) for alarm in alarms) or words("No alarm."))
        return DONE

    return at_station(args, work)
