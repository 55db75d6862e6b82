// A plugin of Vite for the build: the page's bundle without what the page does not use.
//
// It replaces modules and text of the pinned versions. A replacement that nothing needs any more
// stops the build: a package changed, and the bundle would quietly have the rest of it again.

import { fileURLToPath, URL } from "url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const unused = here("./unused.js");

// By what the packages import.
const MODULES = [
  [/^react-router(\/dom)?$/, here("./router.jsx")],
  [/^universal-cookie$/, unused],
  [/^mergician$/, unused],
  [/\/utils\/helpers\/upload$/, unused],
  [/^\.\/(transports\/)?(polling-(xhr|fetch)|webtransport)(\.node)?\.js$/, unused], // engine.io-client
  [/^\.\/(is-)?binary\.js$/, unused], // socket.io-parser
];

// An `eval` in a module keeps everything that is in it, and every name. The other is the table of
// all modules for components that the server sends as text: it keeps all they export.
const TEXT = [
  [/\/utils\/state\.js$/, /\beval\(/g, "(0, eval)("],
  [/\/app\/root\.jsx$/, /window\.__reflex = \{[^}]*\};/g, ""],
];

// Two files: packages, which a deploy seldom changes, and the page. What is imported with `import()`
// has files of its own.
const GROUPS = [
  { name: "packages", priority: 2, test: /node_modules|rolldown.runtime/, tags: ["$initial"] },
  { name: "page", priority: 1, tags: ["$initial"] },
];

export default function bundle() {
  const found = new Set();
  return {
    name: "crm-bundle",
    enforce: "pre",
    apply: "build",
    applyToEnvironment: ({ name }) => name === "client",
    config: () => ({
      environments: {
        client: {
          build: {
            modulePreload: false, // what is imported with `import()` needs nothing that is not there
            rollupOptions: { output: { codeSplitting: { groups: GROUPS } } },
          },
        },
      },
    }),
    resolveId(source) {
      const replaced = MODULES.find(([module]) => module.test(source));
      found.add(replaced);
      return replaced?.[1];
    },
    transform(code, id) {
      const change = TEXT.find(([module]) => module.test(id.split("?")[0]));
      if (!change || code.search(change[1]) < 0) return undefined;
      found.add(change);
      return { code: code.replaceAll(change[1], change[2]), map: null };
    },
    buildEnd() {
      const missing = [...MODULES, ...TEXT].filter((each) => !found.has(each)).map(([module]) => module);
      if (missing.length > 0) this.error(`not in this version of Reflex or its packages: ${missing.join(", ")}`);
    },
  };
}
