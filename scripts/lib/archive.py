"""The zip of a release: the same files give the same bytes, whoever packs them and when."""

import zipfile
from pathlib import Path

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644


def files_of(folder: Path) -> dict[str, Path]:
    """Name inside the folder -> file, sorted by name."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return dict(sorted(paths.items()))


def write_zip(folder: Path, archive: Path) -> None:
    """Pack all files of a folder under one top folder that has the archive's name."""
    files = files_of(folder)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, path in files.items():
            entry = zipfile.ZipInfo(f"{archive.stem}/{name}", date_time=_FIRST_DAY)
            entry.create_system, entry.external_attr = _UNIX, _MODE << 16
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
