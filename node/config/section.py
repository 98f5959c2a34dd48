"""One table of a TOML file, read key by key: each reader checks type and range and remembers which keys exist.

Whoever reads a table ends with `finish`, which refuses the keys that nobody asked for: a misspelt key must not be
mistaken for a default.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from node.config.errors import ConfigError, nearest


@dataclass(slots=True)
class Section:
    """One table; every reader raises `ConfigError` when the value is not what it must be."""

    file: Path
    name: str
    """As it stands between brackets; empty for the top of the file."""
    values: Mapping[str, object]
    _known: list[str] = field(default_factory=list)

    def section(self, key: str) -> "Section":
        """A table inside this one; empty when it is not there."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, value, "a table, written as [" + self._dotted(key) + "]")
        return Section(self.file, self._dotted(key), value)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; without a default the key must be there."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, value, "a text in quotes")
        return value

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """One of the words allowed."""
        value = self.text(key, default)
        if value not in allowed:
            words = ", ".join(repr(str(word)) for word in allowed)
            raise self._wrong(key, value, f"one of {words}", nearest(value, allowed))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts; none when the key is not there."""
        value = self._take(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise self._wrong(key, value, "a text in quotes, or a list of them")
        return tuple(listed)

    def yes_or_no(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def tables(self, key: str) -> "tuple[Section, ...]":
        """The tables written as [[key]], in their order."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self._wrong(key, value, "tables, each written as [[" + self._dotted(key) + "]]")
        return tuple(
            Section(self.file, f"{self._dotted(key)} {number}", one) for number, one in enumerate(value, start=1)
        )

    def path(self, key: str, default: str | None = None) -> Path:
        """A path, relative to the folder that the file lies in."""
        return self.file.parent / Path(self.text(key, default)).expanduser()

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number inside its bounds."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong(key, value, f"a whole number from {least} to {most}")
        return value

    def optional_integer(self, key: str, least: int, most: int) -> int | None:
        """The same, or None when the key is not there."""
        if key not in self.values:
            self._known.append(key)
            return None
        return self.integer(key, least, least, most)

    def thousandths(self, key: str, default: int, least: int, most: int) -> int:
        """A number written in seconds, as whole milliseconds; bounds and default are in milliseconds too."""
        return self._scaled(key, default, least, most, 1000, "seconds")

    def hundredths(self, key: str, default: int, least: int, most: int) -> int:
        """A number written in percent, as whole hundredths of a percent; bounds and default likewise."""
        return self._scaled(key, default, least, most, 100, "percent")

    def thousandths_each(self, key: str, default: tuple[int, ...], least: int, most: int) -> tuple[int, ...]:
        """As many numbers in seconds as the default has, as whole milliseconds."""
        value = self._take(key, None)
        if value is None:
            return default
        if not isinstance(value, list) or len(value) != len(default):
            raise self._wrong(key, value, f"a list of {len(default)} numbers of seconds")
        return tuple(self._number(key, entry, least, most, 1000, "seconds") for entry in value)

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self.values:
            if key not in self._known:
                allowed = ", ".join(self._known)
                hint = nearest(key, self._known)
                raise ConfigError(self.file, self._dotted(key), f"no such key{hint} allowed here: {allowed}")

    def _scaled(self, key: str, default: int, least: int, most: int, scale: int, unit: str) -> int:
        value = self._take(key, None)
        return default if value is None else self._number(key, value, least, most, scale, unit)

    def _number(self, key: str, value: object, least: int, most: int, scale: int, unit: str) -> int:
        allowed = f"a number of {unit} from {least / scale:g} to {most / scale:g}"
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(key, value, allowed)
        # Compared before it is rounded: an infinity or a NaN fails here.
        if not least <= value * scale <= most:
            raise self._wrong(key, value, allowed)
        return round(value * scale)

    def _take(self, key: str, default: object) -> object:
        self._known.append(key)
        if key in self.values:
            return self.values[key]
        return default

    def _dotted(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _wrong(self, key: str, value: object, allowed: str, hint: str = "") -> ConfigError:
        found = "nothing" if value is None else repr(value)
        return ConfigError(self.file, self._dotted(key), f"found {found}, allowed is {allowed}{hint}")
