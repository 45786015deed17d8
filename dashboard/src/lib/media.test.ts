import { expect, test } from "vitest";

import { groupOf, mediumOf, pageOfMedia, partsOf, showOf, titleFilterOf } from "./media";

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

function content(id: string, part_id: string | null, plays: number) {
  const names = { title: id, season_number: 1, episode_number: null, album: null, users: 1 };
  const watched_seconds = 60 * plays;
  return {
    id,
    part_id,
    content_type: "tvshow_episode",
    ...names,
    plays,
    completed: 0,
    watched_seconds,
  };
}

test("a show's episodes are told by season, with what was played of each", () => {
  const parts = partsOf("show", [
    content("a", "s:1", 2),
    content("b", "s:1", 1),
    content("c", null, 4),
  ]);
  expect(parts.map(({ id, kind, plays, watched_seconds }) => [id, kind, plays, watched_seconds])) //
    .toEqual([
      ["s:1", "season", 3, 180],
      [null, "season", 4, 240],
    ]);
  expect(parts[0]?.contents.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("what a season or a channel has is one part", () => {
  const parts = partsOf("channel", [content("a", null, 2), content("b", null, 1)]);
  expect(parts.map(({ kind, contents }) => [kind, contents.length])).toEqual([[null, 2]]);
  expect(partsOf("album", [])).toEqual([]);
});

test("an item has no contents, and a season leads back to its show", () => {
  expect(groupOf({ kind: "track", key: "t" })).toBeUndefined();
  expect(groupOf({ kind: "album", key: "a" })).toEqual({ kind: "album", key: "a" });
  expect(showOf({ kind: "season", key: "a:b:2" })).toEqual({ kind: "show", key: "a:b" });
  expect(showOf({ kind: "show", key: "a:2" })).toBeUndefined();
});
