import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { budget } from "./budget.ts";

export default defineConfig({
  plugins: [svelte(), budget()],
  build: {
    chunkSizeWarningLimit: 600, // the charts, which only pages with charts load
    target: "es2022",
    // One small file first; charts and the map come when a page asks for them.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the pages' policy allows no data: scripts or styles
  },
  server: {
    // `make run` beside it answers what the page asks.
    proxy: { "/api": "http://localhost:8080" },
  },
  test: { include: ["*.test.ts", "src/**/*.test.ts"] },
});
