import { expect, test } from "vitest";

import { excesses, initial, INITIAL_BYTES, type Script } from "./budget.ts";

const script = (fileName: string, ...imports: string[]): Script => ({
  fileName,
  code: "",
  isEntry: fileName === "index.js",
  imports,
  moduleIds: [],
});

test("what the first file needs, and what that needs, is initial, in a circle too", () => {
  const scripts = [
    script("index.js", "words.js"),
    script("words.js", "format.js"),
    script("format.js", "words.js"),
    script("page.js", "format.js"),
  ];
  expect(initial(scripts).map(({ fileName }) => fileName)).toEqual([
    "index.js",
    "words.js",
    "format.js",
  ]);
});

test("a build within the budget that asks nobody is well", () => {
  const words = `"http://www.w3.org/2000/svg"`;
  expect(excesses([script("index.js")], { "index.js": words })).toEqual([]);
});

test("a build is refused for its weight after compression, that of other pages apart", () => {
  const noise = Array.from({ length: INITIAL_BYTES }, (_, n) => (n * 2654435761).toString(36));
  const heavy = { ...script("heavy.js"), code: noise.join("") };
  expect(excesses([script("index.js"), heavy], {})).toEqual([]);
  expect(excesses([script("index.js", "heavy.js"), heavy], {})).toEqual([
    expect.stringMatching(/^The initial JavaScript is \d{6,} bytes/),
  ]);
});

test("a build is refused whose first view waits for the charts", () => {
  const charts = { ...script("charts.js"), moduleIds: ["/a/node_modules/echarts/core.js"] };
  expect(excesses([script("index.js"), charts], {})).toEqual([]);
  expect(excesses([script("index.js", "charts.js"), charts], {})).toEqual([
    "echarts is in the initial JavaScript: import() it where it is shown.",
  ]);
});

test("a build is refused that names a host of others", () => {
  const style = "@import url(https://fonts.example.org/inter.css)";
  expect(excesses([], { "index.css": style })).toEqual([
    expect.stringMatching(/^index.css names fonts.example.org: nothing is fetched from elsewhere/),
  ]);
});
