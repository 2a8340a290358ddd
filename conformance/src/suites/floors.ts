import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Suite } from "../harness.ts";
import { root } from "../paths.ts";

/** The two that check the floors: the one reads manifests and imports, the other imports alone. */
const guards = {
  "turbo boundaries": ["turbo", "boundaries"],
  "the lint": ["oxlint", "--quiet", "packages"],
} as const;

type Guard = keyof typeof guards;

/** Lets a guard look at the tree in a folder. */
function look(guard: Guard, folder: string): { readonly ok: boolean; readonly output: string } {
  const [program, ...args] = guards[guard];
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules", ".bin", program), args, { cwd: folder, encoding: "utf8" });
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

/** Adds a dependency to a package, as its manifest would have it, and an import of it, while `work` is done. */
function withImport(tree: string, from: string, to: string, work: () => void): void {
  const paths = [join(tree, from, "package.json"), join(tree, from, "src", "index.ts")];
  const [manifestText, source] = paths.map((path) => readFileSync(path, "utf8"));
  const manifest = JSON.parse(manifestText) as { dependencies: Record<string, string> };
  manifest.dependencies[to] = "workspace:*";
  writeFileSync(paths[0], JSON.stringify(manifest));
  writeFileSync(paths[1], `${source}\nimport "${to}";\n`);
  try {
    work();
  } finally {
    writeFileSync(paths[0], manifestText);
    writeFileSync(paths[1], source);
  }
}

const climbing: readonly { readonly from: string; readonly to: string; readonly why: string; readonly guards: readonly Guard[] }[] = [
  { from: "packages/bytes", to: "@ferula/model", why: "from the ground to the nouns", guards: ["turbo boundaries", "the lint"] },
  { from: "packages/model", to: "@ferula/tsdb", why: "from the nouns to an engine", guards: ["turbo boundaries", "the lint"] },
  { from: "packages/relabel", to: "@ferula/tsdb/head", why: "from a codec into an engine", guards: ["the lint"] },
  { from: "packages/tsdb", to: "@ferula/scrape", why: "from an engine to a service", guards: ["turbo boundaries", "the lint"] },
  { from: "packages/tsdb", to: "@ferula/promql", why: "from an engine to its neighbour", guards: ["turbo boundaries"] },
  { from: "packages/scrape", to: "@ferula/server", why: "from a service to an app", guards: ["turbo boundaries", "the lint"] },
];

export const floors: Suite = {
  name: "floors",
  about: "an import only goes down, and one that climbs is refused",
  checks() {
    const tree = copyOfTree();
    process.once("exit", () => rmSync(tree, { recursive: true }));
    return [
      ...(Object.keys(guards) as Guard[]).map((guard) => ({
        name: `the tree as it is passes ${guard}`,
        run() {
          const { ok, output } = look(guard, root);
          expect(ok, output);
        },
      })),
      ...climbing.flatMap(({ from, to, why, guards: refusing }) =>
        refusing.map((guard) => ({
          name: `${guard} refuses an import ${why} (${from} → ${to})`,
          run() {
            withImport(tree, from, to, () => {
              const { ok, output } = look(guard, tree);
              expect(!ok && output.includes(to), `the import passed:\n${output}`);
            });
          },
        })),
      ),
    ];
  },
};
