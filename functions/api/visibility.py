"""What a caller may look for: nothing that would tell more than is shown to that caller."""

from ipaddress import IPv4Network, IPv6Network

from shared.domain.network import is_masked
from shared.domain.permissions import Caller, Permission
from shared.errors import ForbiddenError


def insist_on_shown(network: IPv4Network | IPv6Network | None, caller: Caller) -> None:
    """Insist that a network is no smaller than what the caller is shown of addresses.

    Raises:
        ForbiddenError: it is.
    """
    if network is not None and is_masked(network) and not caller.may(Permission.ADDRESSES_VIEW):
        raise ForbiddenError(
            f"{caller.name} may not look for single addresses: it takes"
            f" {Permission.ADDRESSES_VIEW.value}. A /24, or a /48 of IPv6, may be asked for."
        )
