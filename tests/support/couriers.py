"""A courier between stations of the mesh: a pouch is packed at one and unpacked at another, perhaps days later."""

from dataclasses import dataclass

from node.core.pouch import (
    BEGINNING,
    Place,
    PouchAsked,
    PouchGiven,
    PouchHandedIn,
    PouchPage,
    PouchTaken,
    batches,
)
from tests.support.mesh import Mesh


@dataclass(frozen=True, slots=True)
class Pouch:
    frames: tuple[bytes, ...]
    made_utc_ms: int | None


def pack(mesh: Mesh, number: int, *, to: tuple[int, ...] = (), is_all: bool = False) -> Pouch:
    """All that a station gives to a courier, noted as given."""
    frames: list[bytes] = []
    items: list[int] = []
    place: Place | None = BEGINNING
    made_utc_ms = None
    while place is not None:
        mesh.happen(number, PouchAsked(1, to, is_all=is_all, place=place))
        page = mesh.nodes[number].replies[-1]
        assert isinstance(page, PouchPage), page
        frames += page.frames
        items += page.items
        place, made_utc_ms = page.next, page.made_utc_ms
    mesh.happen(number, PouchGiven(1, tuple(items), "a pouch"))
    return Pouch(tuple(frames), made_utc_ms)


def unpack(mesh: Mesh, number: int, pouch: Pouch) -> PouchTaken:
    """Hand a whole pouch in; what became of it, in sum (reasons of the last batch)."""
    new = known = waiting = 0
    taken = PouchTaken()
    for frames in batches(pouch.frames):
        mesh.happen(number, PouchHandedIn(1, frames, pouch.made_utc_ms))
        answer = mesh.nodes[number].replies[-1]
        assert isinstance(answer, PouchTaken), answer
        taken = answer
        new, known, waiting = new + taken.new, known + taken.known, waiting + taken.waiting
    return PouchTaken(new, known, waiting, taken.dropped, is_way_timed=taken.is_way_timed)


def carry(mesh: Mesh, from_station: int, to_station: int) -> PouchTaken:
    """The shortest way there is."""
    return unpack(mesh, to_station, pack(mesh, from_station))
