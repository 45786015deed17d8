"""A week out of order: the same rows as in order, whatever is late or told again."""

import asyncio
from uuid import uuid4

from tests.conftest import clone, database_named
from tests.simulation.comparing import differences, read_week
from tests.simulation.delivery import Lot
from tests.simulation.traffic import Traffic
from tests.simulation.week import record_week

# Everybody sits down at the same hours, so that few transactions carry the week.
EVENINGS = tuple(int(hour in (19, 20)) for hour in range(24))
TRAFFIC = Traffic(users=100, sittings_a_day=0.25, hours=EVENINGS)


def quietly(_: Lot, __: int) -> None: ...


async def test_a_week_out_of_order_and_with_repeats_gives_the_rows_of_the_same_week_in_order(
    server_url: str, template: str
) -> None:
    urls: list[str] = []
    for _ in range(2):
        name = f"week_{uuid4().hex}"
        clone(server_url, template, name)
        urls.append(database_named(server_url, name))
    in_order, in_disorder = await asyncio.gather(
        record_week(urls[0], TRAFFIC, orderly=True, tell=quietly),
        record_week(urls[1], TRAFFIC, orderly=False, tell=quietly),
    )
    assert in_disorder > in_order > 1_000
    assert differences(*map(read_week, urls)) == []
