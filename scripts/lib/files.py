"""Writing so that nothing is ever half-written: aside first, then moved into place."""

import ctypes
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_aside(path: Path, content: bytes) -> None:
    """Replace a file's content in one step; a kill at any point leaves the old or the new file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def folder_aside(path: Path) -> Iterator[Path]:
    """A new folder beside `path` that takes its place, whole, when the block ends without an error.

    Raises:
        BlockingIOError: another process is making a folder in the same place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.with_name(f".{path.name}.old")
    with _alone(path.parent / ".lock"):
        if old.exists() and not path.exists():
            old.rename(path)  # a run was killed between the two renames of `_move_into_place`
        for left_over in path.parent.glob(f".{path.name}.tmp-*"):
            shutil.rmtree(left_over)  # of a run that was killed
        aside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.tmp-"))
        try:
            aside.chmod(0o755)
            yield aside
            _move_into_place(aside, path, old)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _move_into_place(new: Path, place: Path, old: Path) -> None:
    """Put a folder in the place of another; where the system can swap the two, without a moment of neither."""
    if not place.exists():
        new.rename(place)
    elif not _swap(new, place):
        shutil.rmtree(old, ignore_errors=True)
        place.rename(old)
        new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def _swap(one: Path, other: Path) -> bool:
    """Exchange two folders in one system call (Linux); False where that cannot be done."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    names = (os.fsencode(one), os.fsencode(other))
    return renameat2 is not None and renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0
