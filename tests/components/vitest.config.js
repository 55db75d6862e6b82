import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vitest/config";

const COMPONENTS = join(import.meta.dirname, "../../crm_app/components");
const sources = readdirSync(COMPONENTS, { recursive: true }).filter((path) => /\.jsx?$/.test(path));

export default defineConfig({
  resolve: {
    alias: sources.map((path) => ({ find: `$/browser/${basename(path)}`, replacement: join(COMPONENTS, path) })),
    dedupe: ["react", "react-dom"], // the sources have no node_modules above them
  },
  test: {
    environment: "jsdom",
    setupFiles: "./setup.js",
    pool: "threads",
    isolate: false,
  },
});
