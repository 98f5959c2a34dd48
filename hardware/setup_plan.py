"""What has to be written so that a radio becomes what is wanted: pure, found and wanted in, changes out.

Applying all changes to the settings found and planning again gives none; a radio that is as wanted gives none.
Differences are for people: a key in them is only ever a fingerprint.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from google.protobuf.message import Message

from hardware import admin_messages
from hardware.harmless_text import printable
from hardware.key_file import KEY_BYTES, fingerprint
from hardware.meshtastic_protobufs import admin_pb2, channel_pb2
from hardware.profile import ContactProfile
from hardware.radio_settings import RadioSettings
from hardware.wanted import CHANNELS, MARK, MARK_CHANNEL, Wanted, WantedChannel

_ROLE: Final = channel_pb2.Channel.Role


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as wanted."""

    part: str
    field: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is written for one part, in one or more messages."""

    differences: tuple[Difference, ...]
    messages: tuple[admin_pb2.AdminMessage, ...] = field(repr=False)


def plan(found: RadioSettings, wanted: Wanted) -> tuple[Change, ...]:
    """Compare; the order is that of writing.

    Channels come first: should the power go in between, the radio rather says nothing than something in the open.
    """
    changes = [
        *_channels(found, wanted),
        *_owner(found, wanted),
        *_parts(found, wanted),
        *_contacts(found, wanted),
        *_canned(found, wanted),
    ]
    return tuple(changes)


def differences(changes: tuple[Change, ...]) -> tuple[Difference, ...]:
    """Lay out all differences in order."""
    return tuple(difference for change in changes for difference in change.differences)


def has_mark(found: RadioSettings) -> bool:
    """Whether an earlier edit was not seen to its end; see `hardware.wanted.MARK`."""
    channel = found.channels.get(MARK_CHANNEL)
    return channel is not None and channel.role == _ROLE.DISABLED and channel.settings.name == MARK


def mark(*, is_set: bool) -> admin_pb2.AdminMessage:
    """Set or take away the mark."""
    channel = channel_pb2.Channel(index=MARK_CHANNEL, role=_ROLE.DISABLED)
    channel.settings.name = MARK if is_set else ""
    return admin_messages.set_channel(channel)


def _channels(found: RadioSettings, wanted: Wanted) -> Iterator[Change]:
    for index in sorted(range(CHANNELS), key=lambda index: _turn(found, wanted, index)):
        have = found.channels.get(index, channel_pb2.Channel(index=index))
        want = wanted.channels.get(index)
        unlike = tuple(_channel_out_of_use(have) if want is None else _channel_in_use(have, want))
        if unlike:
            yield Change(unlike, (admin_messages.set_channel(_channel(index, want)),))


def _turn(found: RadioSettings, wanted: Wanted, index: int) -> int:
    """Open channels first, then change those in use, then close: caught in between, a radio rather reads too much."""
    if index not in wanted.channels:
        return 2
    have = found.channels.get(index)
    return 0 if have is None or have.role == _ROLE.DISABLED else 1


def _channel_in_use(have: channel_pb2.Channel, want: WantedChannel) -> Iterator[Difference]:
    part, settings = f"channel {have.index}", have.settings
    role = _ROLE.PRIMARY if have.index == 0 else _ROLE.SECONDARY
    if have.role != role:
        yield Difference(part, "role", _ROLE.Name(have.role), _ROLE.Name(role))
    if settings.name != want.name:
        yield Difference(part, "name", printable(settings.name) or "(none)", want.name)
    if settings.psk != want.key:
        yield Difference(part, "key", _shown_key(settings.psk), _shown_key(want.key))
    shared = {
        "uplink_enabled": settings.uplink_enabled,
        "downlink_enabled": settings.downlink_enabled,
        "position_precision": settings.module_settings.position_precision,
    }
    for name, value in shared.items():
        if value:
            yield Difference(part, name, _plain(value), _plain(type(value)()))


def _channel_out_of_use(have: channel_pb2.Channel) -> Iterator[Difference]:
    part = f"channel {have.index}"
    if have.role != _ROLE.DISABLED:
        yield Difference(part, "role", _ROLE.Name(have.role), _ROLE.Name(_ROLE.DISABLED))
    if have.settings.psk:
        yield Difference(part, "key", _shown_key(have.settings.psk), _shown_key(b""))


def _channel(index: int, want: WantedChannel | None) -> channel_pb2.Channel:
    channel = channel_pb2.Channel(index=index)
    channel.settings.SetInParent()
    if want is None:
        # Whether the mark is there or not is nobody's business here: it stays while an edit is open.
        channel.settings.name = MARK if index == MARK_CHANNEL else ""
        return channel
    channel.role = _ROLE.PRIMARY if index == 0 else _ROLE.SECONDARY
    channel.settings.name, channel.settings.psk = want.name, want.key
    return channel


def _owner(found: RadioSettings, wanted: Wanted) -> Iterator[Change]:
    names = (("long_name", found.long_name, wanted.long_name), ("short_name", found.short_name, wanted.short_name))
    unlike = tuple(
        Difference("owner", name, printable(have) or "(none)", want) for name, have, want in names if have != want
    )
    if unlike:
        yield Change(unlike, (admin_messages.set_owner(wanted.long_name, wanted.short_name),))


def _parts(found: RadioSettings, wanted: Wanted) -> Iterator[Change]:
    for name, fields in wanted.parts.items():
        have = found.parts.get(name)
        if have is None:
            continue
        unlike = tuple(
            Difference(name, key, _shown(have, key, _value(have, key)), _shown(have, key, want.value))
            for key, want in fields.items()
            if not want.is_met(_value(have, key))
        )
        if unlike:
            part = type(have).FromString(have.SerializeToString())
            for key, want in fields.items():
                if name == "lora" or not want.is_met(_value(have, key)):
                    # LoRa whole: a rate that was as good with the old preset would beat the new one.
                    setattr(part, key, want.value)
            yield Change(unlike, (admin_messages.set_part(name, part),))


def _value(part: Message, key: str) -> int:
    return int(getattr(part, key))


def _shown(part: Message, key: str, value: int) -> str:
    """Name a value as the protobufs do."""
    described = part.DESCRIPTOR.fields_by_name[key]
    if described.enum_type is not None:
        named = described.enum_type.values_by_number.get(value)
        return str(value) if named is None else named.name
    return _plain(bool(value)) if described.type == described.TYPE_BOOL else _plain(value)


def _contacts(found: RadioSettings, wanted: Wanted) -> Iterator[Change]:
    for contact in wanted.contacts:
        if contact.node_number != found.node_number:
            yield from _contact(found, contact)


def _contact(found: RadioSettings, contact: ContactProfile) -> Iterator[Change]:
    known = found.nodes.get(contact.node_number)
    have = known.public_key if known else b""
    if have == contact.public_key:
        return
    part = f"contact {contact.short_name} !{contact.node_number:08x}"
    difference = Difference(part, "key", _shown_key(have), _shown_key(contact.public_key))
    add = admin_messages.add_contact(contact)
    # A key marked as verified is not overwritten: the node must be forgotten first.
    yield Change((difference,), (admin_messages.remove_node(contact.node_number), add) if have else (add,))


def _canned(found: RadioSettings, wanted: Wanted) -> Iterator[Change]:
    want = wanted.canned_messages
    if want is not None and found.canned_messages is not None and found.canned_messages != want:
        difference = Difference("texts to choose from", "all", printable(found.canned_messages) or "(none)", want)
        yield Change((difference,), (admin_messages.set_canned_messages(want),))


def _shown_key(key: bytes) -> str:
    """Name a key without giving it away."""
    if len(key) == KEY_BYTES:
        return f"key {fingerprint(key)}"
    return f"key of {8 * len(key)} bits" if len(key) > 1 else ("public key" if key else "no key")


def _plain(value: bool | int) -> str:  # noqa: FBT001 - any value of a field
    return str(value).lower() if isinstance(value, bool) else str(value)
