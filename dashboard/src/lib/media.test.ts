import { expect, test } from "vitest";

import { mediumOf, pageOfMedia, titleFilterOf } from "./media";

test("a page's address leads back to what it is of, whatever that is called", () => {
  for (const key of ["c1", "A/B - 100 % #1?", "Björk"]) {
    const path = new URL(pageOfMedia("artist", key), "http://localhost").pathname;
    expect(mediumOf(path)).toEqual({ kind: "artist", key });
  }
});

test("what is no page of media is none", () => {
  for (const path of ["/media", "/media/opera/x", "/media/show", "/media/show/", "/media/show/%"]) {
    expect(mediumOf(path)).toBeUndefined();
  }
});

test("sessions of tracks and programmes are those of items", () => {
  expect(titleFilterOf({ kind: "programme", key: "p1" })).toBe("item/p1");
  expect(titleFilterOf({ kind: "album", key: "A - B" })).toBe("album/A - B");
});
