"""`bavn run`: one station in the foreground, until it is told to stop."""

import argparse
import logging
import sys
from typing import Final

SUMMARY: Final = "run a station"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = "Stops on SIGTERM or Ctrl-C. Under systemd it says when it is ready and feeds the watchdog."
    parser.add_argument("--config", metavar="FILE", help="configuration (default /etc/bavn/bavn.toml or $BAVN_CONFIG)")
    parser.add_argument("--check", action="store_true", help="only check the configuration")
    parser.add_argument("--verbose", action="store_true", help="log more")


def run(args: argparse.Namespace) -> int:
    """Run it; 1 with a line that says what to do when it cannot start."""
    from node.config.errors import ConfigError
    from node.config.loading import locate
    from node.config.reading import load

    try:
        configuration = load(locate(args.config))
    except ConfigError as error:
        print(f"bavn run: {error}", file=sys.stderr)
        return 1
    if args.check:
        print(f"{configuration.file}: in order")
        return 0
    level = logging.DEBUG if args.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    from node.daemon.service import main

    return main(configuration)
