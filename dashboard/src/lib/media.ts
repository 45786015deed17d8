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

/** What consists of others. */
export interface Group extends Medium {
  kind: Schemas["GroupKind"];
}

type Content = Schemas["ContentView"];

/** The season or album that some of a group's contents are in, and what was played of these. */
export interface Part {
  /** As its page is asked for; null: nobody knows of which they are. */
  id: string | null;
  /** null: the group has no such parts. */
  kind: "season" | "album" | null;
  season: number | null;
  album: string | null;
  plays: number;
  watched_seconds: number;
  contents: Content[];
}

const GROUPS: readonly string[] = [
  "show",
  "season",
  "artist",
  "album",
  "channel",
] satisfies Schemas["GroupKind"][];

/** Return what consists of others, if this does. */
export function groupOf(medium: Medium): Group | undefined {
  return isGroup(medium) ? medium : undefined;
}

/** Return the contents of a show by season, of an artist by album, of all else as one part. */
export function partsOf(of: Schemas["GroupKind"], contents: readonly Content[]): Part[] {
  const kind = of === "show" ? "season" : of === "artist" ? "album" : null;
  const parts = new Map<string | null, Part>();
  for (const each of contents) {
    const id = kind && each.part_id;
    const part = parts.get(id) ?? {
      id,
      kind,
      season: each.season_number,
      album: each.album,
      plays: 0,
      watched_seconds: 0,
      contents: [],
    };
    part.plays += each.plays;
    part.watched_seconds += each.watched_seconds;
    part.contents.push(each);
    parts.set(id, part);
  }
  return [...parts.values()];
}

/** Return the show that a season is of, as it is asked for; undefined if this is no season. */
export function showOf({ kind, key }: Medium): Medium | undefined {
  const end = key.lastIndexOf(":");
  return kind === "season" && end > 0 ? { kind: "show", key: key.slice(0, end) } : undefined;
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

function isGroup(medium: Medium): medium is Group {
  return GROUPS.includes(medium.kind);
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
