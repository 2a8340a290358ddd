// Stands the apps' binaries in node_modules/.bin under upstream's names. Making the root depend on the apps would do the same, but
// then every package would count as depending on every other, and neither the floors nor the build cache would hold.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./lib/workspace.mjs";

const folder = join(root, "node_modules", ".bin");
mkdirSync(folder, { recursive: true });
for (const app of readdirSync(join(root, "apps"))) {
  const { bin = {} } = JSON.parse(readFileSync(join(root, "apps", app, "package.json"), "utf8"));
  for (const [name, file] of Object.entries(bin)) {
    const link = join(folder, name);
    rmSync(link, { force: true });
    symlinkSync(relative(folder, join(root, "apps", app, file)), link);
  }
}
