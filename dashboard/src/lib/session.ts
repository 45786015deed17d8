/** What a session is called: its item, its decision, its place, in the words of a language. */
import type { Schemas } from "./api";
import type { Words } from "./language.svelte";

type Session = Schemas["SessionView"];

const DECISIONS = {
  direct_play: "directPlay",
  direct_stream: "directStream",
  transcode: "transcode",
} as const;

/** Return how a stream is delivered; what is not known is a group of its own. */
export function decisionOf(streamType: string | null | undefined, words: Words): string {
  return words[DECISIONS[streamType as keyof typeof DECISIONS] ?? "unknown"];
}

/** Return what a kind of content is called; one that the pages do not know keeps its name. */
export function kindOf(contentType: string, words: Words): string {
  const names: Record<string, string> = {
    movie: words.movies,
    tvshow: words.shows,
    tvshow_season: words.seasons,
    tvshow_episode: words.episodes,
    music_artist: words.artists,
    music_album: words.albums,
    music_track: words.music,
    livetv_program: words.liveTv,
  };
  return names[contentType] ?? contentType;
}

/** Return the head of what is watched: the show's title, or the item's. */
export function headOf(session: Session): string {
  return session.show_title ?? session.title ?? session.content_id;
}

/** Return what tells an episode from the others of its show; nothing of anything else. */
export function episodeOf(session: Session): string {
  if (session.show_title == null) return "";
  const { season_number: season, episode_number: episode } = session;
  const number = season != null && episode != null ? `S${season} E${episode}` : null;
  return [number, session.title].filter(Boolean).join(" · ");
}

/** Return what is said below the head: the episode, the album of a track, a programme's channel. */
export function lineBelow(session: Session): string {
  const { artist, album, channel_title } = session;
  return episodeOf(session) || channel_title || [artist, album].filter(Boolean).join(" · ");
}

/** Return where somebody is: city and country, as far as they are known. */
export function placeOf(place: Schemas["PlaceView"], words: Words): string {
  const known = [place.city, place.country].filter(Boolean).join(", ");
  if (known) return known;
  return place.network_class === "local" ? words.localNetwork : words.somewhere;
}

/** Return the state of a session that goes on, or that it ended. */
export function stateOf(state: string, words: Words): string {
  if (state === "paused") return words.paused;
  if (state === "buffering") return words.buffering;
  return state === "stopped" ? words.ended : words.playing;
}

/** Return how far the item was played, 0 to 1; null where its length is not known. */
export function shareOf(
  session: Session,
  position: number = session.progress_seconds,
): number | null {
  if (!session.duration_seconds) return null;
  return Math.min(1, position / session.duration_seconds);
}

/** A source that is heard of seldomer is not known to go on as it did. */
const HEARD_EACH_MS = 60_000;

/** Return how far a stream is now, in seconds: while it plays it goes on between two reports. */
export function positionOf(session: Session, now: number): number {
  const { progress_seconds: told, duration_seconds: length } = session;
  if (session.state !== "playing") return told;
  const since = Math.min(HEARD_EACH_MS, Math.max(0, now - Date.parse(session.last_seen_at)));
  const position = told + since / 1000;
  return length == null ? position : Math.max(told, Math.min(length, position));
}

/** Return the quality in few words: resolution, codec, container. */
export function qualityOf(session: Session): string {
  return [session.resolution, session.video_codec ?? session.audio_codec, session.container]
    .filter(Boolean)
    .join(" · ");
}
