"""What a message would cost, before anybody sends it: bytes, airtime, and what goes first."""

from typing import Final

from node.api.faults import FaultCode, refused
from node.api.messages import Precedence
from node.api.methods import AskPrice, Price
from node.core.composing import RELEASER_TO_COME
from node.core.deliveries import reference_of
from node.core.effects import Refusal
from node.core.forms import coded_body
from node.core.long_composing import load_of
from node.core.long_texts import frame_lengths
from node.core.policy import LIFETIME_BY_PRECEDENCE, OPEN_DELIVERIES_MAX
from node.core.secrecy import Secrecy
from node.daemon import whom
from node.daemon.form_filling import form_of
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from protocol import numbers
from protocol.frames import Message
from protocol.instants import wire_time
from protocol.options import Options

HOUR_MS_PER_BP: Final = 360
"""A hundredth of a percent of an hour."""


def priced(premises: Premises, showing: Showing, asked: AskPrice) -> Price:
    """Reckon with the headers and the codec that the message would get; on the store's thread.

    Raises:
        Refused: the recipient is nobody, or several, or has no key though one is asked for; what it answers is not
            here.
    """
    here = premises.here
    precedence = core_precedence(asked.precedence)
    corrected = whom.message(here, asked.corrects) if asked.corrects else None
    to = corrected.recipient if corrected is not None and not asked.to else whom.recipient(showing, asked.to)
    form = None if asked.form is None else form_of(showing, asked.form)
    codec, body = coded_body(here.codecs, asked.text, form)
    answered = whom.message(here, asked.reply_to) if asked.reply_to else None
    secrecy = Secrecy(here)
    decided = secrecy.decided(to, wanted=asked.confidential)
    if isinstance(decided, Refusal):
        raise refused(FaultCode(decided.value), asked.to)
    hindrance = None if decided or asked.confidential is False else secrecy.hindrance(to)
    bare = Message(
        precedence=precedence,
        station=here.number,
        incarnation=here.incarnation_bits,
        sequence=1,
        author=0,
        recipient=to,
        time=wire_time(showing.now.utc_ms),
        lifetime=LIFETIME_BY_PRECEDENCE[precedence],
        codec=codec,
        options=Options(
            reply_to=None if answered is None else reference_of(answered),
            answer_by_min=asked.answer_by_min,
            supersedes=None if corrected is None else reference_of(corrected),
            releaser=RELEASER_TO_COME if precedence is numbers.Precedence.FLASH and here.needs_releaser else None,
        ),
    )
    cost_bytes = secrecy.cost_bytes(to) if decided else 0
    load = load_of(bare, len(body) + cost_bytes)
    airtime_ms = sum(map(here.airtime, load.frames))
    waiting = here.store.open_deliveries(OPEN_DELIVERIES_MAX)
    ahead = {item.id: item for item, _ in waiting if item.precedence <= precedence}
    return Price(
        to=showing.recipient(to),
        text_bytes=len(body),
        text_bytes_max=load.room_bytes - cost_bytes,
        packets=len(load.frames),
        sealed_bytes=sum(load.frames),
        airtime_ms=airtime_ms,
        hop_limit=here.policy.hop_limit,
        hour_share_bp=-(-airtime_ms // HOUR_MS_PER_BP),
        hour_used_bp=premises.station.snapshot(showing.now).airtime_hour_bp,
        ahead=len(ahead),
        wait_ms=sum(here.airtime(length) for item in ahead.values() for length in frame_lengths(here.store, item)),
        confidential=decided,
        open_because=None if hindrance is None else FaultCode(hindrance.value),
    )


def core_precedence(precedence: Precedence) -> numbers.Precedence:
    """The same on the air."""
    return numbers.Precedence[precedence.name]
