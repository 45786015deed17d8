/** What the API tells of people, in the words of a language. */
import type { Schemas } from "./api";
import type { Words } from "./language.svelte";

/** Return what a sharing score, 0 to 100, means. */
export function scoreOf(score: number, words: Words): string {
  if (score <= 0) return words.scoreNone;
  if (score < 25) return words.scoreLittle;
  return score < 50 ? words.scoreSome : words.scoreMuch;
}

/** Return what a household is to a person. */
export function householdOf(kind: Schemas["HouseholdClass"], words: Words): string {
  return {
    home: words.home,
    second_home: words.secondHome,
    work: words.work,
    travelling: words.travelling,
    stranger: words.stranger,
    mobile: words.mobile,
    anonymous: words.anonymous,
    unknown: words.unknown,
  }[kind];
}

/** Return how much somebody watches and what they like most: "heavy viewer · films". */
export function habitOf(figures: Schemas["PersonFigures"], words: Words): string {
  const types = { heavy: words.heavy, regular: words.regular, light: words.light };
  const tastes = {
    movies: words.movies,
    shows: words.shows,
    music: words.music,
    live_tv: words.liveTv,
    mixed: words.mixed,
  };
  return [figures.type && types[figures.type], figures.taste && tastes[figures.taste]]
    .filter(Boolean)
    .join(" · ");
}

/** Return whether somebody watched, did not, or has long been silent. */
export function activityOf(figures: Schemas["PersonFigures"], words: Words): string {
  if (figures.archived) return words.archived;
  if (figures.dormant) return words.dormant;
  return figures.active ? words.active : words.inactive;
}

/** Return a place as it is known: city, region and country. */
export function townOf(
  place: { city: string | null; region: string | null; country: string | null } | null,
  words: Words,
): string {
  return (
    [place?.city ?? place?.region, place?.country].filter(Boolean).join(", ") || words.somewhere
  );
}
