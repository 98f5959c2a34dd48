"""The one module that imports from the `meshtastic` package, and then only its protobufs.

The package's own `__init__` brings its whole client along: serial ports, publish-subscribe, YAML, HTTP. Measured on
Python 3.11, x86-64: 125 ms and 26 MiB with it, 30 ms and 8 MiB without. So its protobufs are imported under a bare
parent that only says where the package lies. The parent is gone afterwards: whoever imports the official client
in the same process gets the real package, on top of the same protobuf modules.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec

PACKAGE = "meshtastic"


@contextmanager
def _bare_parent() -> Iterator[None]:
    """Let submodules of the package be imported without running its `__init__`.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    if PACKAGE in sys.modules:
        yield
        return
    found = PathFinder.find_spec(PACKAGE)
    if found is None or found.submodule_search_locations is None:
        raise ModuleNotFoundError("the meshtastic package is not installed in this environment", name=PACKAGE)
    bare = ModuleSpec(PACKAGE, loader=None, is_package=True)
    bare.submodule_search_locations = found.submodule_search_locations
    sys.modules[PACKAGE] = module_from_spec(bare)
    try:
        yield
    finally:
        del sys.modules[PACKAGE]


with _bare_parent():
    # The package ships stubs but no py.typed marker; a checker that is told to follow them sees full types.
    from meshtastic.protobuf import (  # type: ignore[import-untyped, unused-ignore]
        admin_pb2,
        apponly_pb2,
        channel_pb2,
        config_pb2,
        mesh_pb2,
        module_config_pb2,
        portnums_pb2,
        telemetry_pb2,
    )

__all__ = [
    "admin_pb2",
    "apponly_pb2",
    "channel_pb2",
    "config_pb2",
    "mesh_pb2",
    "module_config_pb2",
    "portnums_pb2",
    "telemetry_pb2",
]
