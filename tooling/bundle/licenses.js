import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What packages call the file with their licence, and that with whom to name. */
const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;

/** The folder of the package, of a registry, that a module is in; undefined for our own. */
function packageOf(module) {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
}

/**
 * The licences of all packages that stand in a bundle, by name: most of them ask to be handed on with the code. A package without such a
 * file is told by the name of its licence alone.
 */
export function licensesOf(modules) {
  const folders = new Set([...modules].map(packageOf).filter((folder) => folder !== undefined && existsSync(join(folder, "package.json"))));
  const texts = [...folders].map((folder) => {
    const { name, version, license = "no licence named" } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
    const parts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
    return [`${name} ${version} (${license})`, ...parts].join("\n\n");
  });
  return [...new Set(texts)].sort().join(`\n\n${"-".repeat(80)}\n\n`) + "\n";
}
