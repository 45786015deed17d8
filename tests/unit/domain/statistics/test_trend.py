"""What is on the rise, and what only rises with everything else."""

from shared.domain.statistics.trend import Recent, surprises


def test_what_is_played_more_than_before_is_on_the_rise() -> None:
    found = surprises([Recent("rises", "films", 30, 40), Recent("stays", "films", 30, 120)])
    assert found[0] > 0 > found[1]


def test_what_grows_with_its_library_is_no_surprise() -> None:
    found = surprises([Recent(name, "films", 30, 60) for name in ("a", "b", "c")])
    assert set(found) == {0.0}


def test_a_new_item_ranks_by_its_plays() -> None:
    old = [Recent("old", "films", 100, 400)]
    found = surprises([*old, Recent("few", "shows", 2, 0), Recent("many", "shows", 9, 0)])
    assert found[2] > found[1] > found[0]
