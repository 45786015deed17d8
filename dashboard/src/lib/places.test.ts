import { describe, expect, it } from "vitest";

import english from "../locales/en";
import type { Schemas } from "./api";
import {
  arcsOf,
  asked,
  boxOf,
  casesOf,
  countryOf,
  glowOf,
  nameOf,
  placesOf,
  sightOf,
  widthOf,
} from "./places";

const place = (id: string, sessions: number, at: [number, number]): Schemas["PlaysFeature"] => ({
  type: "Feature",
  id,
  bbox: [...at, ...at],
  geometry: { type: "Point", coordinates: at },
  properties: {
    kind: "plays",
    sessions,
    active: 0,
    local_sessions: 0,
    users: 1,
    country: "DE",
    city: "Berlin",
  },
});

const arc = (case_id: string): Schemas["ArcFeature"] => ({
  type: "Feature",
  geometry: {
    type: "LineString",
    coordinates: [
      [-3.7, 40.4],
      [-0.1, 51.5],
    ],
  },
  properties: {
    kind: "arc",
    case_id,
    user_id: "u",
    user_name: null,
    rule_type: "impossible_travel",
    severity: 2,
    state: "open",
    sentence: null,
    last_seen_at: "2026-11-20T12:00:00Z",
  },
});

const map: Schemas["MapView"] = {
  type: "FeatureCollection",
  features: [place("3/1/1", 2, [1, 50]), arc("a"), place("3/2/1", 7, [13.4, 52.5]), arc("a")],
  unplaced_sessions: 0,
  is_truncated: false,
};

describe("the map's answer", () => {
  it("gives the busiest place first, and each case once", () => {
    expect(placesOf(map).map(({ id }) => id)).toEqual(["3/2/1", "3/1/1"]);
    expect(casesOf(arcsOf(map)).map(({ case_id }) => case_id)).toEqual(["a"]);
  });

  it("fits into the box of its points and the ends of its lines", () => {
    expect(boxOf(placesOf(map), arcsOf(map))).toEqual([-3.7, 40.4, 13.4, 52.5]);
    expect(boxOf([], [])).toBeNull();
  });

  it("names a place by what all that is there share", () => {
    const { properties } = place("3/1/1", 1, [0, 0]);
    expect(nameOf(properties, english, "en")).toBe("Berlin, Germany");
    expect(nameOf({ ...properties, city: null }, english, "de")).toBe("Deutschland");
    expect(nameOf({ ...properties, city: null, country: null }, english, "en")).toBe(
      english.severalPlaces,
    );
    expect(countryOf("local", "en")).toBe("local");
  });

  it("draws more sessions as a larger circle, within bounds", () => {
    expect(widthOf(1)).toBeLessThan(widthOf(10));
    expect(widthOf(10 ** 9)).toBe(56);
  });

  it("glows the wider the more there is, the busiest place the widest", () => {
    expect(glowOf(0, 10)).toBe(40);
    expect(glowOf(5, 10)).toBeLessThan(glowOf(6, 10));
    expect(glowOf(10, 10)).toBe(160);
  });
});

describe("the part of the world that is seen", () => {
  it("is asked for within the earth, and the whole of it without a box", () => {
    expect(asked([-10.5, 49.8, 2.1, 60.9])).toBe("-10.5000,49.8000,2.1000,60.9000");
    expect(asked([-200, -95, 0, 95])).toBe("-180.0000,-90.0000,0.0000,90.0000");
    expect(asked([-200, -95, 200, 95])).toBeUndefined();
  });

  it("is read from the address, and nothing from what is none", () => {
    expect(sightOf("5/51.5/-0.12")).toEqual({ zoom: 5, latitude: 51.5, longitude: -0.12 });
    for (const text of [null, "", "5", "5/x/0", "5/91/0", "-1/0/0", "1/2/3/4"]) {
      expect(sightOf(text)).toBeUndefined();
    }
  });
});
