"""What the second reader says, in the golden vectors' names: the one place that knows the words of both readers."""

from tests.second_reader.instants import age_s

Said = dict[str, object]
Fields = dict[str, object]
NOTHING_ASKED: Fields = {"references": [], "addresses": [], "bitmaps": [], "roster": None, "lacking": []}
CODE_NAMES = {"MESSAGE": "Message", "ACT": "Act", "DIGEST": "Digest", "NOTICE": "Notice", "RECEIPT": "Receipt",
              "BEACON": "Beacon", "INVENTORY": "Inventory", "REQUEST": "Request",
              "STATEMENT": "StatementFrame", "LONG": "Long", "FRAGMENT": "Fragment", "BUNDLE": "Bundle",
              "SHEAF": "Sheaf"}  # fmt: skip
"""A type without a name of its own is `SignedOther`."""


def plain(value: object) -> object:
    """A value as JSON holds it."""
    match value:
        case bytes():
            return value.hex()
        case list() | tuple():
            return [plain(one) for one in value]
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case _:
            return value


def listed(said: Said) -> list[object]:
    """The values alone, in the order in which they were read."""
    return [plain(one) for one in said.values()]


def as_fields(said: Said, raw: bytes) -> Fields:
    """A frame's golden `fields`."""
    match said["frame"]:
        case "ACT":
            fields = _act(said)
        case "DIGEST":
            fields = _digest(said)
        case "RECEIPT":
            fields = {**said, "about": _reference(said["reference"])}
            del fields["reference"]
        case "INVENTORY":
            fields = {**said, "groups": said["groups"]}
        case "REQUEST":
            fields = _request(said)
        case "STATEMENT":
            fields = {"statement": _statement(said), "raw": raw}
        case "BEACON":
            fields = _beacon(said)
        case "FRAGMENT":
            fields = dict(said)
        case "SHEAF":
            fields = {"digests": [as_fields(one, b"") for one in said["digests"]]}
        case "BUNDLE":
            fields = {"riders": said["riders"], "main": as_fields(said["main"], b"")}
        case _:
            fields = _sealed(said)
    fields.pop("frame", None)
    return plain(fields)


def _reference(named: tuple[int, int, int] | None) -> Fields | None:
    return None if named is None else dict(zip(("station", "incarnation", "sequence"), named, strict=True))


def _address(named: tuple[int, int]) -> Fields:
    return {"kind": named[0], "number": named[1]}


def _sealed(said: Said) -> Fields:
    names = ("precedence", "station", "incarnation", "sequence", "author", "time", "lifetime", "ack_wanted",
             "confidential", "codec", "body", "signature", "version", "type")  # fmt: skip
    fields = {name: said[name] for name in names}
    fields |= {"recipient": _address(said["recipient"]), "age_s": age_s(said["age"])}
    return fields | {"options": _options(said["options"])}


def _options(said: Said) -> Fields:
    releaser = said.get("second_releaser")
    return {
        "drill": said.get("drill_id"),
        "reply_to": _reference(said.get("reply_to")),
        "answer_by_min": said.get("answer_by_min"),
        "cancels": _reference(said.get("cancels")),
        "supersedes": _reference(said.get("supersedes")),
        "recipients": [{"address": _address(one), "role": role} for one, role in said.get("recipients", [])],
        "releaser": None if releaser is None else {"operator": releaser[0], "signature": releaser[1]},
        "wide": [{"field": field, "number": number} for field, number in said.get("wide", {}).items()],
        "written_at": said.get("written_at"),
        "logical": said.get("clock"),
        "unknown": said["unknown"],
    }


def _act(said: Said) -> Fields:
    names = ("precedence", "station", "incarnation", "author", "act", "time", "codec", "comment", "confidential",
             "signature")  # fmt: skip
    fields = {name: said[name] for name in names}
    return fields | {"about": _reference(said["reference"]), "drill": said["options"].get("drill_id", 0)}


def _digest(said: Said) -> Fields:
    mark = said["log_mark"]
    return {
        **said,
        "entries": [
            {"about": _reference(about), "state": state, "check": check} for about, state, check in said["entries"]
        ],
        "log_mark": None if mark is None else {"entries": mark[0], "head": mark[1]},
    }


def _beacon(said: Said) -> Fields:
    answer = said.get("answer")
    if answer is None:
        return dict(said) | {"answer": None}
    return {"last_sequence": 0, "log_hint": 0} | said | {"answer": {"state": answer[0], "code": answer[1]}}


def _request(said: Said) -> Fields:
    fields = NOTHING_ASKED | {name: said[name] for name in ("precedence", "asker", "asked", "kind")}
    fields["references"] = [_reference(one) for one in said.get("references", [])]
    fields["addresses"] = [_address(one) for one in said.get("holders", [])]
    fields["bitmaps"] = [(_reference(one), bitmap) for one, bitmap in said.get("fragments", [])]
    fields["lacking"] = [(_reference(one), bitmap) for one, bitmap in said.get("lacking", [])]
    if "digests" in said:
        fields["roster"] = {"digests": said["digests"]}
    elif "hashes" in said:
        fields["roster"] = {name: said[name] for name in ("depth", "prefix", "hashes")}
    return fields


def _statement(said: Said) -> Fields:
    names = ("number", "issuer", "renewal", "birth", "valid_from", "valid_until", "exercise", "precedence", "signature")
    return {name: said[name] for name in names} | {"body": _body(said)}


def _body(said: Said) -> Fields:
    named = {name: said.get(name) for name in ("public_key", "code", "name", "version")}
    match said["class"]:
        case "authority":
            wanted: Fields = {}
        case "station":
            wanted = {name: said[name] for name in ("exchange_key", "incarnation")}
            wanted |= {"is_kiosk": said["kiosk"], "needs_releaser": said["flash_needs_second"]}
        case "operator":
            wanted = {"rights": said["rights"], "home_station": said["home"]}
        case "function":
            wanted = {"home_stations": said["homes"], "deputy": said["deputy"]}
        case "group":
            wanted = {"kind": said["group_kind"]}
        case "handheld":
            wanted = {"node_number": said["node_number"], "home_station": said["home"], "radio_key": said["radio_key"]}
        case "membership":
            wanted = {"members": [_address(one) for one in said["members"]]}
        case "section":
            wanted = {"digest": said["section_digest"]}
        case _:
            wanted = _revocation(said)
    return {name: one for name, one in named.items() if one is not None} | wanted


def _revocation(said: Said) -> Fields:
    second = {"authority": said.get("second_holder"), "signature": said.get("second_signature")}
    return {
        "subject": said["kind"],
        "key_fingerprint": said["key_fingerprint"],
        "reason": said["reason"],
        "issued": said["issued"],
        "marks": [_reference(one) for one in said["marks"]],
        "second": second if "second_holder" in said else None,
    }
