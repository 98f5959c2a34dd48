"""The SQLite that Python uses, watched from inside: each write, truncation, sync and removal as it happens.

While it is watched, a layer lies over SQLite's way to the system (sqlite.org/vfs.html) and is what connections are
opened through that ask for no other. It hands every call on and tells of those that change files. The store under test
is opened as ever: not even its address changes. Tried and left: LD_PRELOAD (needs a C compiler, and sees file
descriptors, not what they are for), strace (must be allowed to trace, and cannot say where a commit returned), apsw (a
SQLite of its own, not the one that the station runs on).

Layouts: `sqlite3_vfs` and `sqlite3_io_methods` of sqlite3.h, stable since 3.8; memory belongs to SQLite's own layer,
which gets its calls with the structures it knows.
"""

import _sqlite3
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from typing import Any, Protocol

OK = 0
IOERR = 10

_NAME = b"watched"


class Watcher(Protocol):
    """Whom the calls are told of; paths are absolute."""

    def opened(self, path: str) -> None:
        """A file is about to be written through SQLite."""

    def wrote(self, path: str, offset: int, content: bytes) -> None: ...

    def truncated(self, path: str, size: int) -> None: ...

    def synced(self, path: str) -> None: ...

    def removed(self, path: str) -> None: ...

    def directory_synced(self, path: str) -> None:
        """The directory in which this file is."""


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_SET_CALL = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_GET_CALL = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
_OPEN_DIRECTORY = CFUNCTYPE(c_int, c_char_p, POINTER(c_int))


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", c_int),
        ("file_bytes", c_int),
        ("path_bytes_max", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("app", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        *((name, c_void_p) for name in ("access", "full_path", "dl_open", "dl_error", "dl_sym", "dl_close")),
        *((name, c_void_p) for name in ("randomness", "sleep", "time", "last_error", "time_64")),
        ("set_call", c_void_p),
        ("get_call", c_void_p),
        ("next_call", c_void_p),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "size")),
        *((name, c_void_p) for name in ("lock", "unlock", "reserved", "control", "sector", "traits")),
        *((name, c_void_p) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap", "fetch", "unfetch")),
    )


_FIELDS_BY_VERSION = {1: "traits", 2: "shm_unmap", 3: "unfetch"}
"""The last field of each version of `sqlite3_io_methods`."""


class _File(ctypes.Structure):
    _fields_ = (("methods", POINTER(_Methods)),)


class _Layer:
    """Between SQLite and its own layer for this system."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._library = ctypes.CDLL(_sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self._system = self._library.sqlite3_vfs_find(None)
        self._paths: dict[int, str] = {}
        self._methods: dict[int, _Methods] = {}
        self._own: dict[int, Any] = {}
        self._directories: list[str] = []
        self.failure: BaseException | None = None
        system = self._system.contents
        self._system_open, self._system_delete = _OPEN(system.open), _DELETE(system.delete)
        self._set_call = _SET_CALL(system.set_call)
        self._open_directory = _OPEN_DIRECTORY(_GET_CALL(system.get_call)(self._system, b"openDirectory"))
        self._calls = (
            _OPEN(self._open),
            _DELETE(self._delete),
            _CLOSE(self._close),
            _WRITE(self._write),
            _TRUNCATE(self._truncate),
            _SYNC(self._sync),
            _OPEN_DIRECTORY(self._directory_opened),
        )
        self._vfs = _Vfs.from_buffer_copy(system)
        self._vfs.name = _NAME
        self._vfs.next = None
        self._vfs.open, self._vfs.delete = (ctypes.cast(call, c_void_p) for call in self._calls[:2])

    def begin(self) -> None:
        self._set_call(self._system, b"openDirectory", ctypes.cast(self._calls[6], c_void_p))
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    def end(self) -> None:
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
        self._library.sqlite3_vfs_register(self._system, 1)
        self._set_call(self._system, b"openDirectory", None)
        assert not self._paths, f"still open: {sorted(self._paths.values())}"

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out_flags: Any) -> int:
        code = self._system_open(self._system, name, file, flags, out_flags)
        # Without a name it is a temporary file, which no cut leaves.
        if code == OK and name is not None:
            path = ctypes.string_at(name).decode()
            self._paths[file] = path
            head = _File.from_address(file)
            address = ctypes.addressof(head.methods.contents)
            if address not in self._own:
                self._own[address] = self._watched(head.methods.contents)
            self._methods[file] = head.methods.contents
            head.methods = ctypes.pointer(self._own[address])
            self._tell(lambda: self._watcher.opened(path))
        return int(code)

    def _watched(self, system: _Methods) -> _Methods:
        last = getattr(_Methods, _FIELDS_BY_VERSION[min(system.version, 3)])
        own = _Methods()
        ctypes.memmove(ctypes.byref(own), ctypes.byref(system), last.offset + last.size)
        own.version = min(system.version, 3)
        own.close, own.write, own.truncate, own.sync = (ctypes.cast(call, c_void_p) for call in self._calls[2:6])
        return own

    def _close(self, file: int) -> int:
        del self._paths[file]
        return int(_CLOSE(self._methods.pop(file).close)(file))

    def _write(self, file: int, content: int, size: int, offset: int) -> int:
        code = int(_WRITE(self._methods[file].write)(file, content, size, offset))
        raw = ctypes.string_at(content, size)
        return self._told(code, lambda: self._watcher.wrote(self._paths[file], offset, raw))

    def _truncate(self, file: int, size: int) -> int:
        code = int(_TRUNCATE(self._methods[file].truncate)(file, size))
        return self._told(code, lambda: self._watcher.truncated(self._paths[file], size))

    def _sync(self, file: int, flags: int) -> int:
        code = int(_SYNC(self._methods[file].sync)(file, flags))
        return self._told(code, lambda: self._watcher.synced(self._paths[file]))

    def _delete(self, vfs: int, name: bytes, sync_directory: int) -> int:
        code = int(self._system_delete(self._system, name, sync_directory))
        return self._told(code, lambda: self._watcher.removed(name.decode()))

    def _directory_opened(self, name: bytes, descriptor: Any) -> int:
        """It is opened for nothing but to be synced, in the midst of a sync or a removal."""
        code = int(self._open_directory(name, descriptor))
        if code == OK:
            self._directories.append(name.decode())
        return code

    def _told(self, code: int, tell: Callable[[], None]) -> int:
        if code == OK:
            code = self._tell(tell)
        while self._directories:
            path = self._directories.pop()
            code = code or self._tell(lambda path=path: self._watcher.directory_synced(path))  # type: ignore[misc]
        return code

    def _tell(self, tell: Callable[[], None]) -> int:
        """An error would be lost inside SQLite: it is kept, and raised when watching ends."""
        try:
            tell()
        except BaseException as failure:  # noqa: BLE001
            self.failure = self.failure or failure
            return IOERR
        return OK


@contextmanager
def watched_sqlite(watcher: Watcher) -> Iterator[None]:
    """Tell a watcher of what the connections do that are opened and closed meanwhile."""
    layer = _Layer(watcher)
    layer.begin()
    try:
        yield
    finally:
        layer.end()
    if layer.failure is not None:
        raise layer.failure
