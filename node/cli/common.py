"""What every command that talks to a station shares: options, the connection, how refusals are told."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from node.api.faults import Refused
from node.api.packing import pack
from node.cli.exits import NO_STATION, REFUSED, USAGE
from node.client.blocking import Client, NoStation
from node.client.finding import NoConfiguration, station_socket
from node.words.catalogue import LANGUAGES, Words, chosen_language, words
from node.words.phrases import fault_text


def add_station_options(parser: argparse.ArgumentParser) -> None:
    """Add --config, --socket, --lang and --json."""
    parser.add_argument("--config", metavar="FILE", help="the station's configuration (default /etc/bavn/bavn.toml)")
    parser.add_argument("--socket", type=Path, metavar="PATH", help="the station's socket")
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--json", action="store_true", help="for programs")


def at_station(args: argparse.Namespace, work: Callable[[Client, Words], int]) -> int:
    """Connect, work, and tell in one line what went wrong."""
    translated = words(chosen_language(args.lang))
    try:
        with Client(station_socket(args.config, args.socket)) as client:
            return work(client, translated)
    except Refused as error:
        told = {"fault": pack(error.fault)}
        print(json.dumps(told) if args.json else fault_text(translated, error.fault), file=sys.stderr)
        return REFUSED
    except NoConfiguration as error:
        print(f"bavn: {error}", file=sys.stderr)
        return USAGE
    except UnicodeEncodeError:
        print("bavn: what was typed is no text in UTF-8: set the terminal to UTF-8", file=sys.stderr)
        return USAGE
    except (NoStation, TimeoutError) as error:
        print(f"bavn: {error}", file=sys.stderr)
        return NO_STATION


def print_json(value: object) -> None:
    """One answer of the API as JSON."""
    print(json.dumps(pack(value), ensure_ascii=False))
