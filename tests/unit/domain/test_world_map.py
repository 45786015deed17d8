"""Lines on the map, and the cells it is cut into."""

import math

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.world_map import HIGHEST_ZOOM, Position, cells_across, legs, line

POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def test_a_line_goes_straight_where_that_is_shorter() -> None:
    assert line((-0.1, 51.5), (15.6, 58.4)) == (((-0.1, 51.5), (15.6, 58.4)),)


def test_a_line_across_the_date_line_is_cut_there() -> None:
    assert line((170, 10), (-170, 20)) == (((170, 10), (180, 15)), ((-180, 15), (-170, 20)))
    assert line((-170, 20), (170, 10)) == (((-170, 20), (-180, 15)), ((180, 15), (170, 10)))


@given(POSITIONS, POSITIONS)
def test_a_line_leads_from_one_to_the_other_and_never_more_than_half_way_round(
    start: Position, end: Position
) -> None:
    parts = line(start, end)
    assert (parts[0][0], parts[-1][1]) == (start, end)
    length = sum(abs(b[0] - a[0]) for a, b in parts)
    assert length <= 180 + 1e-9
    lowest, highest = sorted((start[1], end[1]))
    assert all(lowest - 1e-9 <= p[1] <= highest + 1e-9 for part in parts for p in part)
    assert all(math.isfinite(p[0]) and abs(p[0]) <= 180 for part in parts for p in part)


def test_each_way_is_drawn_once_and_none_to_where_it_began() -> None:
    a, b, c = (0.0, 0.0), (1.0, 1.0), (2.0, 2.0)
    assert legs([[a, b, b, a, c], [b, a]]) == [(a, b), (a, c)]
    assert legs([[a], []]) == []


def test_a_cell_holds_four_of_the_next_level() -> None:
    assert [cells_across(zoom + 1) / cells_across(zoom) for zoom in range(HIGHEST_ZOOM)] == [
        2
    ] * HIGHEST_ZOOM
