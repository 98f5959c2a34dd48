"""Every frame of version 0 by its name; each is defined beside the layout it has on the air."""

from protocol.acts import Act, ActKind
from protocol.bundles import Bundle, Rider
from protocol.custody import Digest, DigestEntry, HoldState, LogMark, Receipt
from protocol.hints import Answer, Beacon, Group, HeldState, Inventory
from protocol.long_messages import Fragment
from protocol.messages import Long, Message, MessageLike, Notice, SignedOther
from protocol.requests import Request, RequestKind
from protocol.sheaves import Sheaf
from protocol.statements import StatementFrame

Frame = (
    Message
    | Long
    | Fragment
    | Act
    | Digest
    | Receipt
    | Beacon
    | Inventory
    | Request
    | StatementFrame
    | Notice
    | SignedOther
    | Bundle
    | Sheaf
)

__all__ = [
    "Act",
    "ActKind",
    "Answer",
    "Beacon",
    "Bundle",
    "Digest",
    "DigestEntry",
    "Fragment",
    "Frame",
    "Group",
    "HeldState",
    "HoldState",
    "Inventory",
    "LogMark",
    "Long",
    "Message",
    "MessageLike",
    "Notice",
    "Receipt",
    "Request",
    "RequestKind",
    "Rider",
    "Sheaf",
    "SignedOther",
    "StatementFrame",
]
