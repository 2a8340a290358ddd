import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const packages = new URL("../../", import.meta.url);

/** What a source file loads when it is loaded; imports of types are gone by then. */
function importsOf(source: string): readonly string[] {
  const statements = source.matchAll(/^(?:import|export)\s(?!type\s)(?:[^;"']*?\sfrom\s)?["']([^"']+)["']/gm);
  const called = source.matchAll(/\bimport\(["']([^"']+)["']\)/g);
  return [...statements, ...called].map((match) => match[1]);
}

/** Everything that the main entry of a package of ours loads: source files, and the names of packages that are not ours. */
function loadedBy(entry: URL): { readonly files: readonly string[]; readonly foreign: readonly string[] } {
  const files = new Set<string>();
  const foreign = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file.href)) continue;
    files.add(file.href);
    for (const specifier of importsOf(readFileSync(file, "utf8"))) {
      const own = /^@ferula\/([a-z-]+)$/.exec(specifier)?.[1];
      if (own !== undefined) waiting.push(new URL(`${own}/src/index.ts`, packages));
      else if (specifier.startsWith(".")) waiting.push(new URL(specifier, file));
      else foreign.add(specifier);
    }
  }
  return { files: [...files].map((href) => fileURLToPath(href)), foreign: [...foreign] };
}

test.each(["promql-syntax", "promql"])("%s loads nothing of Node's, and so runs in browsers", (name) => {
  const { files, foreign } = loadedBy(new URL(`${name}/src/index.ts`, packages));
  expect(files.length).toBeGreaterThan(40);
  expect(foreign.filter((specifier) => isBuiltin(specifier))).toEqual([]);
  const globals = /\b(?:Buffer|process|require)\s*[.(]/;
  expect(files.filter((file) => globals.test(readFileSync(file, "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")))).toEqual([]);
});

test("the entry for servers is what needs Node", () => {
  const { foreign } = loadedBy(new URL("promql/src/server.ts", packages));
  expect(foreign).toContain("node:worker_threads");
});
