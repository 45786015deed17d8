/** The first steps of whoever has just installed this, and which of them the API says are done. */
import { answered, api, type Schemas } from "./api";

export interface Installed {
  servers: readonly Schemas["MediaServerView"][];
  sources: readonly Schemas["SourceView"][];
  databases: readonly Schemas["PlaceDatabase"][];
  channels: readonly Schemas["ChannelView"][];
}

export interface Steps {
  /** Something tells what plays. */
  server: boolean;
  /** It is known where addresses are. */
  places: boolean;
  /** An alert has reached somebody. */
  alert: boolean;
}

/** Return which of the steps are done. */
export function stepsOf({ servers, sources, databases, channels }: Installed): Steps {
  return {
    server:
      servers.some((server) => server.enabled && server.works === true) ||
      sources.some((source) => source.revoked_at === null && source.last_event_at !== null),
    places: databases.some(({ name, status }) => name.startsWith("city") && status === "ready"),
    alert: channels.some((channel) => channel.enabled && channel.last_delivered_at !== null),
  };
}

/** Ask what there is. */
export async function look(): Promise<Installed> {
  const [servers, sources, health, channels] = await Promise.all([
    answered(api.GET("/api/v1/admin/sources")),
    answered(api.GET("/api/v1/admin/webhook-sources")),
    answered(api.GET("/api/v1/system/health")),
    answered(api.GET("/api/v1/notifications/channels")),
  ]);
  return {
    servers: servers.data,
    sources: sources.data,
    databases: health.place_databases,
    channels: channels.data,
  };
}

/** What one must be allowed to take the steps. */
export const GUIDED = [
  "analytics.sources.manage",
  "analytics.system.view",
  "analytics.notifications.manage",
] as const;
