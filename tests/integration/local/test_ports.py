import socket

import pytest

from infra.local.ports import ReservedPort, listen
from infra.local.problem import LaunchError


def test_a_taken_port_is_refused_in_one_line_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taker:
        port = taker.getsockname()[1]
        with pytest.raises(LaunchError, match=f"PORT {port} is taken") as refused:
            listen("127.0.0.1", port)
    assert "\n" not in refused.value.message


def test_a_reserved_port_can_be_listened_on_by_the_server_it_is_for() -> None:
    reserved = ReservedPort()
    with socket.create_server(("127.0.0.1", reserved.number)) as server:
        assert server.getsockname()[1] == reserved.number
    reserved.release()


def test_reserved_ports_are_all_different() -> None:
    reserved = [ReservedPort() for _ in range(50)]
    assert len({port.number for port in reserved}) == 50
    for port in reserved:
        port.release()
