"""Between the API's frozen dataclasses and what MessagePack carries: maps, lists, texts, numbers.

A field's annotation is its description on the wire. Allowed are `bool`, `int`, `str`, `bytes`, enums of text, other
such dataclasses, `tuple[X, ...]` and `X | None`; anything else is a mistake of ours and raises `TypeError`. Reading
takes nothing on trust: types are exact, unknown keys are refused, missing ones only allowed where there is a default.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import TypeAlias, TypeVar, get_args, get_origin

Packed: TypeAlias = "bool | int | str | bytes | list[Packed] | dict[str, Packed] | None"

ShapeT = TypeVar("ShapeT")


class Malformed(ValueError):
    """What the other end sent is not what this version of the API says; the text names the field."""


def pack(value: object) -> Packed:
    """Turn a value into what MessagePack carries."""
    match value:
        case Enum():
            return pack(value.value)
        case None | bool() | int() | str() | bytes():
            return value
        case tuple():
            return [pack(part) for part in value]
        case _ if is_dataclass(value):
            return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no form in the API")


def unpack(shape: Callable[..., ShapeT], packed: object) -> ShapeT:
    """Read one dataclass from what MessagePack gave.

    Raises:
        Malformed: it does not have that shape.
    """
    return _dataclass(shape, packed, "")


def _dataclass(shape: Callable[..., ShapeT], packed: object, where: str) -> ShapeT:
    make = shape
    if not isinstance(shape, type) or not is_dataclass(shape):
        raise TypeError(f"{shape!r} is no dataclass")
    if not isinstance(packed, dict):
        raise Malformed(f"{where or shape.__name__}: a map is needed")
    values: dict[str, object] = {}
    for field in fields(shape):
        if field.name in packed:
            values[field.name] = _read(field.type, packed[field.name], f"{where}.{field.name}".lstrip("."))
        elif field.default is MISSING:
            raise Malformed(f"{where or shape.__name__}: {field.name} is missing")
    if len(values) < len(packed):
        unknown = sorted(str(key) for key in packed if key not in values)
        raise Malformed(f"{where or shape.__name__}: no such field: {unknown[0][:40]}")
    return make(**values)


def _read(annotation: object, packed: object, where: str) -> object:
    if get_origin(annotation) is UnionType:
        (wanted,) = (part for part in get_args(annotation) if part is not NoneType)
        return None if packed is None else _read(wanted, packed, where)
    if get_origin(annotation) is tuple:
        if not isinstance(packed, list):
            raise Malformed(f"{where}: a list is needed")
        element = get_args(annotation)[0]
        return tuple(_read(element, part, f"{where}[{index}]") for index, part in enumerate(packed))
    if not isinstance(annotation, type):
        raise TypeError(f"{where}: {annotation!r} has no form in the API")
    if annotation in (bool, int, str, bytes):
        if type(packed) is not annotation:
            raise Malformed(f"{where}: {annotation.__name__} is needed")
        return packed
    if issubclass(annotation, Enum):
        return _choice(annotation, packed, where)
    return _dataclass(annotation, packed, where)


def _choice(kind: type[Enum], packed: object, where: str) -> Enum:
    if isinstance(packed, str):
        for member in kind:
            if member.value == packed:
                return member
    allowed = ", ".join(str(member.value) for member in kind)
    raise Malformed(f"{where}: one of {allowed} is needed")
