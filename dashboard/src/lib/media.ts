/** Items, shows, artists, albums and channels: where the page of each is. */
import type { Schemas } from "./api";

export type MediaKind = Schemas["MediaKind"];

/** What is ranked by: people, plays, or the time that it was played, the most or the least first. */
export type Order = "popular" | "plays" | "watched" | "least_watched";

const KINDS: readonly string[] = [
  "item",
  "show",
  "season",
  "artist",
  "album",
  "channel",
  "track",
  "programme",
] satisfies MediaKind[];

export interface Medium {
  kind: MediaKind;
  key: string;
}

/** Return the address of the page of an item or a group. */
export function pageOfMedia(kind: MediaKind, key: string): string {
  return `/media/${kind}/${encodeURIComponent(key)}`;
}

/** Return the address of the page of something that a library holds. */
export function pageOfItem(item: { content_type: string; item_id: string }): string {
  return pageOfMedia(item.content_type === "tvshow" ? "show" : "item", item.item_id);
}

/** Return whose page a path is; undefined if it is nobody's. */
export function mediumOf(path: string): Medium | undefined {
  const [, , kind, ...rest] = path.split("/");
  const key = decoded(rest.join("/"));
  return isKind(kind) && key ? { kind, key } : undefined;
}

/** Return how the list of sessions is asked for those of an item or a group. */
export function titleFilterOf({ kind, key }: Medium): string {
  return `${kind === "track" || kind === "programme" ? "item" : kind}/${key}`;
}

function isKind(text: string | undefined): text is MediaKind {
  return text !== undefined && KINDS.includes(text);
}

/** Return a part of an address as it was written; what nobody can have written is nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
