/** What a build may weigh, and whom it may ask: Vite refuses one that goes beyond. */
import { gzipSync } from "node:zlib";

import type { Plugin } from "vite";

/** Bytes of JavaScript, compressed, that the first view needs before it can begin. */
export const INITIAL_BYTES = 150_000;

/** Large packages that only the pages with a chart or a map load, when they are shown. */
const LATE = ["echarts", "zrender", "leaflet", "topojson-client", "world-atlas"];

/** Hosts that appear in code but are never asked: names of formats, words for people, examples. */
const NEVER_ASKED = [
  "www.w3.org",
  "svelte.dev",
  "leafletjs.com",
  "discord.com",
  // What this network's servers may be called, as a form shows.
  "192.168.1.4",
];

/** A file of JavaScript that was built. */
export interface Script {
  fileName: string;
  code: string;
  isEntry: boolean;
  /** Files that it cannot begin without. */
  imports: readonly string[];
  /** Paths of the sources in it. */
  moduleIds: readonly string[];
}

/** Return the scripts that must have come before anything is shown. */
export function initial(scripts: readonly Script[]): Script[] {
  const named = new Map(scripts.map((script) => [script.fileName, script]));
  const found = new Set(scripts.filter((script) => script.isEntry));
  for (const script of found) {
    for (const name of script.imports) {
      const needed = named.get(name);
      if (needed) found.add(needed); // a Set gives what is added while one walks through it
    }
  }
  return [...found];
}

/** Return what is wrong with a build, a sentence each; nothing if all is well. */
export function excesses(scripts: readonly Script[], texts: Record<string, string>): string[] {
  const first = initial(scripts);
  const bytes = first.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  const words = " (words alone belong in NEVER_ASKED of budget.ts)";
  const weight = `The initial JavaScript is ${bytes} bytes, compressed: ${INITIAL_BYTES} are allowed.`;
  return [
    ...(bytes > INITIAL_BYTES ? [weight] : []),
    ...LATE.filter((name) => first.some((script) => holds(script, name))).map(
      (name) => `${name} is in the initial JavaScript: import() it where it is shown.`,
    ),
    ...Object.entries(texts).flatMap(([file, text]) =>
      strangers(text).map(
        (host) => `${file} names ${host}: nothing is fetched from elsewhere${words}.`,
      ),
    ),
  ];
}

function holds(script: Script, name: string): boolean {
  return script.moduleIds.some((id) => id.includes(`/node_modules/${name}/`));
}

/** Return the hosts that a text names and that are not known to be words alone. */
function strangers(text: string): string[] {
  const hosts = [...text.matchAll(/https?:\/\/([a-z0-9.-]+)/gi)].map((found) => found[1] ?? "");
  return [...new Set(hosts)].filter((host) => !NEVER_ASKED.includes(host));
}

/** Fail a build that weighs too much, loads charts or the map too early, or asks elsewhere. */
export function budget(): Plugin {
  return {
    name: "budget",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const scripts = files.filter((file) => file.type === "chunk");
      const texts = files.map((file) => [
        file.fileName,
        file.type === "chunk" ? file.code : written(file.fileName, file.source),
      ]);
      const found = excesses(scripts, Object.fromEntries(texts) as Record<string, string>);
      if (found.length > 0) this.error(found.join("\n"));
    },
  };
}

function written(name: string, source: string | Uint8Array): string {
  if (typeof source === "string") return source;
  return /\.(css|html|svg)$/.test(name) ? new TextDecoder().decode(source) : "";
}
