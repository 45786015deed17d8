import { expect, test } from "vitest";

import { calledOf, hotspotsOf, matrixOf } from "./compatibility";

type Row = Parameters<typeof matrixOf>[0][number];

const row = (key: string, value: string, sessions: number, direct: number): Row =>
  ({
    key,
    value,
    sessions,
    direct,
    transcoded: sessions - direct,
    property: "resolution",
    score: (100 * direct) / sessions,
  }) as Row;

const ROWS = [row("Web", "1080p", 8, 8), row("Roku", "2160p", 20, 5), row("Roku", "1080p", 6, 4)];

test("a grid has a row per player and a column per value, the most played first", () => {
  expect(matrixOf(ROWS, "resolution")).toEqual({
    players: ["Roku", "Web"],
    values: ["2160p", "1080p"],
    cells: [
      [1, 1, 100],
      [0, 0, 25],
      [1, 0, 67],
    ],
  });
  expect(matrixOf(ROWS, "container").cells).toEqual([]);
});

test("where most is transcoded comes first", () => {
  const found = hotspotsOf(ROWS, "resolution");
  expect(found.map(({ key, value, transcoded }) => [key, value, transcoded])).toEqual([
    ["Roku", "2160p", 15],
    ["Roku", "1080p", 2],
    ["Web", "1080p", 0],
  ]);
});

test("what servers call 2160p is found as 4K", () => {
  expect(["2160p", "1080p", "hevc"].map(calledOf)).toEqual(["4K (2160p)", "1080p", "hevc"]);
});
