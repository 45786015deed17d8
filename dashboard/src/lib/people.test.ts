import { expect, test } from "vitest";

import words from "../locales/en";
import { activityOf, habitOf, scoreOf, townOf } from "./people";

type Figures = Parameters<typeof habitOf>[0];

const figures = (given: Partial<Figures>): Figures =>
  ({ archived: false, dormant: false, active: true, type: null, taste: null, ...given }) as Figures;

test.each([
  [0, words.scoreNone],
  [1, words.scoreLittle],
  [24, words.scoreLittle],
  [25, words.scoreSome],
  [50, words.scoreMuch],
  [100, words.scoreMuch],
])("a sharing score of %i is told in words", (score, said) => {
  expect(scoreOf(score, words)).toBe(said);
});

test("who watched nothing has no habit", () => {
  expect(habitOf(figures({}), words)).toBe("");
  expect(habitOf(figures({ type: "heavy", taste: "movies" }), words)).toBe(
    `${words.heavy} · ${words.movies}`,
  );
});

test("an archived person is that before all else", () => {
  expect(activityOf(figures({ archived: true, dormant: true }), words)).toBe(words.archived);
  expect(activityOf(figures({ dormant: true }), words)).toBe(words.dormant);
});

test("a place without a city is told by its region", () => {
  expect(townOf({ city: null, region: "Skåne", country: "SE" }, words)).toBe("Skåne, SE");
  expect(townOf(null, words)).toBe(words.somewhere);
});
