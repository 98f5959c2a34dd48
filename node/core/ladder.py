"""How a delivery climbs: each proof moves it up at most to its own rung, and nothing moves it down.

queued → sent → heard by a radio → reported → at station (or nobody on duty)
any of them before "at station" → expired, or cancelled
"""

from dataclasses import replace

from node.core.records import Delivery, Rung


def climbed(delivery: Delivery, rung: Rung, at: int) -> Delivery | None:
    """Return the delivery on a higher rung, None when the proof adds nothing.

    A delivery that expired or was cancelled here still becomes "at station" when the proof comes late.
    """
    if delivery.rung in (Rung.EXPIRED, Rung.CANCELLED):
        proves = rung in (Rung.AT_STATION, Rung.UNATTENDED)
    elif delivery.rung is Rung.UNATTENDED:
        proves = rung is Rung.AT_STATION
    else:
        proves = rung > delivery.rung and not delivery.rung.is_final
    if not proves:
        return None
    next_at = None if rung.is_final else delivery.next_at
    return replace(delivery, rung=rung, rung_at=at, next_at=next_at)
