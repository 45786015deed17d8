"""A caller's address is counted from our end, whatever the other end says."""

import pytest
from starlette.requests import Request

from shared.http.addresses import client_address


@pytest.mark.parametrize(
    ("forwarded", "hops", "expected"),
    [
        ([], 0, "10.0.0.9"),
        (["1.1.1.1"], 0, "10.0.0.9"),
        (["1.1.1.1, 81.2.69.160"], 1, "81.2.69.160"),
        (["1.1.1.1, 81.2.69.160, 10.0.0.1"], 2, "81.2.69.160"),
        (["1.1.1.1", "81.2.69.160"], 1, "81.2.69.160"),
        (["81.2.69.160"], 2, "10.0.0.9"),
        (["1.1.1.1, unknown"], 1, "10.0.0.9"),
        (["2001:DB8::1"], 1, "2001:db8::1"),
    ],
)
def test_as_many_hops_are_believed_as_are_ours(
    forwarded: list[str], hops: int, expected: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    request = Request({"type": "http", "headers": headers, "client": ("10.0.0.9", 1234)})
    assert client_address(request, hops) == expected


def test_who_comes_through_a_socket_has_no_address() -> None:
    assert client_address(Request({"type": "http", "headers": [], "client": None}), 0) is None
