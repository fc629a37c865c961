"""Asking whether the addresses of the sources still answer. The only code of the house that uses the network."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

_HOSTS_AT_ONCE = 16
_SECONDS = 20.0
_PAUSE = 1.0
# The address is there; the host only does not serve machines, or not now.
_THERE = (401, 403, 405, 406, 429, 451, 503)
_AGENT = "Mozilla/5.0 (compatible; lunar-timeline link report)"


def dead_links(addresses: Iterable[str], seconds: float = _SECONDS, pause: float = _PAUSE) -> list[tuple[str, str]]:
    """(address, why) of those that do not answer, in the order of addresses; never an error.

    Many hosts at once, but one address at a time and with a pause at each: nobody is to be burdened.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in sorted(set(addresses)):
        by_host[_host(address)].append(address)
    with ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool:
        hosts = pool.map(lambda group: list(_ask_host(group, seconds, pause)), by_host.values())
        return sorted(found for host in hosts for found in host)


def _ask_host(addresses: list[str], seconds: float, pause: float) -> Iterator[tuple[str, str]]:
    for position, address in enumerate(addresses):
        if position:
            time.sleep(pause)
        if problem := _ask(address, seconds):
            yield address, problem


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _ask(address: str, seconds: float) -> str | None:
    if not address.startswith(("http://", "https://")):
        return "not an http address"
    try:
        # Not HEAD: many hosts answer it wrongly. The body is never read.
        with urlopen(Request(address, headers={"User-Agent": _AGENT}), timeout=seconds):
            return None
    except HTTPError as error:
        return None if error.code in _THERE else f"HTTP {error.code}"
    except (OSError, HTTPException, ValueError) as error:  # ValueError: what urllib cannot read as an address
        return str(getattr(error, "reason", error)) or type(error).__name__
