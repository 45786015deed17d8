import { expect, test } from "vitest";

import english from "../locales/en";
import { courseOf, deliveryOf } from "./course";

type Session = Parameters<typeof courseOf>[0];

const place = { city: "London", country: "GB", organisation: "A network", network_class: "public" };

test("a session is told in the order in which it happened", () => {
  const session = {
    segments: [{ started_at: "2026-11-20T10:00:00Z", ended_at: null, ip_address: null, place }],
    streams: [
      {
        started_at: "2026-11-20T10:30:00Z",
        ended_at: "2026-11-20T11:00:00Z",
        stream: { stream_type: "transcode", resolution: "2160p", stream_resolution: "1080p" },
      },
    ],
    interruptions: [
      { state: "paused", started_at: "2026-11-20T10:10:00Z", ended_at: "2026-11-20T10:12:00Z" },
    ],
  } as unknown as Session;
  expect(courseOf(session, english).map(({ what, lasted }) => [what, lasted])).toEqual([
    ["London, GB", null],
    ["Paused", 120],
    ["Transcode", 1800],
  ]);
});

test("a delivery says what became of the source, and why", () => {
  const stream = {
    resolution: "2160p",
    video_codec: "hevc",
    stream_resolution: "1080p",
    stream_video_codec: "h264",
    transcode_reasons: "bandwidth",
  };
  expect(deliveryOf(stream)).toBe("2160p hevc → 1080p h264 · bandwidth");
  expect(deliveryOf({ resolution: "720p" })).toBe("720p");
});
