"""How far a message got towards the screen of a handheld: no rung of its ladder, which ends at the home station."""

from collections.abc import Callable

from node.api.handhelds import ShownText, TextStep, TextTrouble
from node.api.ladder import ShownTime
from node.core.handheld_records import HandheldText
from node.core.handheld_texts import texts_of
from node.core.numbering import human_number
from node.core.records import Item
from node.core.surroundings import Surroundings
from protocol.numbers import Kind


def texted(here: Surroundings, item: Item, time: Callable[[int], ShownTime]) -> ShownText | None:
    """Of a message to a handheld that this station texts with; None of any other."""
    if item.recipient.kind is not Kind.HANDHELD:
        return None
    rows = here.store.handheld_texts(item.recipient.number)
    return next((shown_text(here, row, time) for row in rows if row.item_id == item.id), None)


def shown_text(here: Surroundings, row: HandheldText, time: Callable[[int], ShownTime]) -> ShownText:
    """One numbered text."""
    item = here.store.item(row.item_id)
    return ShownText(
        number=row.number,
        message="" if item is None else human_number(here.roster, item.key),
        step=TextStep[row.state.name],
        at=time(row.state_at),
        trouble=TextTrouble[row.trouble.name],
        parts_sent=row.parts_sent,
        parts=len(texts_of(row.number, row.text, is_exercise=bool(row.drill))),
    )
