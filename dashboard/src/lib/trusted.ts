/** What is trusted, as a form says it and as lists tell it. */
import type { Schemas } from "./api";
import { startOfDay } from "./filters";
import type { Words } from "./language.svelte";

export const KINDS = ["network", "device", "place", "user"] as const;

/** What a form holds: a field each, whatever the kind. */
export interface Wanted {
  kind: (typeof KINDS)[number];
  device_id: string;
  network: string;
  latitude: number;
  longitude: number;
  radius_km: number;
  user_id: string;
  until: string;
  note: string;
}

export const NOTHING: Wanted = {
  kind: "network",
  device_id: "",
  network: "",
  latitude: 0,
  longitude: 0,
  radius_km: 20,
  user_id: "",
  until: "",
  note: "",
};

/** Return what is sent: of the fields those that the kind has. */
export function bodyOf(wanted: Wanted): Schemas["NewTrustedEntry"] {
  const { kind, device_id, network, latitude, longitude, radius_km } = wanted;
  const whats = {
    device: { kind: "device", device_id: device_id.trim() },
    network: { kind: "network", network: network.trim() },
    place: { kind: "place", latitude, longitude, radius_km },
    user: { kind: "user" },
  } as const;
  // What is valid until a day is so until that day ends.
  const expires_at = startOfDay(wanted.until, 1);
  return {
    what: whats[kind],
    ...(wanted.user_id && { user_id: wanted.user_id }),
    ...(expires_at && { expires_at }),
    ...(wanted.note.trim() && { note: wanted.note.trim() }),
  };
}

/** Return what an entry is about. */
export function nameOf(entry: Schemas["TrustedEntryView"], words: Words): string {
  const { what } = entry;
  const persons = [entry.user_name, entry.other_user_name].map((name) => name ?? words.unnamed);
  return {
    device: what.device_id ?? words.unknown,
    network: what.network ?? words.unknown,
    place: [[what.latitude, what.longitude].join(", "), `${what.radius_km ?? "?"} km`].join(" · "),
    user: persons[0] ?? words.unnamed,
    pair: persons.join(" · "),
  }[what.kind];
}
