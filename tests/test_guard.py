"""No test reaches the network: the guard is in place, and it can fail."""

import socket

import pytest

from tests import _guard
from tests._guard import GUARD, Guard, NetworkCall, is_local

ELSEWHERE = "192.0.2.1"  # an address that is set aside for documentation


@pytest.fixture
def expected_attempts():
    """Attempts that this test makes on purpose are forgotten before the guard settles."""
    yield GUARD.attempts
    GUARD.attempts.clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", b"localhost", "0.0.0.0", "", None])
def test_this_machine_may_be_reached(host):
    assert is_local(host)


@pytest.mark.parametrize("host", [ELSEWHERE, "2001:db8::1", "example.org", "10.0.0.1"])
def test_no_other_machine_may_be_reached(host):
    assert not is_local(host)


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_connection_to_elsewhere_is_refused_at_once(method, expected_attempts):
    with socket.socket() as client, pytest.raises(NetworkCall, match=ELSEWHERE):
        getattr(client, method)((ELSEWHERE, 80))
    assert expected_attempts == [ELSEWHERE]


def test_a_name_is_not_even_looked_up(expected_attempts):
    with pytest.raises(NetworkCall, match=r"example\.org"):
        socket.create_connection(("example.org", 80), timeout=1)
    assert expected_attempts == ["example.org"]


def test_a_server_on_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        assert GUARD.attempts == []


def test_a_swallowed_attempt_still_fails_the_test():
    guard = Guard()
    with pytest.raises(NetworkCall):
        guard.allow(ELSEWHERE)
    with pytest.raises(pytest.fail.Exception, match=ELSEWHERE):
        guard.settle()
    guard.settle()  # and only once


def test_every_test_settles_with_the_guard(request):
    assert _guard._off_the_network.__name__ in request.fixturenames
