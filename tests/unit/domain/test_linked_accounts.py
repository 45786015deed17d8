"""What accounts leave behind, and what two of them have in common."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.linked_accounts import Footprint, LinkKind, TraceKind, links, traces
from tests.unit.domain.households.lives import (
    CARRIER,
    FLAT,
    KNOWLEDGE,
    NOW,
    every,
    learned,
    life,
    watch,
)
from tests.unit.domain.rules.builders import DAY, HOME, LAN, network

ADA, BEN, EVE = (UUID(int=number) for number in (1, 2, 3))
HASH = bytes(32)


def footprint(
    user_id: UUID,
    kind: TraceKind = TraceKind.NETWORK,
    digest: bytes = HASH,
    *,
    days: int = 10,
    first: int = 0,
    last: int = 30,
    label: str | None = None,
) -> Footprint:
    return Footprint(
        user_id, kind, digest, label, days, DAY + timedelta(first), DAY + timedelta(last)
    )


def test_devices_in_regular_use_and_home_networks_are_left_behind() -> None:
    viewings = (
        watch(every(1), HOME, "tv"),
        watch(every(9), LAN, "tv", "10:00"),
        watch(every(9), FLAT, "tv", "15:00"),
        watch(every(3), CARRIER, "phone", "08:00"),
        watch([7], HOME, "guest", "12:00"),
        watch(every(5), HOME, None, "13:00"),
    )
    found = traces(life(*viewings), learned(*viewings), KNOWLEDGE.zone, NOW)
    assert [(trace.kind, trace.text, trace.label) for trace in found] == [
        (TraceKind.DEVICE, "phone", None),
        (TraceKind.DEVICE, "tv", None),
        (TraceKind.NETWORK, "89.160.20.112", "Linköping"),
    ]
    assert found[1].days == 89


def test_what_is_trusted_leaves_nothing_behind() -> None:
    viewings = [replace(one, trusted=True) for one in watch(every(1), HOME, "tv")]
    assert traces(life(viewings), learned(viewings), KNOWLEDGE.zone, NOW) == []


def test_two_accounts_of_one_home_are_a_household_which_is_normal() -> None:
    [link] = links([footprint(BEN), footprint(ADA, days=4)], [])
    assert (link.user_ids, link.kind, link.days) == ((ADA, BEN), LinkKind.HOUSEHOLD, 4)
    assert link.reason == "Both are at home on one network, as a family with several accounts is."


def test_two_accounts_that_share_a_device_alone_are_told_apart_from_a_family() -> None:
    [link] = links(
        [
            footprint(ADA, TraceKind.DEVICE, label="Tablet"),
            footprint(BEN, TraceKind.DEVICE, days=3),
        ],
        [],
    )
    assert (link.kind, link.devices, link.days) == (LinkKind.DEVICE, ("Tablet",), 3)
    assert link.reason.startswith("Both use 1 device (Tablet), but they are not at home on one")


def test_an_address_that_another_customer_got_later_ties_nobody() -> None:
    assert links([footprint(ADA), footprint(BEN, first=40, last=60)], []) == []


def test_one_day_in_common_ties_nobody_and_several_addresses_add_up() -> None:
    assert links([footprint(ADA), footprint(BEN, days=1)], []) == []
    other = bytes([1]) * 32
    several = [
        footprint(user, digest=digest, days=1) for user in (ADA, BEN) for digest in (HASH, other)
    ]
    [link] = links(several, [])
    assert (link.network_count, link.days) == (2, 2)


def test_a_trusted_pair_is_marked() -> None:
    found = links([footprint(ADA), footprint(BEN), footprint(EVE)], [frozenset({EVE, ADA})])
    assert {link.user_ids: link.trusted for link in found} == {
        (ADA, BEN): False,
        (ADA, EVE): True,
        (BEN, EVE): False,
    }


footprints = st.builds(
    footprint,
    st.sampled_from([ADA, BEN, EVE]),
    st.sampled_from(TraceKind),
    st.sampled_from([HASH, bytes([1]) * 32]),
    days=st.integers(1, 9),
    first=st.integers(0, 20),
    last=st.integers(20, 40),
)


@given(st.lists(footprints, max_size=12, unique_by=lambda one: (one.user_id, one.kind, one.digest)))
def test_the_order_of_footprints_changes_nothing_and_nobody_is_tied_to_themselves(
    left: list[Footprint],
) -> None:
    found = links(left, [])
    assert links(reversed(left), []) == found
    assert all(a < b for a, b in (link.user_ids for link in found))


def test_an_ipv6_home_is_left_behind_by_its_prefix() -> None:
    prefix = "2a02:d500:0:1::/64"
    viewings = watch(every(1), network(prefix, HOME.place), "tv")
    found = traces(life(viewings), learned(viewings), KNOWLEDGE.zone, NOW)
    assert found[-1].text == prefix
