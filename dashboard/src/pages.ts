/** The pages: where each is, what it is called, who may open it, and its code, loaded with it. */
import type { Component } from "svelte";

import type { Schemas } from "./lib/api";
import type { Words } from "./lib/language.svelte";

export interface PageOf {
  path: string;
  name: keyof Words & string;
  icon: string;
  /** What one must be allowed; of several, any. */
  permission: string | readonly string[];
  /** It is about who is signed in, who therefore must be somebody: some keys are nobody's. */
  own?: true;
  load: () => Promise<{ default: Component }>;
  /** Whether it is only reached from other pages. */
  unlisted?: true;
}

export const PAGES: readonly PageOf[] = [
  {
    path: "/",
    name: "now",
    icon: "M3 12h4l3-8 4 16 3-8h4",
    // Who may see no stream of others is told of their own alone.
    permission: ["analytics.sessions.view", "analytics.own.view"],
    load: () => import("./pages/Now.svelte"),
  },
  {
    path: "/history",
    name: "history",
    icon: "M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5M12 7v5l3 2",
    permission: "analytics.sessions.view",
    load: () => import("./pages/History.svelte"),
  },
  {
    path: "/sharing",
    name: "sharing",
    icon: "M16 3h5v5M21 3l-7 7M8 21H3v-5M3 21l7-7M12 8v4l2 2",
    permission: "analytics.violations.view",
    load: () => import("./pages/Sharing.svelte"),
  },
  {
    path: "/map",
    name: "map",
    icon: "M9 4 3 6v14l6-2 6 2 6-2V4l-6 2-6-2zM9 4v14M15 6v14",
    permission: "analytics.map.view",
    load: () => import("./pages/Map.svelte"),
  },
  {
    path: "/statistics",
    name: "statistics",
    icon: "M4 20V10M10 20V4M16 20v-7M22 20H2",
    permission: "analytics.stats.view",
    load: () => import("./pages/Statistics.svelte"),
  },
  {
    path: "/library",
    name: "library",
    icon: "M4 4h4v16H4zM10 4h4v16h-4zM16.5 5l3.5-1 3 15.5-3.5 1z",
    permission: "analytics.library.view",
    load: () => import("./pages/Library.svelte"),
  },
  {
    path: "/live-tv",
    name: "liveTv",
    icon: "M3 7h18v12H3zM8 3l4 4 4-4M7 22h10",
    permission: "analytics.stats.view",
    load: () => import("./pages/LiveTv.svelte"),
  },
  {
    path: "/music",
    name: "music",
    icon: "M9 18V6l11-2v12M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM20 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
    permission: "analytics.stats.view",
    load: () => import("./pages/Music.svelte"),
  },
  {
    path: "/media",
    name: "titles",
    icon: "",
    permission: "analytics.stats.view",
    load: () => import("./pages/Media.svelte"),
    unlisted: true,
  },
  {
    path: "/users",
    name: "users",
    icon: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2 21a7 7 0 0 1 14 0M16 3.5a4 4 0 0 1 0 7M18 14.5a7 7 0 0 1 4 6.5",
    permission: "analytics.stats.view",
    load: () => import("./pages/Users.svelte"),
  },
  {
    path: "/me",
    name: "me",
    icon: "M12 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10M3 22a9 9 0 0 1 18 0",
    permission: "analytics.own.view",
    own: true,
    load: () => import("./pages/Me.svelte"),
  },
  {
    path: "/settings",
    name: "settings",
    icon: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
    permission: [
      "analytics.sources.manage",
      "analytics.notifications.manage",
      "analytics.keys.manage",
      "analytics.audit.view",
      "analytics.system.view",
    ],
    load: () => import("./pages/Settings.svelte"),
  },
];

/** Return the pages that somebody may open. */
export function pagesFor(caller: Schemas["CallerView"]): PageOf[] {
  return PAGES.filter(
    ({ permission, own }) =>
      (!own || caller.user_id !== null) &&
      [permission].flat().some((each) => caller.permissions.includes(each)),
  );
}

/** Return the page of a path: the longest that it begins with. */
export function pageOf(path: string, pages: readonly PageOf[] = PAGES): PageOf | undefined {
  return pages.find(
    (page) => path === page.path || (page.path !== "/" && path.startsWith(`${page.path}/`)),
  );
}
