"""The command lines of `bavn radio profile`, `setup`, `check`, `rekey`, `survey` and `qr`, and who carries them out."""

import argparse
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hardware.radio_choice import Machine

COMMANDS: Final = ("profile", "setup", "check", "rekey", "survey", "qr")

_ADDRESS: Final = "tcp://HOST[:PORT] or serial:///PATH; else the profile's, the station's or the only one there is"

_PROFILE: Final = """\
Make a network profile: a file that says what all radios of a network are set
to, with fresh random keys for its two channels in files of their own.

    bavn radio profile new network-radio.toml

Fill in the stations, then set up each radio with `bavn radio setup`.
"""

_SETUP: Final = """\
Set up a radio as the network profile says: channels and keys, region, preset,
power, role, names, intervals, other radios' keys. Only what differs is written,
in one edit and one restart; then it is read back and compared.

    bavn radio setup serial:///dev/... --profile network-radio.toml --dry-run
    bavn radio setup serial:///dev/... --profile network-radio.toml

Interrupted at any point, run it again: it finishes what it finds. A radio that
is as wanted is only read. Keys are never shown, only fingerprints of them.

At the end it prints this radio's [[contact]] for the profile. When all radios
are in it, set up each once more: then all know all keys, and direct messages
work without waiting for NodeInfo on the air.

--handheld sets a plain handheld: the handheld channel alone and texts to choose
from; its Bluetooth and GPS stay as its owner wants them.
"""

_CHECK: Final = """\
Say whether a radio is ready, with one remedy a line when it is not: compared
with the profile, or without one with what any base station needs. Ends with 0
when it is ready, with 1 when it is not.
"""

_REKEY: Final = """\
Change a channel's key in all radios, so that nobody falls out on the way:

  1  every radio gets the new key beside the old one
  2  every radio sends with the new key and still reads the old one
  3  the old key is removed

Each run visits the radios of this step whose address the profile knows, or the
one named, and notes how far each is; run it until it is done. The next step
begins when all radios have been read back. --finish goes on without those that
are missing: they fall out until somebody visits them.

    bavn radio rekey --profile network-radio.toml
    bavn radio rekey --profile network-radio.toml --radio PLH serial:///dev/...
"""

_SURVEY: Final = """\
Measure how much of each other's frames radios hear. Between the radios given:

    bavn radio survey tcp://192.168.4.20 serial:///dev/ttyACM0

With far stations, which run the second line meanwhile:

    bavn radio survey
    bavn radio survey --answer

Test frames go to everybody on the station channel; stations drop them. They are
paced to stay within 10 % of the time and clear of their own relays: 20 frames
each way take some minutes, and --hops 0, without relays, a third of that.
"""

_QR: Final = """\
Show the handheld channel as a QR code for the Meshtastic apps. The key is in
the picture: whoever photographs it is on the channel.
"""

_AS_WRITTEN: Final = argparse.RawDescriptionHelpFormatter


def add_setup_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> dict[str, argparse.ArgumentParser]:
    """Describe the command lines; return their parsers by name."""
    adders = (_add_profile, _add_setup, _add_check, _add_rekey, _add_survey, _add_qr)
    return {name: add(commands) for name, add in zip(COMMANDS, adders, strict=True)}


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=summary, description=description, formatter_class=_AS_WRITTEN)


def _add_profile(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = _command(commands, "profile", "make a network profile with fresh channel keys", _PROFILE)
    parser.add_argument("what", choices=("new",))
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", default=Path("network-radio.toml"))
    return parser


def _add_setup(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = _command(commands, "setup", "set up a radio as the network profile says", _SETUP)
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help=_ADDRESS)
    parser.add_argument("--profile", metavar="FILE", type=Path, required=True, help="the network profile")
    parser.add_argument("--station", metavar="NAME", help="which [[station]] it is; else told by address, node or name")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written, field by field")
    _add_handheld(parser)
    parser.add_argument("--change-region", action="store_true", help="even when it is set to another region already")
    parser.add_argument("--json", action="store_true", help="differences as JSON")
    return parser


def _add_handheld(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--handheld", action="store_true", help="it is a plain handheld, no station's radio")
    parser.add_argument("--long-name", metavar="TEXT", help="of the handheld; else as it is")
    parser.add_argument("--short-name", metavar="TEXT", help="of the handheld, at most 4 bytes; else as it is")


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = _command(commands, "check", "whether a radio is ready, and what to do when it is not", _CHECK)
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help=_ADDRESS)
    parser.add_argument("--profile", metavar="FILE", type=Path, help="the network profile to compare with")
    parser.add_argument("--station", metavar="NAME", help="which [[station]] it is; else told by address, node or name")
    _add_handheld(parser)
    parser.add_argument("--json", action="store_true", help="all findings as JSON")
    return parser


def _add_rekey(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = _command(commands, "rekey", "change a channel's key in all radios, nobody falling out", _REKEY)
    parser.add_argument("--profile", metavar="FILE", type=Path, required=True, help="the network profile")
    parser.add_argument("--state", metavar="FILE", type=Path, help="how far it is; else rekey.json beside the profile")
    parser.add_argument("--channel", choices=("station", "handheld"), default="station", help="whose key; station")
    parser.add_argument("--handheld", metavar="NAME", action="append", default=[], help="to be visited too; repeatable")
    parser.add_argument("--radio", metavar="NAME", help="visit this one only")
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="of the one named with --radio")
    parser.add_argument("--finish", action="store_true", help="go to the next step without those that are missing")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written, and write nothing")
    parser.add_argument("--json", action="store_true", help="the state as JSON")
    return parser


def _add_survey(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = _command(commands, "survey", "how much of each other's frames radios hear", _SURVEY)
    parser.add_argument("addresses", metavar="ADDRESS", nargs="*", help="of one radio, or of several; else as for show")
    parser.add_argument("--answer", action="store_true", help="answer the surveys of others until interrupted")
    parser.add_argument("--surveys", metavar="N", type=_number(1, 1000), help="with --answer: so many, then end")
    parser.add_argument("--count", metavar="N", type=_number(1, 100), default=20, help="frames each way; 20")
    parser.add_argument("--bytes", metavar="N", type=_number(12, 231), default=64, help="of each frame; 64")
    parser.add_argument("--hops", metavar="N", type=_number(0, 7), default=3, help="hop limit; 3")
    parser.add_argument("--expect", metavar="N", type=_number(1, 64), default=1, help="how many answer; 1")
    parser.add_argument("--profile", metavar="FILE", type=Path, help="names the far stations by their contacts")
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    return parser


def _add_qr(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = _command(commands, "qr", "the handheld channel as a QR code for phones", _QR)
    parser.add_argument("--profile", metavar="FILE", type=Path, required=True, help="the network profile")
    parser.add_argument("--text", action="store_true", help="the link itself in place of the picture")
    return parser


class _Range:
    """Reads a whole number within bounds; its name stands in argparse's own error."""

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most
        self.__name__ = f"whole number from {least} to {most}"

    def __call__(self, text: str) -> int:
        number = int(text)
        if not self._least <= number <= self._most:
            raise ValueError(text)
        return number


def _number(least: int, most: int) -> _Range:
    return _Range(least, most)


def run_setup_command(args: argparse.Namespace, machine: "Machine") -> bool:
    """Carry one out; say whether all is well.

    Raises:
        HardwareError: it cannot be done; the text says what to do.
    """
    match args.radio_command:
        case "profile":
            from hardware.profile_making import make_profile

            make_profile(args.file, secrets.token_bytes)
            return True
        case "qr":
            from hardware.qr_command import show_qr

            show_qr(args.profile, as_text=args.text)
            return True
        case "rekey":
            return _rekey(args, machine)
        case "survey":
            return _survey(args, machine)
        case _:
            return _set_up_or_check(args, machine)


def _set_up_or_check(args: argparse.Namespace, machine: "Machine") -> bool:
    from hardware.clock import SystemClock, Trust
    from hardware.setup_command import Choice, check_radio, set_up_radio

    is_setup = args.radio_command == "setup"
    choice = Choice(
        address=args.address,
        profile=args.profile,
        station=args.station,
        is_handheld=args.handheld,
        long_name=args.long_name,
        short_name=args.short_name,
        may_change_region=is_setup and args.change_region,
        is_dry_run=is_setup and args.dry_run,
        as_json=args.json,
    )
    if not is_setup:
        return check_radio(choice, machine)
    set_up_radio(choice, machine, SystemClock(Trust.AUTO))
    return True


def _rekey(args: argparse.Namespace, machine: "Machine") -> bool:
    from hardware.rekey_command import RekeyChoice, rekey
    from hardware.rekey_plan import Subject

    choice = RekeyChoice(
        profile=args.profile,
        state=args.state or args.profile.with_name("rekey.json"),
        subject=Subject(args.channel),
        handhelds=tuple(args.handheld),
        radio=args.radio,
        address=args.address,
        leaves_behind=args.finish,
        is_dry_run=args.dry_run,
        as_json=args.json,
    )
    return rekey(choice, machine)


def _survey(args: argparse.Namespace, machine: "Machine") -> bool:
    from hardware.survey_command import SurveyChoice, survey

    choice = SurveyChoice(
        addresses=tuple(args.addresses),
        answers=args.answer,
        count=args.count,
        frame_bytes=args.bytes,
        hop_limit=args.hops,
        far_count=args.expect,
        surveys=args.surveys,
        profile=args.profile,
        as_json=args.json,
    )
    survey(choice, machine)
    return True
