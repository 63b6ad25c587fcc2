"""The way to a host: is there one within a few seconds, and what broke it, in one sentence."""

import socket
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlsplit

from quintet.errors import NotFetched


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: for the connection, and for the next byte."""

    connect: float = 3.0
    silence: float = 30.0


class Cut(NotFetched):
    """The transfer ended before the file did."""


def reach(url: str, patience: Patience) -> None:
    """Raises NotFetched unless the host, or the proxy before it, takes a connection in time.

    A thread of its own: neither the name's lookup nor a host's many addresses obey one time limit.
    """
    from requests.utils import get_environ_proxies, select_proxy

    door = urlsplit(select_proxy(url, get_environ_proxies(url)) or url)
    port = door.port or (80 if door.scheme == "http" else 443)
    failed: list[OSError] = []
    opened: list[bool] = []

    def knock() -> None:
        try:
            socket.create_connection((door.hostname, port), patience.connect).close()
            opened.append(True)
        except OSError as error:
            failed.append(error)

    thread = Thread(target=knock, daemon=True)
    thread.start()
    thread.join(patience.connect)
    if not opened:
        why = "its name is not known here" if failed and isinstance(failed[0], socket.gaierror) else ""
        why = why or ("it refused" if failed and not isinstance(failed[0], TimeoutError) else "")
        why = why or f"no answer within {patience.connect:g} s"
        raise NotFetched(f"No connection to {door.hostname}: {why}.")


def said(url: str, error: Exception, patience: Patience) -> NotFetched:
    """A transport error as a sentence; a transfer that broke off is a Cut."""
    from requests import exceptions

    if isinstance(error, exceptions.SSLError):
        return NotFetched(f"{host(url)} showed no valid certificate: {error}.")
    if isinstance(error, exceptions.ConnectTimeout):
        return NotFetched(f"No connection to {host(url)} within {patience.connect:g} s.")
    if isinstance(error, exceptions.ReadTimeout) or "timed out" in str(error):
        return Cut(f"{host(url)} sent nothing for {patience.silence:g} s.")
    return Cut(f"{host(url)} cut the connection.")


def host(url: str) -> str:
    """The host's name in an address."""
    return urlsplit(url).hostname or url
