"""A pytest plugin that keeps every test off the network: only this machine may be reached.

A call that is refused raises, and the test fails even when the code under test swallows the error.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest


class NetworkCall(OSError):
    """A test reached for another machine."""


class Guard:
    """Refuses connections that leave this machine, and remembers that they were tried."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def allow(self, host: Any) -> None:
        """Let a host pass that is this machine.

        Raises
        ------
        NetworkCall
            When it is not.
        """
        if not is_local(host):
            self.attempts.append(str(host))
            raise NetworkCall(f"A test must not reach for {host}: only this machine may be used.")

    def settle(self) -> None:
        """Fail when anything was refused since the last time."""
        attempts, self.attempts = self.attempts, []
        if attempts:
            pytest.fail(f"The network was reached for: {', '.join(attempts)}")


def is_local(host: Any) -> bool:
    """Whether a host is this machine; None and "" are what a server that listens uses."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(str(name).split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


GUARD = Guard()


def pytest_configure() -> None:
    """Put the guard before the socket module, and tell processes that tests start to stay offline."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        os.environ[name] = "1"
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        GUARD.allow(host)
        return look_up(host, *args, **kwargs)

    socket.getaddrinfo = guarded_look_up


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            GUARD.allow(address[0])
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True)
def _off_the_network() -> Iterator[None]:
    yield
    GUARD.settle()
