"""Looking for who is at the head of a period: once, and then as deep as it takes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from shared.domain.statistics.heads import Figures, Look, depth_that_settles

Found = TypeVar("Found")


async def find_head(
    look: Callable[[int], Awaitable[Look[Found] | None]],
    tell: Callable[[Sequence[int]], Awaitable[Mapping[int, Sequence[Figures]]]],
    depths: Sequence[int],
) -> Found | None:
    """Return what is at the head; None if it is better told by reading everything.

    Args:
        look: looks at so many of each list; None if that is more than reading everything.
        tell: tells by depth what those who are left out can have at most, of each order.
        depths: how many are looked at first, and then may be.
    """
    first, *deeper = depths
    looked = await look(first)
    if looked is None or looked.is_settled:
        return looked.found if looked else None
    depth = depth_that_settles(looked.last, await tell(deeper)) if deeper else None
    looked = None if depth is None else await look(depth)
    return looked.found if looked and looked.is_settled else None
