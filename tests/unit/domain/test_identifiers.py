"""Ids that others gave, as ours."""

from uuid import UUID

import pytest

from shared.domain.identifiers import derived_id

# What many installations of Jellyfin call their library of films: a hash of its path.
GUID = "f137a2dd21bbc1b99aa5c0f6bf02a805"


@pytest.mark.parametrize("kind", ["library", "item"])
@pytest.mark.parametrize("original", ["1", GUID])
def test_a_library_or_an_item_is_one_of_its_server(kind: str, original: str) -> None:
    assert derived_id("attic", kind, original) != derived_id("loft", kind, original)
    assert derived_id("attic", kind, original) == derived_id("attic", kind, original)
    assert derived_id("attic", "library", original) != derived_id("attic", "item", original)


@pytest.mark.parametrize("written", [str(UUID(GUID)), GUID.upper()])
def test_an_id_is_the_same_however_it_is_written(written: str) -> None:
    for kind in ("user", "library", "item"):
        assert derived_id("attic", kind, written) == derived_id("attic", kind, GUID)


def test_a_persons_uuid_is_kept_and_a_number_is_one_of_its_server() -> None:
    assert derived_id("attic", "user", GUID) == derived_id("loft", "user", GUID) == UUID(GUID)
    assert derived_id("attic", "user", "1") != derived_id("loft", "user", "1")
