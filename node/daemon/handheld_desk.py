"""Plain handhelds at the desk: what is registered and what became of the texts, on the store's thread."""

from node.api.handhelds import (
    HANDHELDS_SHOWN_MAX,
    TEXTS_SHOWN_MAX,
    HandheldPage,
    ShownHandheld,
    ShownStray,
    StrayReason,
    TextKey,
    TextTray,
)
from node.api.methods import Nothing
from node.api.packing import unpack
from node.daemon.handheld_showing import shown_text
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from protocol.statements import HandheldBody, Statement


class HandheldDesk:
    """Answers what clients ask about handhelds."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def all(self, ask: object) -> HandheldPage:
        """All that are registered."""
        unpack(Nothing, ask)
        return await self._at.worker.ask(lambda: handheld_page(self._at.showing()))

    async def tray(self, ask: object) -> TextTray:
        """Texts that became no message."""
        unpack(Nothing, ask)
        return await self._at.worker.ask(lambda: text_tray(self._at.showing()))


def handheld_page(showing: Showing) -> HandheldPage:
    """This station's first, then by number."""
    found = [
        _handheld(showing, statement, statement.body)
        for _, statement in showing.here.roster.newest_read()
        if isinstance(statement.body, HandheldBody) and not statement.exercise
    ]
    found.sort(key=lambda one: (not one.is_ours, one.number))
    return HandheldPage(tuple(found[:HANDHELDS_SHOWN_MAX]))


def text_tray(showing: Showing) -> TextTray:
    """The latest first."""
    return TextTray(
        tuple(
            ShownStray(
                node=node_text(stray.node),
                reason=StrayReason[stray.reason.name],
                text=stray.text,
                heard=showing.noted(stray.heard_at, stray.heard_utc_ms),
                hops=stray.hops,
                snr_db=stray.snr_db,
                rssi_dbm=stray.rssi_dbm,
            )
            for stray in showing.here.store.stray_texts()
        )
    )


def node_text(node: int) -> str:
    """A radio's number as Meshtastic writes it."""
    return f"!{node:08x}"


def _handheld(showing: Showing, statement: Statement, body: HandheldBody) -> ShownHandheld:
    store = showing.here.store
    seen = store.handheld_seen(statement.number)
    rows = [row for row in store.handheld_texts(statement.number) if row.number]
    return ShownHandheld(
        number=statement.number,
        code=body.code,
        name=body.name,
        home=showing.code(body.home_station),
        is_ours=body.home_station == showing.here.number,
        node=node_text(body.node_number),
        heard=None if seen is None else showing.noted(seen.heard_at, seen.heard_utc_ms),
        hops=None if seen is None else seen.hops,
        snr_db=0 if seen is None else seen.snr_db,
        rssi_dbm=0 if seen is None else seen.rssi_dbm,
        key=TextKey.REGISTERED if seen is None else TextKey[seen.key.name],
        texts=tuple(shown_text(showing.here, row, showing.time) for row in rows[-TEXTS_SHOWN_MAX:]),
    )
