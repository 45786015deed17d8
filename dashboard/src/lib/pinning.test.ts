import { expect, test } from "vitest";

import { placeGiven } from "./pinning";

test("what is left empty is not said, and a place of nothing is none", () => {
  const nothing = { country: " ", city: "", latitude: null, longitude: undefined };
  expect(placeGiven(nothing)).toBeNull();
  expect(placeGiven({ ...nothing, country: "se", city: " Lund " })).toEqual({
    country: "SE",
    city: "Lund",
  });
  expect(placeGiven({ ...nothing, latitude: 0, longitude: 0 })).toEqual({
    latitude: 0,
    longitude: 0,
  });
});
