"""Evidence as those see it who may not see everything."""

from typing import Any

from shared.schemas.cases import without_addresses, without_adult


def segment(content_type: str) -> dict[str, Any]:
    return {
        "content_type": content_type,
        "title": "A title",
        "library_id": "l1",
        "network": {
            "key": "81.2.69.160",
            "address": "81.2.69.160",
            "place": {
                "city": "London",
                "latitude": 51.5142,
                "longitude": -0.0931,
                "postal_code": "SW1",
            },
        },
    }


def test_addresses_are_masked_and_coordinates_are_rough() -> None:
    details = {"findings": [{"behaviour_key": "81.2.69.160", "segments": [segment("movie")]}]}
    [finding] = without_addresses(details)["findings"]
    assert "81.2.69.160" not in str(finding)
    network = finding["segments"][0]["network"]
    assert network["address"] == "81.2.69.x"
    assert network["place"] == {"city": "London", "latitude": 51.5, "longitude": -0.1}


def test_networks_that_were_counted_are_not_listed() -> None:
    facts = {"facts": {"count": 6, "networks": ["81.2.69.160", "2a02:c7f:0:10::/64"]}}
    assert without_addresses(facts) == {"facts": {"count": 6}}


def test_adult_items_are_not_named_and_others_are() -> None:
    shown = without_adult([segment("qar.movie"), segment("movie")])
    assert [(s["content_type"], s["title"]) for s in shown] == [(None, None), ("movie", "A title")]
