"""What handhelds are told, in the language of the station: the texts stand where they are made, in the core."""

from typing import Final

from node.core import handheld_sending, handheld_told, handheld_tray, handhelds

TEXTS: Final = (*handhelds.TEXTS, *handheld_sending.TEXTS, *handheld_told.TEXTS, *handheld_tray.TEXTS)
