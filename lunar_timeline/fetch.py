"""Fetching a named release, verified, into a cache (needs pooch: ``pip install 'lunar-timeline[fetch]'``).

>>> import lunar_timeline as lt
>>> from lunar_timeline.fetch import fetch
>>> folder = fetch("1.2.0", base_url="https://example.org/lunar-timeline")
>>> lt.load("slips", release=folder)

A release never changes, so what is in the cache is not asked for again and can be read without a network.
"""

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lunar_timeline.reader import NoReleaseError

_VARIABLE = "LUNAR_TIMELINE_BASE_URL"
_SUMS = "SHA256SUMS"
_DESCRIPTOR = "datapackage.json"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
# What the reader reads, in the folder itself: a name with a slash, or that begins with a dot, is none of these.
_READ = re.compile(r"datapackage\.json|[a-z][a-z0-9_]*\.parquet")


def fetch(
    version: str, base_url: str | None = None, sums_sha256: str | None = None, cache: str | Path | None = None
) -> Path:
    """Bring a release into the cache: its descriptor and its tables, each checked against its SHA256SUMS.

    Args:
        version: the version, as ``"1.2.0"``.
        base_url: the address (http or https) at which releases stand, each in a folder that has its version for
            a name; or, with ``{version}`` in it, the address of the folder. Without it the environment variable
            ``LUNAR_TIMELINE_BASE_URL`` is asked.
        sums_sha256: the SHA-256 of the file SHA256SUMS, known from elsewhere. Without it what is fetched is checked
            for damage, but whoever serves it is trusted.
        cache: the folder to keep releases in; by default that of the system for caches.

    Returns:
        The folder of the release, as the argument ``release`` of :func:`lunar_timeline.load` takes it.

    Raises:
        ImportError: pooch is not installed.
        NoReleaseError: the release could not be brought: no network, no such release.
        ValueError: version or address are none, or a file is not the one of which SHA256SUMS tells.
    """
    try:
        import pooch
    except ImportError as error:
        raise ImportError("fetching a release needs pooch: pip install 'lunar-timeline[fetch]'") from error
    address = _address(version, base_url)
    # Apart by address: what one server gave is not taken for what another has.
    place = f"{version}-{hashlib.sha256(address.encode()).hexdigest()[:16]}"
    folder = Path(cache or pooch.os_cache("lunar-timeline")) / place
    with _quiet(pooch.get_logger()), _explained(version, address):
        sums = Path(pooch.retrieve(address + _SUMS, sums_sha256 and f"sha256:{sums_sha256}", _SUMS, folder))
        try:
            registry = _registry(sums.read_text(encoding="utf-8"))
        except ValueError:
            sums.unlink()  # or it would be found in the cache the next time
            raise
        files = pooch.create(folder, address, registry=registry)
        for name in registry:
            files.fetch(name)
    package = json.loads((folder / _DESCRIPTOR).read_text(encoding="utf-8"))
    if package["version"] != version:
        raise ValueError(f"what stands at {address} is version {package['version']!r}, not {version!r}")
    tables = {f"{resource['name']}.parquet" for resource in package["resources"] if resource["type"] == "table"}
    if missing := sorted(tables - registry.keys()):
        raise ValueError(f"{address} has tables of which its {_SUMS} does not tell: {', '.join(missing)}")
    return folder


def _address(version: str, base_url: str | None) -> str:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version, re.ASCII):
        raise ValueError(f"{version!r} is no version of the form 1.2.3")
    base = base_url or os.environ.get(_VARIABLE)
    if not base:
        raise ValueError(f"no address to fetch from: give base_url or set {_VARIABLE}")
    if not re.match(r"https?://[^/]", base):
        raise ValueError(f"{base!r} is no address that begins with https:// or http://")
    folder = base.replace("{version}", version) if "{version}" in base else f"{base.rstrip('/')}/{version}"
    return folder.rstrip("/") + "/"


def _registry(text: str) -> dict[str, str]:
    """File name -> hash of the files that the reader reads.

    Raises:
        ValueError: this is not the SHA256SUMS of a release.
    """
    lines = [_LINE.fullmatch(line) for line in text.splitlines()]
    sums = {line[2]: f"sha256:{line[1]}" for line in lines if line and _READ.fullmatch(line[2])}
    if not all(lines) or _DESCRIPTOR not in sums:
        raise ValueError(f"what was fetched as {_SUMS} is not that of a release")
    return sums


@contextmanager
def _explained(version: str, address: str) -> Iterator[None]:
    """Errors of the network, told so that one knows what to do."""
    try:
        yield
    except OSError as error:
        raise NoReleaseError(
            f"release {version} cannot be fetched from {address}: {error}; "
            "the release inside the installed package needs no network: leave out the argument `release`"
        ) from error


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Without the line that pooch prints for every file."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
