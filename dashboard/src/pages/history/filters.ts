/** What the history can be narrowed to: the names are the API's own, but for the days. */
export const FILTERS = [
  "search",
  "content_type",
  "stream_type",
  "from",
  "to",
  "user_id",
  "server_id",
  "library_id",
  "state",
  "platform",
  "country",
  "network",
  "device_id",
  "title",
] as const;

export type Filter = (typeof FILTERS)[number];
export type Given = Partial<Record<Filter, string>>;

/** Those that are not in sight until they are asked for, or set. */
export const FURTHER: readonly Filter[] = [
  "server_id",
  "library_id",
  "state",
  "platform",
  "country",
  "network",
];
