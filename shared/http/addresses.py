"""From which address a request comes: counted from our end, as the other end can say anything."""

from ipaddress import ip_address

from starlette.requests import Request


def client_address(request: Request, hops: int) -> str | None:
    """Return the caller's address; None if there is none.

    Args:
        request: whose.
        hops: how many proxies of ours, each of which appends the address that it saw to
            X-Forwarded-For, stand before the function. 0: what the server took it for.
    """
    seen = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    if 0 < hops <= len(seen) and (text := _address(seen[-hops])) is not None:
        return text
    return None if request.client is None else _address(request.client.host)


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
