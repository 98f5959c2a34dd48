"""`bavn wire`: what messages cost on the air, and what the bytes of a frame say. Only `cost` asks a station."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from hardware.airtime import PRESETS
from node.cli.common import add_station_options
from node.cli.pricing import PRECEDENCES
from node.cli.wire_counting import FIRMWARES, RECEIPTS
from node.words.catalogue import LANGUAGES

SUMMARY: Final = "what messages cost on the air"

_GUIDE: Final = """\
example:
  bavn wire measure messages.txt
  bavn wire measure - --preset MEDIUM_FAST --receipt mac --sum < messages.txt
  bavn wire cost --to KRISE --text "Send 200 l diesel"
  bavn wire explain 280100000000000000ff --roster roster.bavn
"""
_MEASURE: Final = """\
One message a line, an empty line is none. For each, and in sum, what it takes to
bring it to one station, one hop, nothing lost and nobody relaying:

  Bavn    a MESSAGE without options: 12 bytes, the coded text, a signature of 64;
          what is longer than a frame as LONG and FRAGMENTs (protocol/SPEC.md, 5, 8).
          Receipt: "digest", signed, for this message alone (76 bytes); "mac", 10
          bytes alone; "rider", 5 bytes in a frame that goes anyway.
  text    a Meshtastic text message, at most 200 bytes a packet and cut between
          letters: no signature of a person. Receipt: on the channel there is none;
          to a key the other radio's ack and ours to it, 29 bytes each, which say
          that a radio has it.
  map     the usual way of a program: a MessagePack map with the words type, from,
          to, id, time, precedence, text, sig; the text as it is, an Ed25519
          signature, cut into full packets at no cost. Receipt: a signed map with
          type, from, to, id, time, sig.

The sum says what share of Bavn's airtime each way takes, with the receipts where
it has one, else of the messages alone. Bytes are those that a radio is given.
Airtime is Semtech's formula for the preset, with all that Meshtastic adds;
firmware 2.8 adds 66 bytes, its own signature, to what goes to the channel and
leaves it room.
"""

_EXPLAIN: Final = """\
Every field of a frame with where it stands (byte.bit), how many bits it has, its
value and what that means; then whose word the frame is, and what it says. Names of
fields are those of protocol/SPEC.md. Bytes that no receiver takes are told with the
reason, as far as their layout reaches; the exit code is then 1, as for a signature
that does not hold.
"""

_COST: Final = """\
What a draft would cost, sent from this station: what the console's meter shows, and
bavn send --price. With --preset no station is asked and nothing is looked up.
"""


class _Step(Protocol):
    def run(self, args: argparse.Namespace) -> int: ...


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments; the steps themselves are loaded when one is carried out."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    _configure_measure(
        _added(steps, "measure", "bytes, packets and airtime of messages, and of plainer ways", _MEASURE)
    )
    _configure_cost(_added(steps, "cost", "what a draft would cost", _COST))
    _configure_explain(_added(steps, "explain", "a frame field by field", _EXPLAIN))


def run(args: argparse.Namespace) -> int:
    """Carry out a step."""
    return cast(_Step, import_module(_MODULES[args.step])).run(args)


_MODULES: Final = {
    "measure": "node.cli.wire_measuring",
    "cost": "node.cli.wire_costing",
    "explain": "node.cli.wire_explaining",
}


def _added(
    steps: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    return steps.add_parser(
        name, help=summary, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def _configure_measure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="UTF-8, one message a line; - is standard input")
    parser.add_argument("--preset", choices=PRESETS, default="LONG_FAST", help="of the radios (default LONG_FAST)")
    parser.add_argument("--firmware", choices=FIRMWARES, default="2.7", help="of the radios (default 2.7)")
    parser.add_argument("--direct", action="store_true", help="to a node's key instead of to the channel")
    parser.add_argument("--receipt", choices=RECEIPTS, default="digest", help="which one is counted (default digest)")
    parser.add_argument("--confidential", action="store_true", help="readable at one station only: 8 bytes more")
    parser.add_argument("--sum", action="store_true", help="the sum only")
    add_reader_options(parser)


def _configure_cost(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="TO", help="a code, kind:number, or the beginning of a code or name")
    parser.add_argument("--text", metavar="TEXT", default="-", help="without it, standard input")
    parser.add_argument("--precedence", choices=PRECEDENCES, default="routine", help="speed, not importance")
    parser.add_argument("--reply-to", metavar="NUMBER", default="", help="the message this answers")
    secrecy = parser.add_mutually_exclusive_group()
    secrecy.add_argument("--confidential", action="store_true", default=None, help="the recipient's stations read it")
    secrecy.add_argument("--open", dest="confidential", action="store_false", default=None, help="everybody reads it")
    parser.add_argument("--preset", choices=PRESETS, help="count for it, without a station")
    parser.add_argument("--firmware", choices=FIRMWARES, default="2.7", help="with --preset: of the radios")
    add_station_options(parser)


def _configure_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("frame", metavar="HEX", help="or base64, or a file with either or with the bytes, or -")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="for names, and to verify the signature")
    add_reader_options(parser)


def add_reader_options(parser: argparse.ArgumentParser) -> None:
    """Add --lang and --json."""
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--json", action="store_true", help="for programs")
