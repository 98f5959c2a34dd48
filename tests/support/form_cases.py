"""Forms as staffs would send them, one or more of each schema; their bytes are golden."""

from dataclasses import dataclass, replace
from typing import Final

from protocol.codec import Codec, decode_text
from protocol.forms.filling import filled
from protocol.forms.packing import Form
from protocol.forms.schema import Schemas, named
from protocol.forms.values import CodedText, Value
from protocol.numbers import Address, Kind, Reference

CODES: Final = {
    "PLH": Address(Kind.STATION, 5),
    "ODK": Address(Kind.STATION, 9),
    "KRL": Address(Kind.FUNCTION, 3),
    "KHJ": Address(Kind.OPERATOR, 11),
    "FELT1": Address(Kind.HANDHELD, 2),
}
MESSAGES: Final = {"ODK-00041": Reference(9, 1, 41)}
INSTANTS: Final = {"2026-03-16T18:00": 553_000}


class BookNames:
    """Implements `protocol.forms.plain.Names` from three lists."""

    def holder(self, text: str, kinds: tuple[Kind, ...]) -> Address | None:
        kind, colon, number = text.partition(":")
        found = Address(Kind[kind.upper()], int(number)) if colon else CODES.get(text)
        return found if found is not None and found.kind in kinds else None

    def holder_text(self, address: Address) -> str:
        code = next((code for code, known in CODES.items() if known == address), "")
        return code or f"{address.kind.name.lower()}:{address.number}"

    def message(self, text: str) -> Reference | None:
        return MESSAGES.get(text)

    def message_text(self, reference: Reference) -> str:
        return next((text for text, known in MESSAGES.items() if known == reference), f"#{reference.bits}")

    def instant(self, text: str) -> int | None:
        return INSTANTS.get(text)

    def instant_text(self, wire: int) -> str:
        return next((text for text, known in INSTANTS.items() if known == wire), f"#{wire}")

    def holder_said(self, address: Address) -> str:
        return f"<{self.holder_text(address)}>"

    def instant_said(self, wire: int) -> str:
        return self.instant_text(wire).replace("2026-03-16T", "16/3 ")


NAMES: Final = BookNames()


@dataclass(frozen=True, slots=True)
class FormCase:
    """One form as it was written."""

    name: str
    schema: str
    entries: tuple[tuple[str, str], ...]

    def form(self, schemas: Schemas) -> Form:
        """The form itself."""
        schema = named(schemas, self.schema)
        assert schema is not None, self.schema
        return with_raw_texts(filled(schema, self.entries, NAMES))


def with_raw_texts(form: Form) -> Form:
    """The same with its texts uncoded: golden bytes do not change when a better codec comes."""

    def raw(value: Value | None) -> Value | None:
        if not isinstance(value, CodedText):
            return value
        text = decode_text(value.codec, value.raw)
        assert isinstance(text, str)
        return CodedText(Codec.RAW, text.encode())

    return replace(form, values=tuple(map(raw, form.values)))


def case(name: str, schema: str, *entries: str) -> FormCase:
    """A case from lines such as `light=red`."""
    pairs = [entry.partition("=") for entry in entries]
    return FormCase(name, schema, tuple((field, value) for field, _, value in pairs))


def unit(number: int, *entries: str) -> tuple[str, ...]:
    """The lines of one record of the status board."""
    return tuple(f"units.{number}.{entry}" for entry in entries)


def full_unit(number: int) -> tuple[str, ...]:
    """One record with everything that it can hold."""
    return unit(
        number,
        f"unit=station:{1000 + number}",
        "light=red",
        "needs=power,heat,water,food,medicine,oxygen,staff,transport,bedding,hygiene,radio,security,other",
        "age_min=1890",
        "power_h=120",
        "heat_h=120",
        "people=above_250",
        "reporter=told",
    )


ALL_NEEDS: Final = "power,heat,water,food,medicine,oxygen,staff,transport,bedding,hygiene,radio,security,other"
CASES: Final = (
    case("status, all is well", "status", "light=green"),
    case(
        "status",
        "status",
        "light=red",
        "needs=power,heat",
        "people=48",
        "staff=3",
        "power_h=3",
        "at=14:30",
        "reporter=person",
    ),
    case(
        "status, filled in",
        "status",
        *("light=yellow", f"needs={ALL_NEEDS}", "unit=FELT1", "people=1167", "staff=1167"),
        *("power_h=120", "heat_h=120", "water_h=120", "at=23:59", "reporter=told"),
    ),
    case(
        "status board",
        "board",
        *unit(1, "unit=PLH", "light=red", "needs=power", "age_min=15", "power_h=3", "people=to_50", "reporter=person"),
        *unit(2, "unit=FELT1", "light=silent", "age_min=600", "people=unknown", "reporter=handheld"),
    ),
    case("status board of sixteen", "board", *(line for number in range(1, 17) for line in full_unit(number))),
    case(
        "request",
        "request",
        *("what=diesel", "quantity=400", "unit=litres", "by=16:00", "to=PLH", "place=Indgang B", "agreement=17-4"),
    ),
    case("offer", "offer", "what=generator", "quantity=1", "unit=pieces", "answers=ODK-00041", "from=15:30"),
    case(
        "urgent report",
        "urgent",
        *("what=Generatoren er stoppet", "place=OUH, bygning 20", "at=14:05", "situation=worsening"),
        *("done=Tekniker er tilkaldt", "needs=power"),
    ),
    case(
        "situation report",
        "sitrep",
        *("light=yellow", "summary=Strøm væk i hele kommunen, mobil nede siden kl. 12", "needs=transport"),
        *("affected=41000", "next=18:00"),
    ),
    case(
        "care home",
        "shelter",
        *("light=yellow", "place_kind=care_home", "open=no", "room=52", "people=48", "bedridden=9", "on_oxygen=2"),
        *("staff=6", "needs=power,staff", "power_h=3", "heat_h=12", "next=17:00"),
    ),
    case(
        "evacuation",
        "evacuation",
        *("action=leave", "why=cold", "area=Havblik, stueetagen", "people=48", "carried=9", "to=ODK", "by=20:00"),
    ),
    case(
        "public message",
        "public",
        *("cleared_by=KHJ", "valid_until=2026-03-16T18:00", "text=Hent drikkevand ved brandstationen fra kl. 15."),
    ),
    case("order", "order", "do=Luk vej 9 ved broen for al trafik", "read_back=yes", "by=15:00", "replaces=ODK-00041"),
    case("roll call", "rollcall", "part=answer", "expected=14", "present=13", "missing=1", "remark=Savner Jens"),
    case(
        "witnessed",
        "witness",
        *("says=done", "handheld=FELT1", "key=registered", "hops=2", "snr_db=-7", "rssi_dbm=-101"),
        "text=Generatoren korer igen",
    ),
    case(
        "witnessed, filled in",
        "witness",
        *("says=position", "handheld=FELT1", "key=channel", "hops=7", "snr_db=31", "rssi_dbm=0", "light=red"),
        *("position=55.40370 10.38880", "part=4", "text=Pumpestationen"),
    ),
    case("radio check", "radiocheck", "part=answer", "readability=4", "hops=2", "snr_db=-7"),
    case(
        "METHANE",
        "methane",
        *("major=yes", "position=55.40370 10.38880", "place=E20 afk. 49", "type=road", "hazards=fire,chemicals"),
        *(
            "access=fra syd",
            "red=3",
            "yellow=7",
            "green=20",
            "dead=1",
            "there=police,ambulance",
            "needed=fire,helicopter",
        ),
    ),
    case(
        "METHANE, filled in",
        "methane",
        *(
            "major=yes",
            "position=-89.99999 -179.99999",
            "place=Motorvejen ved Odense",
            "type=other",
            "hazards=radiation",
        ),
        *("access=kun fra syd", "red=9999", "yellow=9999", "green=9999", "dead=9999", "there=police", "needed=utility"),
    ),
)
