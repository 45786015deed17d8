import asyncio
from collections.abc import Mapping, Sequence

from shared.domain.statistics.heads import Figures, Look
from shared.services.heads import find_head

DEPTHS = (10, 20, 40)


class Lists:
    """Lists of which each depth leaves out so much, and whose tenth has nine."""

    def __init__(self, left: Mapping[int, int], dear: int = 100) -> None:
        self.left = left
        self.dear = dear
        self.looks: list[int] = []

    async def look(self, depth: int) -> Look[str] | None:
        self.looks.append(depth)
        return None if depth >= self.dear else Look("found", [(9,)], [(self.left[depth],)])

    async def tell(self, depths: Sequence[int]) -> Mapping[int, Sequence[Figures]]:
        return {depth: [(self.left[depth],)] for depth in depths}

    def find(self) -> str | None:
        return asyncio.run(find_head(self.look, self.tell, DEPTHS))


def test_what_the_first_look_settles_is_not_looked_for_again() -> None:
    lists = Lists({10: 8, 20: 4, 40: 2})
    assert (lists.find(), lists.looks) == ("found", [10])


def test_the_second_look_is_as_deep_as_it_takes() -> None:
    lists = Lists({10: 30, 20: 15, 40: 8})
    assert (lists.find(), lists.looks) == ("found", [10, 40])


def test_what_no_depth_settles_is_looked_for_once() -> None:
    lists = Lists({10: 30, 20: 15, 40: 9})
    assert (lists.find(), lists.looks) == (None, [10])


def test_a_look_that_costs_more_than_reading_everything_is_none() -> None:
    assert Lists({10: 8, 20: 8, 40: 8}, dear=10).find() is None
    assert Lists({10: 30, 20: 8, 40: 8}, dear=20).find() is None
