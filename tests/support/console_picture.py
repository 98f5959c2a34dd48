"""Draw the README's picture: `make picture`. The console runs in a real terminal; what it shows becomes an SVG.

The picture carries no fonts and asks for none from the network: any monospaced font will do.
"""

import io
import re
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from node.api.ladder import Ladder, Step
from node.api.messages import Precedence, ShownMessage
from node.api.status import Contact
from tests.support.daemons import BAVN
from tests.support.scripted_station import STATUS_AT_REST, ScriptedStation, message, serving, today
from tests.support.terminal import COLUMNS, terminal

PICTURE = Path(__file__).resolve().parents[2] / "tui" / "console.svg"

LIT_MARK = re.compile(r"\x1b\[(?:[0-9;]*;)?7m(?:\x1b\[[0-9;]*m)*>!!")
"""The row in use as a terminal draws it: in reverse (ECMA-48, 8.3.117)."""
MARGIN = 10
"""Around the screen, in the picture's own units."""
THEME = TerminalTheme(
    (16, 20, 24),
    (214, 218, 222),
    [
        (16, 20, 24),
        (200, 70, 60),
        (90, 170, 90),
        (200, 160, 60),
        (80, 130, 200),
        (160, 100, 180),
        (70, 160, 170),
        (214,) * 3,
    ],
    [
        (90, 96, 102),
        (240, 110, 96),
        (120, 210, 120),
        (240, 200, 90),
        (120, 170, 240),
        (200, 140, 220),
        (110, 200, 210),
        (255,) * 3,
    ],
)
FORMAT = """\
<svg viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>The console of a crisis staff: unacknowledged messages first, one of them FLASH</title>
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; white-space: pre; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect fill="#101418" x="-10" y="-10" width="100%" height="100%" rx="8"/>
<g clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""


def scene() -> ScriptedStation:
    """A crisis staff at half past two."""

    def from_station(row: int, code: str, name: str, author: str, at: tuple[int, int], **more: object) -> ShownMessage:
        precedence, text = more.pop("precedence"), more.pop("text")
        assert isinstance(precedence, Precedence)
        assert isinstance(text, str)
        names = {"number": f"{code}-{row:05}", "station": code, "station_name": name, "author": author}
        return message(row, precedence, text, **names, written=today(*at), received=today(*at), **more)

    read = {
        "unacknowledged": False,
        "ladders": (Ladder("KRS", "Krisestaben", Step.DONE, today(14, 20), "KHJ", "", 0, ()),),
    }
    return ScriptedStation(
        status=replace(
            STATUS_AT_REST,
            contacts=tuple(
                Contact(code, code, 30, 1, in_reach=True, manned=True, clock_trusted=True)
                for code in ("PLH", "OUH", "ASK", "FYP", "VVS", "BRS", "REG")
            ),
        ),
        messages=[
            from_station(12, "OUH", "OUH Skadestue", "MLA", (14, 31), precedence=Precedence.FLASH,
                         text="Generator stoppet. Brændstof til 2 timer. Behov: 400 l diesel til indgang B.",
                         author_name="Mette Larsen"),
            from_station(7, "FYP", "Fyns Politi", "PNI", (14, 20), precedence=Precedence.PRIORITY,
                         text="Vejspærring rute 9 ved Holmdrup, omkørsel skiltet"),
            from_station(31, "ASK", "Assens Kommune", "KHJ", (14, 2), precedence=Precedence.ROUTINE,
                         text="Sitrep kl. 14: 3 plejehjem på nødstrøm, ingen tilskadekomne"),
            from_station(4, "VVS", "Assens Vandværk", "JBO", (13, 58), precedence=Precedence.ROUTINE,
                         text="Pumperne kører manuelt, tryk OK", **read),
            from_station(3, "PLH", "Plejehjemmet Havblik", "MLA", (13, 40), precedence=Precedence.IMMEDIATE,
                         text="42 beboere flyttet til hallen", **read),
        ],
    )  # fmt: skip


def main() -> None:
    """Run the console, draw what it shows."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(serving(scene(), folder / "sock"))
        settings = {"LANG": "C.UTF-8", "BAVN_LANG": "da", "TERM": "linux"}
        console = stack.enter_context(terminal(folder, BAVN, "tui", "--socket", folder / "sock", **settings))
        # The mark lights up when the list has the focus: the last thing to be drawn.
        console.until(lambda _: LIT_MARK.search(console.colours()) is not None, "the mark in use")
        drawn = console.colours()
    page = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    page.print(Text.from_ansi(drawn.rstrip("\n")), end="")
    svg = page.export_svg(theme=THEME, code_format=FORMAT, unique_id="bavn", title="")
    svg = re.sub(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', _with_margin, svg)
    PICTURE.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


def _with_margin(box: "re.Match[str]") -> str:
    width, height = (round(float(side)) + 2 * MARGIN for side in box.groups())
    return f'viewBox="{-MARGIN} {-MARGIN} {width} {height}"'


if __name__ == "__main__":
    main()
