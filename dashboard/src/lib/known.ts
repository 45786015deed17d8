/** What can be named in a form: id and name each; nothing where one may not read it. */
import { answered, api } from "./api";
import { person } from "./person.svelte";

type Named = [string, string][];

/** Return the people by name; who has none is called `unnamed`. */
export async function knownPeople(unnamed: string): Promise<Named> {
  if (!person.may("analytics.stats.view")) return [];
  const query = { limit: 500, order: "name" as const };
  const { data } = await answered(api.GET("/api/v1/admin/analytics/users", { params: { query } }));
  return data.map((each) => [each.user_id, each.name ?? unnamed]);
}

/** Return the libraries. */
export async function knownLibraries(): Promise<Named> {
  if (!person.may("analytics.library.view")) return [];
  const { data } = await answered(api.GET("/api/v1/analytics/libraries"));
  return data.map((each) => [each.id, each.name]);
}

/** What can be told apart of what was played. */
export type Countable = "server_id" | "platform" | "country";

/** Return what was played in the last year is of: the servers, the platforms, the countries. */
export async function playedKeys(by: Countable): Promise<[string, null][]> {
  if (!person.may("analytics.stats.view")) return [];
  const query = { by, window: "year" } as const;
  const { data } = await answered(api.GET("/api/v1/analytics/stats/plays", { params: { query } }));
  return data.flatMap(({ key }): [string, null][] => (key === null ? [] : [[key, null]]));
}
