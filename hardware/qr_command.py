"""`bavn radio qr`: the handheld channel as a picture for the phones that set up handhelds."""

import shutil
import sys
from pathlib import Path

from hardware.channel_url import handheld_url
from hardware.errors import HardwareError
from hardware.key_file import fingerprint
from hardware.profile import read_profile
from hardware.qr_picture import draw


class PictureTooLarge(HardwareError):
    """The screen has no room for the picture; the text says what to do."""


def show_qr(profile_file: Path, *, as_text: bool) -> None:
    """Print the picture, or the link in it.

    Raises:
        HardwareError: the profile cannot be used, or the picture does not fit the terminal.
    """
    profile = read_profile(profile_file)
    url, channel = handheld_url(profile), profile.handheld_channel
    what = f"Channel {channel.name}, key {fingerprint(channel.key)}, {profile.preset}."
    warning = "The key is in this picture: show it to nobody else, take no photograph, clear the screen."
    if as_text:
        sys.stderr.write(f"{what} {warning.replace('this picture', 'this link')}\n")
        sys.stdout.write(url + "\n")
        return
    screen = shutil.get_terminal_size((80, 60))
    lines = draw(url, screen.columns)
    if sys.stdout.isatty() and (len(lines[0]) > screen.columns or len(lines) + 3 > screen.lines):
        need = f"needs {len(lines[0])} columns and {len(lines) + 3} lines, here are {screen.columns} and {screen.lines}"
        raise PictureTooLarge(f"the picture {need}; take a smaller font (setfont), or another screen")
    sys.stdout.writelines(line + "\n" for line in (what, *lines, warning))
