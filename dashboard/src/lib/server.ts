/** What is known of a media server's trial. */
import { answered, api, type Schemas } from "./api";
import type { Words } from "./language.svelte";

/** The kinds of media servers, and what each is called. */
export const SERVERS = { plex: "Plex", jellyfin: "Jellyfin", emby: "Emby" } as const;

export type ServerKind = keyof typeof SERVERS;

const PAUSE_MS = 1000;
const PATIENCE = 30;

/** Return a media server once it has been tried out; as it is, if that takes too long. */
export async function tried(
  server_id: string,
  pauseMs = PAUSE_MS,
): Promise<Schemas["MediaServerView"]> {
  for (let times = 1; ; times += 1) {
    const server = await answered(
      api.GET("/api/v1/admin/sources/{server_id}", { params: { path: { server_id } } }),
    );
    if (!server.is_being_tried || times === PATIENCE) return server;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Return whether a media server works, or why that is not known. */
export function stateOfServer(server: Schemas["MediaServerView"], words: Words): string {
  if (server.is_being_tried) return words.beingTried;
  if (!server.enabled) return words.disabled;
  if (server.works == null) return words.notTried;
  return server.works ? words.works : words.doesNotWork;
}
