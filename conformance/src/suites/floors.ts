import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Suite } from "../harness.ts";
import { root } from "../paths.ts";

/** Runs the check of the floors in a folder. */
function boundaries(folder: string): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules", ".bin", "turbo"), ["boundaries"], {
    cwd: folder,
    encoding: "utf8",
  });
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

/** A copy of the tree without what is built or installed. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "ferula-floors-"));
  const isKept = (path: string): boolean => !/\/(node_modules|dist|build|\.turbo|\.cache|\.git|data)(\/|$)/.test(path.slice(root.length));
  cpSync(root, copy, { recursive: true, filter: isKept });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Adds a dependency to a package, as its manifest would have it, and an import of it. */
function addImport(tree: string, from: string, to: string): void {
  const manifestPath = join(tree, from, "package.json");
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as { dependencies: Record<string, string> };
  manifest.dependencies[to] = "workspace:*";
  writeFileSync(manifestPath, JSON.stringify(manifest));
  appendFileSync(join(tree, from, "src", "index.ts"), `\nimport "${to}";\n`);
}

const climbing = [
  { from: "packages/bytes", to: "@ferula/model", why: "from the ground to the nouns" },
  { from: "packages/model", to: "@ferula/tsdb", why: "from the nouns to an engine" },
  { from: "packages/tsdb", to: "@ferula/scrape", why: "from an engine to a service" },
  { from: "packages/tsdb", to: "@ferula/promql", why: "from an engine to its neighbour" },
  { from: "packages/scrape", to: "@ferula/server", why: "from a service to an app" },
];

export const floors: Suite = {
  name: "floors",
  about: "an import only goes down, and one that climbs is refused",
  checks: () => [
    {
      name: "the tree as it is passes",
      run() {
        const { ok, output } = boundaries(root);
        expect(ok, output);
      },
    },
    ...climbing.map(({ from, to, why }) => ({
      name: `an import ${why} is refused (${from} → ${to})`,
      run() {
        const tree = copyOfTree();
        try {
          addImport(tree, from, to);
          const { ok, output } = boundaries(tree);
          expect(!ok && output.includes(to), `the import passed:\n${output}`);
        } finally {
          rmSync(tree, { recursive: true });
        }
      },
    })),
  ],
};
