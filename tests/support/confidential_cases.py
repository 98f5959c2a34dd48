"""The confidential frames whose bytes are golden, with the keys that another implementation needs to read them."""

from dataclasses import dataclass

from protocol.confidential import Between, encrypt_for_group, encrypt_for_stations, group_key, station_key
from protocol.frames import Message
from protocol.numbers import Address
from protocol.options import Options
from protocol.roster import Roster
from protocol.sealing import message_to_sign, seal, seal_released
from tests.support.identities import LEADER, MAP, ODK, SVN, exchange_key, exchange_public, public, signer
from tests.support.wire_cases import DRILL, case_roster, string, text_message

RELEASED = "with options"
"""Its second releaser's is the one that is left out."""
GROUP_SECRET = bytes(range(32))
GROUP_VERSION = 3


@dataclass(frozen=True, slots=True)
class ConfidentialCase:
    """One frame, what stands in it, and what its readers have."""

    name: str
    frame: Message
    to_sign: bytes
    plaintext: bytes
    keys: tuple[bytes, ...]
    """One for each home station, or the group's."""


def confidential_cases() -> list[ConfidentialCase]:
    """To a station, to a function at two stations, with options of which one is left out, and to a group."""
    roster = case_roster()
    text = "Beboer på stue 4 skal flyttes."
    soon = Options(answer_by_min=90)
    at_svn, at_odk = (exchange_public(name) for name in ("SVN", "ODK"))
    cases = [
        _to_stations("to a station", text_message(text, recipient=SVN), (at_svn,), roster),
        _to_stations("an empty text", text_message("", recipient=SVN), (at_svn,), roster),
        _to_stations("to a function at two stations", text_message(text, recipient=LEADER), (at_svn, at_odk), roster),
        _to_stations(RELEASED, text_message(text, recipient=SVN, options=soon), (at_svn,), roster),
        _to_stations(
            "in an exercise",
            text_message(text, recipient=SVN, options=Options(drill=DRILL)),
            (exchange_public("SVN exercise"),),
            roster,
        ),
    ]
    # The small network has no group: what a group's content is made of does not ask whom the number names.
    between = _between(roster, SVN, 0)
    key = group_key(GROUP_SECRET, GROUP_VERSION, between)
    message = encrypt_for_group(text_message(text, recipient=SVN), key, GROUP_VERSION, between.incarnation)
    return [*cases, _case("by a group's secret", message, text.encode(), (key,), roster)]


def _to_stations(name: str, message: Message, peers: tuple[bytes, ...], roster: Roster) -> ConfidentialCase:
    between = _between(roster, message.recipient, message.drill)
    own = exchange_key("ODK exercise" if message.drill else "ODK")
    keys = tuple(station_key(own, peer, between) for peer in peers)
    return _case(name, encrypt_for_stations(message, keys, between.incarnation), message.body, keys, roster)


def _between(roster: Roster, to: Address, drill: int) -> Between:
    recipient = roster.recipient_id(to)
    assert recipient is not None
    origin = public("ODK exercise" if drill else "ODK")
    incarnation = roster.full_incarnation(ODK.number, 1)
    assert incarnation is not None
    return Between(root=roster.root, origin=origin, recipient=recipient, incarnation=incarnation, drill=drill)


def _case(name: str, message: Message, plaintext: bytes, keys: tuple[bytes, ...], roster: Roster) -> ConfidentialCase:
    sign = signer("KHJ exercise" if message.drill else "KHJ")
    if name == RELEASED:
        sealed = seal_released(message, roster, sign, MAP.number, signer("MAP"))
    else:
        sealed = seal(message, roster, sign)
    return ConfidentialCase(name, sealed, string(message_to_sign(sealed, roster)), plaintext, keys)
