"""What the households of people are, told as their stories."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from shared.domain.households import HouseholdClass, Knowledge, learn
from shared.domain.network import NetworkClass
from shared.domain.place import Place
from shared.domain.timeline import Interval, Timeline
from tests.unit.domain.households.lives import (
    CARRIER,
    FLAT,
    GOTHENBURG,
    KNOWLEDGE,
    NOW,
    OFFICE,
    SUNDSVALL,
    VPN,
    classes,
    every,
    household,
    learned,
    scored,
    session,
    watch,
)
from tests.unit.domain.rules.builders import (
    AWAY,
    FAR,
    HOME,
    LAN,
    NEAR,
    PERSON,
    at,
    network,
    segment,
)

TV = watch(every(1), HOME, "tv", minutes=150)
GOTHENBURG_OF_HOMES_PROVIDER = replace(GOTHENBURG, asn=29518)
WEEKDAYS = [day for day in range(90) if (4 + day) % 7 < 5]
IPV6 = network("2a02:d500:0:1::/64", HOME.place)


def test_who_watches_at_home_every_evening_is_at_home() -> None:
    found = learned(TV)
    assert classes(found) == [HouseholdClass.HOME]
    assert found.households[0].reasons == (
        "Seen on 89 of 90 days, mostly in the evening.",
        "1 device in use there.",
    )


def test_days_on_which_something_stood_paused_are_no_days_of_presence() -> None:
    pauses = (Interval(at("21:00", 60), at("19:00", 63)), Interval(at("20:00", 63), None))
    paused = segment(at("20:00", 60), None, HOME, "tv", pauses=pauses)
    [home] = learned([paused]).households
    assert home.presence.days == {at("20:00", day).date() for day in (60, 63)}
    assert set(home.presence.devices["tv"].days) == home.presence.days


def test_a_commuters_carrier_is_nowhere_and_costs_nothing() -> None:
    commute = watch(every(1), CARRIER, "phone", "07:30", 40)
    found = learned(TV, commute, watch(every(2), HOME, "phone", "22:00"))
    assert classes(found) == [HouseholdClass.HOME, HouseholdClass.MOBILE]
    assert scored(TV, commute).score == 0


def test_a_phone_that_is_at_home_in_the_evening_and_elsewhere_by_day_is_at_work() -> None:
    by_day = watch(WEEKDAYS[::2], OFFICE, "phone", "12:00", 30)
    found = learned(TV, by_day, watch(every(2), HOME, "phone", "22:00"))
    office = household(found, OFFICE)
    assert office.household_class is HouseholdClass.WORK
    assert "Its one device is also used at home." in office.reasons
    assert "Used on working days between 7 and 19, as a workplace is." in office.reasons


def test_a_browser_at_work_is_work_even_while_the_family_watches_at_home() -> None:
    family = watch(WEEKDAYS, HOME, "tv", "11:00", 120)
    by_day = watch(WEEKDAYS, OFFICE, "work-computer", "12:00", 30)
    assert household(learned(family, by_day), OFFICE).household_class is HouseholdClass.WORK
    score = scored(family, by_day)
    assert score.score == 0
    assert score.contributions[-1].text == "Not held against anybody: Linköping (a workplace)."


def test_a_student_who_takes_the_laptop_to_and_fro_has_a_second_home() -> None:
    term = [day for day in range(90) if day % 14 > 3]
    holidays = [day for day in range(90) if day % 14 <= 3]
    away, back = watch(term, FLAT, "laptop"), watch(holidays, HOME, "laptop", "22:00")
    flat_tv = watch(term[::3], FLAT, "flat-tv", "18:00")
    flat = household(learned(TV, away, back, flat_tv), FLAT)
    assert flat.household_class is HouseholdClass.SECOND_HOME
    assert "1 of 2 devices is also used at home." in flat.reasons
    assert scored(TV, away, back, flat_tv).score == 0


def test_a_cottage_with_a_television_of_its_own_is_a_second_home_if_home_is_silent_then() -> None:
    weekends = [day for day in range(90) if day % 7 in (1, 2)]
    home = watch([day for day in range(90) if day not in weekends], HOME, "tv")
    cottage = watch(weekends, FLAT, "cottage-tv")
    found = household(learned(home, cottage), FLAT)
    assert found.household_class is HouseholdClass.SECOND_HOME
    assert found.reasons[0] == "Seen on 26 of 90 days, mostly at weekends."
    assert found.reasons[-1] == "Nobody watched at home while it was in use."
    assert scored(home, cottage).score == 0


def test_a_holiday_is_travelling_also_on_the_hotels_television() -> None:
    home = watch([*range(40), *range(50, 90)], HOME, "tv")
    phone = watch(every(3, 0, 40), HOME, "phone", "22:00")
    for device in ("phone", "hotel-tv"):
        trip = household(learned(home, phone, watch(range(40, 50), FAR, device)), FAR)
        assert trip.household_class is HouseholdClass.TRAVELLING
        assert trip.reasons[-1] == "A short stay."


def test_one_who_travels_while_the_family_watches_at_home_is_no_stranger() -> None:
    phone = watch(every(3, 0, 40), HOME, "phone", "22:00")
    trip = watch(range(40, 47), FAR, "phone")
    assert household(learned(TV, phone, trip), FAR).household_class is HouseholdClass.TRAVELLING
    hotel = watch(range(40, 50), FAR, "hotel-tv")
    assert household(learned(TV, hotel), FAR).household_class is HouseholdClass.UNKNOWN
    assert scored(TV, hotel).score == 0


def test_grandparents_with_the_password_some_400_km_away_are_another_household() -> None:
    elsewhere = watch(every(2), SUNDSVALL, "grandparents-tv")
    found = household(learned(TV, elsewhere), SUNDSVALL)
    assert found.household_class is HouseholdClass.STRANGER
    assert found.reasons == (
        "Seen on 44 of 90 days, mostly in the evening.",
        "Its one device was never seen at home.",
        "On 44 days it played at the same time as another household of this account.",
    )
    assert scored(TV, elsewhere).score >= 60


def test_devices_that_do_not_say_which_they_are_hide_no_household() -> None:
    known = watch(every(2), SUNDSVALL, "other")
    unknown = watch(every(2), SUNDSVALL, None, "18:00", 120)
    found = household(learned(TV, known, unknown), SUNDSVALL)
    assert found.household_class is HouseholdClass.STRANGER


def test_a_tablet_that_visited_once_does_not_make_a_family_of_two_households() -> None:
    elsewhere = watch(every(2), FLAT, "friends-tv")
    visit = watch([30], HOME, "friends-tablet", "19:00")
    tablet = watch(every(9), FLAT, "friends-tablet", "19:00")
    found = learned(TV, elsewhere, visit, tablet)
    assert household(found, FLAT).household_class is HouseholdClass.STRANGER


def test_a_friend_who_never_watches_at_the_same_time_is_found_by_the_distance() -> None:
    mornings = watch(every(1), AWAY, "friends-tv", "08:00")
    found = household(learned(TV, mornings), AWAY)
    assert found.household_class is HouseholdClass.STRANGER
    assert "km away, were in use." in found.reasons[-1]


def test_a_neighbour_who_never_watches_at_the_same_time_is_not_accused() -> None:
    near = network("62.20.7.7", replace(HOME.place or Place(), asn=8473))
    mornings = watch(every(1), near, "neighbours-tv", "08:00")
    assert household(learned(TV, mornings), near).household_class is HouseholdClass.SECOND_HOME


def test_a_reseller_has_many_households_that_nothing_ties_together() -> None:
    cities = [
        network(
            f"83.{n}.0.1",
            Place(country="SE", city=f"Town {n}", asn=n, latitude=58, longitude=5 * n),
        )
        for n in range(1, 9)
    ]
    customers = [watch(every(1), where, f"tv-{n}") for n, where in enumerate(cities)]
    found = learned(*customers)
    assert classes(found).count(HouseholdClass.STRANGER) == 7
    assert scored(*customers).score >= 80


def test_a_vpn_says_nothing_of_where_somebody_is() -> None:
    hidden = watch(every(2), VPN, "laptop", "20:30")
    found = learned(TV, hidden)
    assert household(found, VPN).household_class is HouseholdClass.ANONYMOUS
    assert scored(TV, hidden).score == 0


def test_ipv4_and_ipv6_of_one_home_are_one_household_though_no_device_uses_both() -> None:
    phone = watch(every(1), IPV6, "phone", "20:15")
    found = learned(TV, phone)
    assert classes(found) == [HouseholdClass.HOME]
    other_provider = replace(IPV6, place=replace(HOME.place or Place(), asn=5607))
    found = learned(TV, watch(every(1), other_provider, "phone", "20:15"))
    assert classes(found) == [HouseholdClass.HOME]


def test_a_provider_whose_addresses_move_between_towns_leaves_its_subscriber_at_home() -> None:
    town = replace(HOME.place or Place(), city="Norrköping", latitude=58.5877, longitude=16.1924)
    elsewhere = watch(every(3), network("89.160.99.1", town), "tv", "08:00")
    assert classes(learned(TV, elsewhere)) == [HouseholdClass.HOME]
    others = watch(every(3), network("89.160.99.1", town), "friends-tv", "08:00")
    assert HouseholdClass.SECOND_HOME in classes(learned(TV, others))


def test_a_network_of_which_only_the_provider_is_known_is_where_its_devices_are() -> None:
    cityless = Place(country="SE", asn=29518)
    at_home = watch(every(2), network("2a02:d500:0:1::/64", cityless), "tv", "08:00")
    there = watch(every(1), network("89.160.77.7", GOTHENBURG_OF_HOMES_PROVIDER), "friends-tv")
    also_there = watch(every(2), network("2a02:d500:0:9::/64", cityless), "friends-tv", "09:00")
    found = learned(TV, at_home, there, also_there)
    assert [set(one.presence.devices) for one in found.households] == [{"tv"}, {"friends-tv"}]
    assert [one.sites for one in found.households] == [
        ("AS29518/SE/E/Linköping",),
        ("AS29518/SE/O/Gothenburg",),
    ]
    unknown = watch(every(1), network("2a02:d500:0:5::/64", cityless), None, "10:00")
    assert ("AS29518",) in {one.sites for one in learned(TV, unknown).households}


def test_nobody_travels_within_five_minutes_whatever_a_place_database_says() -> None:
    back_and_forth = [
        one
        for day in (3, 9)
        for one in (
            *watch([day], HOME, "phone", "18:00", 30),
            *watch([day], FAR, "phone", "18:32", 30),
        )
    ]
    assert classes(learned(TV, back_and_forth)) == [HouseholdClass.HOME]


def test_two_ipv4_homes_are_not_made_one_by_an_ipv6_network_near_both() -> None:
    near = network("62.20.7.7", replace(HOME.place or Place(), asn=8473))
    found = learned(TV, watch(every(1), near, "friends-tv"), watch(every(2), IPV6, "phone"))
    assert household(found, IPV6) == household(found, HOME)
    assert household(found, near).household_class is HouseholdClass.STRANGER


def test_an_address_that_changes_each_night_is_still_one_home() -> None:
    nights = [
        one
        for day in range(90)
        for one in watch([day], network(f"89.160.20.{day}", HOME.place), "tv")
    ]
    found = learned(nights)
    assert classes(found) == [HouseholdClass.HOME]
    assert len(found.households[0].networks) == 20


def test_without_a_place_database_a_providers_range_stands_for_the_place() -> None:
    nights = [
        one for day in range(90) for one in watch([day], network(f"89.160.{day}.7", None), "tv")
    ]
    found = learned(nights, watch(every(1), network("2a02:d500:0:1::/64", None), "tv", "18:00"))
    assert [one.sites for one in found.households] == [("2a02:d500::/32",), ("89.160.0.0/16",)]
    assert classes(found)[1] is HouseholdClass.SECOND_HOME


def test_the_local_network_belongs_to_the_house_that_a_device_changes_to_it_from() -> None:
    lan = watch(every(1), LAN, "tv")
    moved = [
        one
        for day in (3, 9)
        for one in (
            segment(at("18:00", day), at("18:30", day), HOME, "tablet", session=session(day)),
            segment(at("18:30", day), at("19:30", day), LAN, "tablet", session=session(day)),
        )
    ]
    found = learned(lan, moved, watch(every(2), HOME, "phone"))
    assert classes(found) == [HouseholdClass.HOME]
    assert set(found.households[0].sites) == {"local", "AS29518/SE/E/Linköping"}


def test_a_local_network_may_be_the_same_house_so_that_nobody_is_a_stranger_to_it() -> None:
    lan = watch(every(1), LAN, "tv", minutes=150)
    outside = watch(every(1), HOME, "phone")
    found = learned(lan, outside)
    assert household(found, HOME).household_class is HouseholdClass.UNKNOWN
    assert household(found, HOME).reasons[-1].endswith("Your word would tell.")
    told = replace(KNOWLEDGE, said={"AS29518/SE/E/Linköping": HouseholdClass.STRANGER})
    assert scored(lan, outside, knowledge=told).score > 50


def test_who_moved_house_lived_in_both() -> None:
    before = watch(range(40), HOME, "tv")
    after = watch(range(43, 90), NEAR, "tv")
    found = learned(before, after)
    assert household(found, NEAR).household_class is HouseholdClass.HOME
    former = household(found, HOME)
    assert former.household_class is HouseholdClass.SECOND_HOME
    assert former.reasons[-1] == "One follows the other: somebody moved house."


def test_what_was_begun_at_one_place_and_finished_at_another_ties_the_two() -> None:
    elsewhere = [
        segment(at("20:00", day), at("21:00", day), FLAT, "flat-tv", session=session(day))
        for day in range(0, 90, 2)
    ]
    at_home = [
        segment(at("20:00", day), at("21:00", day), HOME, "tv", session=session(100 + day))
        for day in range(90)
    ]
    gone_on = {session(day): session(day) for day in (2, 12, 22)} | {
        session(101 + day): session(day) for day in (2, 12, 22)
    }
    found = learned(at_home, elsewhere, knowledge=replace(KNOWLEDGE, plays=gone_on))
    flat = household(found, FLAT)
    assert flat.household_class is HouseholdClass.SECOND_HOME
    assert flat.reasons[-1] == "3 titles begun in one of the two went on in the other."


def test_with_little_data_nothing_is_known_of_anybody() -> None:
    found = learned(watch(range(86, 90), HOME, "tv"), watch(range(86, 90), AWAY, "other"))
    assert set(classes(found)) == {HouseholdClass.UNKNOWN}
    assert found.households[0].reasons[-1] == "Too little is known to say where home is."
    assert learned().households == ()


def test_one_evening_elsewhere_accuses_nobody() -> None:
    party = watch([50], FAR, "other")
    assert household(learned(TV, party), FAR).household_class is HouseholdClass.UNKNOWN
    assert scored(TV, party).score == 0


def test_an_operators_word_is_taken_and_said() -> None:
    elsewhere = watch(every(2), FLAT, "summer-tv")
    word = {f"AS{GOTHENBURG.asn}/SE/O/Gothenburg": HouseholdClass.SECOND_HOME}
    knowledge = replace(KNOWLEDGE, said=word)
    flat = household(learned(TV, elsewhere, knowledge=knowledge), FLAT)
    assert (flat.household_class, flat.said) == (HouseholdClass.SECOND_HOME, True)
    assert flat.reasons[0] == "An operator said so."
    assert scored(TV, elsewhere, knowledge=knowledge).score == 0


def test_an_operator_says_where_home_is() -> None:
    word = {f"AS{GOTHENBURG.asn}/SE/O/Gothenburg": HouseholdClass.HOME}
    found = learned(TV, watch(every(4), FLAT, "tv-2"), knowledge=replace(KNOWLEDGE, said=word))
    assert found.home == household(found, FLAT)
    assert household(found, HOME).household_class is HouseholdClass.STRANGER


def test_what_is_trusted_is_evidence_of_nothing() -> None:
    elsewhere = [replace(one, trusted=True) for one in watch(every(2), FLAT, "summer-tv")]
    assert scored(TV, elsewhere).score == 0


def test_hours_are_those_of_the_services_zone() -> None:
    kathmandu = Knowledge(zone=ZoneInfo("Asia/Kathmandu"))
    found = learned(watch(every(1), HOME, "tv", "02:00"), knowledge=kathmandu)
    assert found.households[0].reasons[0].endswith("mostly in the morning.")


def test_an_overlay_network_and_an_unknown_one_are_nobodys_house() -> None:
    overlay = replace(
        LAN, key="100.64.0.9", address="100.64.0.9", network_class=NetworkClass.OVERLAY
    )
    unknown = replace(LAN, key=None, network_class=NetworkClass.UNKNOWN)
    found = learned(TV, watch(every(1), overlay, "phone"), watch(every(1), unknown, "other"))
    assert classes(found) == [HouseholdClass.HOME, HouseholdClass.ANONYMOUS]


def test_a_past_that_was_imported_counts_though_the_person_was_first_seen_later() -> None:
    newcomer = replace(PERSON, first_seen_at=at("10:00", 89))
    found = learn(Timeline(newcomer, tuple(TV[40:])), KNOWLEDGE, NOW)
    assert found.households[0].reasons[0].startswith("Seen on 50 of 51 days")


def test_what_is_older_than_90_days_is_forgotten() -> None:
    old = watch(range(-60, 0), FLAT, "old-tv")
    assert classes(learned(TV, old, now=NOW)) == [HouseholdClass.HOME]


def test_a_device_does_not_share_an_account_with_itself() -> None:
    # The stop of each evening at home was lost: the tablet seems to be in two places for a while.
    ghosts = watch(every(7), HOME, "tablet", "20:00", 120)
    elsewhere = watch(every(7), FLAT, "tablet", "20:30", 90)
    others = watch([day for day in range(90) if day % 7], HOME, "tv")
    found = learned(others, ghosts, elsewhere)
    assert scored(others, ghosts, elsewhere).score == 0
    assert household(found, FLAT).household_class is HouseholdClass.SECOND_HOME
