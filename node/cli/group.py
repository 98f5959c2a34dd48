"""`bavn group`: who is in a group, and its key: who has it, make a new one."""

import argparse
from typing import Final

from node.api.groups import AskGroup, GiveKey
from node.api.methods import GROUP, GROUP_KEY
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.group_page import cost_text, group_page
from node.words.harmless import harmless

SUMMARY: Final = "who is in a group, who has its key; make a new key"
_GIVEN: Final = "Key number {version} is queued for {stations}."
_LEFT_OUT: Final = "Left out, since their own key is revoked or not known here: {stations}"
_NOBODY: Final = "nobody: all have it, or will soon"
TEXTS: Final = (_GIVEN, _LEFT_OUT, _NOBODY)
_GUIDE: Final = """\
example:
  bavn group show BRED
  bavn group key BRED --new --price      what a new key would cost
  bavn group key BRED --new              make it and hand it to all members' stations
  bavn group key BRED                    hand the newest to those who lack it
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    show = steps.add_parser("show", help="members, key, and which stations are known to have it")
    key = steps.add_parser("key", help="hand out the group's key, by an operator who may revoke")
    for step in (show, key):
        step.add_argument("group", metavar="GROUP", help="a code, group:number, or the beginning of a code or name")
        add_station_options(step)
    key.add_argument("--new", action="store_true", help="a new one: after a revocation, a loss, or somebody left")
    key.add_argument("--price", action="store_true", help="say what it would cost, and do nothing")
    key.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")


def run(args: argparse.Namespace) -> int:
    """Show a group, or hand out its key."""

    def show(client: Client, words: Words) -> int:
        group = client.call(GROUP, AskGroup(args.group))
        if args.json:
            print_json(group)
        elif args.step == "key":
            print(cost_text(words, group, new=args.new))
        else:
            print("\n".join(group_page(words, group)))
        return DONE

    def give(client: Client, words: Words) -> int:
        given = client.call(GROUP_KEY, GiveKey(args.group, args.new, args.author))
        if args.json:
            print_json(given)
            return DONE
        stations = ", ".join(map(harmless, given.handed)) or words(_NOBODY)
        print(words(_GIVEN).format(version=given.version, stations=stations))
        if given.left_out:
            print(words(_LEFT_OUT).format(stations=", ".join(map(harmless, given.left_out))))
        return DONE

    return at_station(args, give if args.step == "key" and not args.price else show)
