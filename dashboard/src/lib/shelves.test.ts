import { describe, expect, it } from "vitest";

import english from "../locales/en";
import {
  growthOf,
  identified,
  lacksOf,
  latestOf,
  outlookOf,
  qualitiesOf,
  titleOf,
} from "./shelves";

const grown = (day: string, content_type: string, size_bytes: number) => ({
  day,
  content_type,
  size_bytes,
  items: 1,
  files: 1,
  duration_seconds: 1,
  items_change: 0,
  size_change_bytes: 0,
});

const NOW = Date.parse("2026-11-20T12:00:00Z");
const [FIRST, SECOND] = [Date.parse("2026-11-18"), Date.parse("2026-11-19")];

describe("growth", () => {
  it("is a line per kind through all days, at 0 where there was none", () => {
    const points = [grown("2026-11-18", "movie", 5), grown("2026-11-19", "track", 2)];
    expect(growthOf(points, (kind) => kind.toUpperCase())).toEqual([
      {
        name: "MOVIE",
        data: [
          [FIRST, 5],
          [SECOND, 0],
        ],
      },
      {
        name: "TRACK",
        data: [
          [FIRST, 0],
          [SECOND, 2],
        ],
      },
    ]);
  });
});

describe("the outlook", () => {
  const points = [grown("2026-11-18", "movie", 5), grown("2026-11-18", "track", 2)];
  const backtest = { forecasts: 0, held: 0, share: null };

  it("goes on from what there is now, with the interval as a band", () => {
    const forecast = {
      days: 30,
      status: "ok",
      expected_bytes: 20,
      low_bytes: 15,
      high_bytes: 26,
      backtest,
    };
    const later = NOW + 30 * 86_400_000;
    expect(outlookOf(points, 10, [forecast], NOW)).toEqual({
      past: [
        [FIRST, 7],
        [NOW, 10],
      ],
      expected: [
        [NOW, 10],
        [later, 20],
      ],
      low: [
        [NOW, 10],
        [later, 15],
      ],
      spread: [
        [NOW, 0],
        [later, 11],
      ],
    });
  });

  it("is none where too little is known", () => {
    const none = {
      days: 30,
      status: "not_enough_data",
      expected_bytes: null,
      low_bytes: null,
      high_bytes: null,
      backtest,
    };
    expect(outlookOf(points, 10, [none], NOW).expected).toEqual([]);
  });
});

describe("qualities", () => {
  const points = [
    { day: "2026-11-18", value: "1080p", files: 1, size_bytes: 1, share_of_files: 1 },
    { day: "2026-11-19", value: "1080p", files: 2, size_bytes: 2, share_of_files: 2 / 3 },
    { day: "2026-11-19", value: null, files: 1, size_bytes: 1, share_of_files: 1 / 3 },
  ];

  it("are shares of files in percent, and what is not told has a name", () => {
    expect(qualitiesOf(points, "Unknown").map(({ name, data }) => [name, data.at(-1)])).toEqual([
      ["1080p", [SECOND, 66.7]],
      ["Unknown", [SECOND, 33.3]],
    ]);
  });

  it("are listed as they were last", () => {
    expect(latestOf(points).map(({ value }) => value)).toEqual(["1080p", null]);
    expect(latestOf([])).toEqual([]);
  });
});

describe("items", () => {
  it("are called by their show, or by their year", () => {
    const film = { title: "Metropolis", show_title: null, year: 1927 };
    const episode = { title: "Dawn", show_title: "Earth", season_number: 1, episode_number: 2 };
    expect(titleOf(film, english)).toBe("Metropolis (1927)");
    expect(titleOf(episode, english)).toBe("Earth · S1 E2 · Dawn");
    expect(titleOf({ title: null, show_title: null }, english)).toBe(english.unknown);
  });

  it("have ids of their own in a list", () => {
    const row = { library_id: "a", item_id: "1" };
    expect(new Set(identified([row, row]).map(({ id }) => id)).size).toBe(2);
  });
});

describe("what is not known of an item", () => {
  it("is said in words, and what has none as it is called", () => {
    expect(lacksOf(["year", "artist", "cover"], english)).toBe("year, artist, cover");
  });
});
