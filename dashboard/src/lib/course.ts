/** What happened in a session, one thing after the other, in words. */
import type { Schemas } from "./api";
import type { Words } from "./language.svelte";
import { decisionOf, placeOf, stateOf } from "./session";

type Session = Schemas["SessionDetail"];
type Stream = Schemas["StreamView"]["stream"];

export interface Event {
  at: string;
  /** How long it lasted, in seconds; null while it does. */
  lasted: number | null;
  what: string;
  /** What it was like. */
  how: string;
}

/** Return where a session played, how it was delivered and when it did not play, in order. */
export function courseOf(session: Session, words: Words): Event[] {
  return [
    ...session.segments.map((each) => ({
      ...spanned(each),
      what: placeOf(each.place, words),
      how: [each.ip_address, each.place.organisation].filter(Boolean).join(" · "),
    })),
    ...session.streams.map((each) => ({
      ...spanned(each),
      what: decisionOf(text(each.stream["stream_type"]), words),
      how: deliveryOf(each.stream),
    })),
    ...session.interruptions.map((each) => ({
      ...spanned(each),
      what: stateOf(each.state, words),
      how: "",
    })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Return how something was delivered: `2160p hevc → 1080p h264 · bandwidth`. */
export function deliveryOf(stream: Stream): string {
  const values = (...names: string[]): string =>
    names
      .map((name) => text(stream[name]))
      .filter(Boolean)
      .join(" ");
  const source = values("resolution", "video_codec", "audio_codec");
  const sent = values(
    "stream_resolution",
    "stream_video_codec",
    "stream_video_dynamic_range",
    "stream_audio_codec",
    "stream_container",
  );
  const ways = [source, sent].filter(Boolean).join(" → ");
  return [ways, text(stream["transcode_reasons"]), text(stream["transcode_hardware"])]
    .filter(Boolean)
    .join(" · ");
}

function spanned(each: { started_at: string; ended_at: string | null }): {
  at: string;
  lasted: number | null;
} {
  const lasted =
    each.ended_at === null
      ? null
      : (Date.parse(each.ended_at) - Date.parse(each.started_at)) / 1000;
  return { at: each.started_at, lasted };
}

function text(value: Stream[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
