"""What the commands for couriers say."""

from typing import Final

from node.words.catalogue import Words
from node.words.harmless import harmless

_EXPORTED: Final = "{path}: {count} messages and receipts owed, {size} kB. Unmount the stick before you pull it out."
_NOTHING_OWED: Final = "{path}: nothing is owed; the roster and this station's receipts, {size} kB."
_NOT_ALL: Final = "More is owed than fits: the most urgent is there. Import it elsewhere, or name stations with --to."
_NO_DIRECTORY: Final = "{path} is no directory: mount the stick, and name a directory on it"
_NOT_WRITTEN: Final = "{path}: {reason}. Nothing was written: take another stick, or free space on this one"
_UNREADABLE: Final = "{path}: {reason}. Mount the stick, or ask for the right to read it"
_NONE: Final = "{path}: no *.pouch file is there: name the directory that  bavn courier export  wrote to"
_UNREAD: Final = "{name}: not read: {problem}. Nothing of it was taken; ask the other station to export again"
_LEFT_OUT: Final = "Too many files on the stick: not all were read. Remove what was read, and import again"
_TAKEN: Final = "{name}: {new} new, {known} known here already"
_WAITING: Final = "{count} wait here: by somebody unknown, until the certificate comes"
_DROPPED: Final = "{count} not taken: {reason}"
_UNTIMED: Final = "The time on the way is unknown, so ages may be too young: one of the clocks was not trusted."
_DAMAGED: Final = "The file is damaged; what was sound of it was taken. Ask the other station to export again."
_PROGRESS: Final = "{done} of {all} frames"
_PROBLEMS: Final = ("it is no regular file", "it is no pouch of a courier", "a newer Bavn wrote it")
"""As they are told by what reads a stick; the system's own words stay as they are."""
TEXTS: Final = (
    *(_EXPORTED, _NOTHING_OWED, _NOT_ALL, _NO_DIRECTORY, _NOT_WRITTEN, _UNREADABLE, _NONE, _UNREAD, _LEFT_OUT),
    *(_TAKEN, _WAITING, _DROPPED, _UNTIMED, _DAMAGED, _PROGRESS),
    *_PROBLEMS,
)


def exported_lines(words: Words, path: str, size: int, items: int, *, is_complete: bool) -> list[str]:
    """What went onto the stick."""
    text = _EXPORTED if items else _NOTHING_OWED
    lines = [words(text).format(path=harmless(path), count=items, size=-(-size // 1000))]
    return lines if is_complete else [*lines, words(_NOT_ALL)]


def no_directory_line(words: Words, path: str) -> str:
    """There is no place to write to."""
    return words(_NO_DIRECTORY).format(path=harmless(path))


def not_written_line(words: Words, path: str, reason: str) -> str:
    """The medium does not take it."""
    return words(_NOT_WRITTEN).format(path=harmless(path), reason=reason)


def unreadable_line(words: Words, path: str, reason: str) -> str:
    """There is no place to read from."""
    return words(_UNREADABLE).format(path=harmless(path), reason=reason)


def nothing_line(words: Words, path: str) -> str:
    """Nothing there is a pouch."""
    return words(_NONE).format(path=harmless(path))


def unread_line(words: Words, name: str, problem: str) -> str:
    """A file is none, or cannot be read."""
    return words(_UNREAD).format(name=harmless(name), problem=words(problem))


def left_out_line(words: Words) -> str:
    """There are more files than are read."""
    return words(_LEFT_OUT)


def taken_lines(
    words: Words,
    name: str,
    fates: tuple[int, int, int],
    dropped: tuple[tuple[str, int], ...],
    *,
    is_timed: bool,
    is_whole: bool,
) -> list[str]:
    """What became of a file's frames: new, known and waiting; dropped by reason."""
    new, known, waiting = fates
    lines = [words(_TAKEN).format(name=harmless(name), new=new, known=known)]
    if waiting:
        lines.append(words(_WAITING).format(count=waiting))
    lines += [words(_DROPPED).format(count=count, reason=reason) for reason, count in dropped]
    if not is_whole:
        lines.append(words(_DAMAGED))
    if not is_timed:
        lines.append(words(_UNTIMED))
    return lines


def progress_text(words: Words, done: int, count: int) -> str:
    """How far a long import is."""
    return words(_PROGRESS).format(done=done, all=count)
