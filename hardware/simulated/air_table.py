"""One table of an air file: as any other TOML table, with an error of its own."""

from typing import ClassVar

from hardware import toml_table


class AirFileError(toml_table.TomlMistake):
    """An air file cannot be used; the text names file, place and remedy."""


class Table(toml_table.Table):
    """One table of an air file."""

    mistake: ClassVar[type[toml_table.TomlMistake]] = AirFileError
