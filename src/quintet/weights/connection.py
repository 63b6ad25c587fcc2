"""The way to a host: is there one within a few seconds, and what broke it, in one sentence."""

import socket
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlsplit

from quintet.errors import NotFetched


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds: for the connection, and for the next byte."""

    connect: float = 3.0
    read: float = 30.0


class TransferInterrupted(NotFetched):
    """The transfer ended before the file did."""


def check_reachable(url: str, timeouts: Timeouts) -> None:
    """Raises NotFetched unless the host, or the proxy before it, takes a connection in time.

    A thread of its own: neither the name's lookup nor a host's many addresses obey one time limit.
    """
    from requests.utils import get_environ_proxies, select_proxy

    endpoint = urlsplit(select_proxy(url, get_environ_proxies(url)) or url)
    port = endpoint.port or (80 if endpoint.scheme == "http" else 443)
    failed: list[OSError] = []
    opened: list[bool] = []

    def knock() -> None:
        try:
            socket.create_connection((endpoint.hostname, port), timeouts.connect).close()
            opened.append(True)
        except OSError as error:
            failed.append(error)

    thread = Thread(target=knock, daemon=True)
    thread.start()
    thread.join(timeouts.connect)
    if not opened:
        why = "its name is not known here" if failed and isinstance(failed[0], socket.gaierror) else ""
        why = why or ("it refused" if failed and not isinstance(failed[0], TimeoutError) else "")
        why = why or f"no answer within {timeouts.connect:g} s"
        raise NotFetched(f"No connection to {endpoint.hostname}: {why}.")


def describe_error(url: str, error: Exception, timeouts: Timeouts) -> NotFetched:
    """A transport error as a sentence; a transfer that broke off is a Cut."""
    from requests import exceptions

    if isinstance(error, exceptions.SSLError):
        return NotFetched(f"{host(url)} showed no valid certificate: {error}.")
    if isinstance(error, exceptions.ConnectTimeout):
        return NotFetched(f"No connection to {host(url)} within {timeouts.connect:g} s.")
    if isinstance(error, exceptions.ReadTimeout) or "timed out" in str(error):
        return TransferInterrupted(f"{host(url)} sent nothing for {timeouts.read:g} s.")
    return TransferInterrupted(f"{host(url)} cut the connection.")


def host(url: str) -> str:
    """The host's name in an address."""
    return urlsplit(url).hostname or url
