import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What names a file by its place beside the source: `new URL("../build/kernels.wasm", import.meta.url)`. */
const FILE = /new URL\("([^"]+)", import\.meta\.url\)/g;

/** What names a package that a thread loads by itself: `import.meta.resolve("bcryptjs")`. */
const PACKAGE = /import\.meta\.resolve\("([^"]+)"\)/g;

/** What else would depend on where a source lies, and not find it. Whether sources or what was made of them run is no matter of place. */
const OTHER_PLACE = /import\.meta\.(?!url\.endsWith\()\w+/;

/**
 * A plugin for what sources name by their own place: it names each anew, beside the bundle, and notes what must stand there. Both maps are
 * by that name: `programs` has the sources of what threads run, `copies` the files and folders that are read.
 *
 * @param {{ programs: Map<string, string>, copies: Map<string, string> }} found
 */
export function filesBeside({ programs, copies }) {
  return {
    name: "files-beside",
    // What a source imports while it runs is a program of its own: few need it, and it costs the others nothing.
    resolveId: {
      filter: { id: /^\..*\.ts$/ },
      handler(specifier, importer, { kind }) {
        if (kind !== "dynamic-import") return null;
        const source = join(dirname(importer), specifier);
        const name = basename(source, ".ts");
        note(programs, name, source);
        return { id: `./${name}.js`, external: true };
      },
    },
    transform: {
      filter: { code: /import\.meta/, id: /\.ts$/ },
      async handler(code, id) {
        const [other] = code.replaceAll(FILE, "").replaceAll(PACKAGE, "").match(OTHER_PLACE) ?? [];
        if (other !== undefined)
          throw new Error(`cannot take along what ${id} names by ${other}: the text must stand in place, on one line`);
        for (const [, name] of code.matchAll(PACKAGE)) {
          const resolved = await this.resolve(name, id);
          if (resolved === null) throw new Error(`cannot find the package ${name}, which ${id} names`);
          note(programs, name, resolved.id);
        }
        // Each stays on its line: the map of the sources holds.
        const placed = code
          .replaceAll(FILE, (_, path) => urlOf(place(fileURLToPath(new URL(path, pathToFileURL(id))))))
          .replaceAll(PACKAGE, (_, name) => `${urlOf(`${name}.js`)}.href`);
        return placed === code ? null : { code: placed, map: null };
      },
    },
  };

  /** Notes a file, and returns its name beside the bundle. */
  function place(path) {
    const source = path.replace(/\.js$/, ".ts");
    if (source !== path && existsSync(source)) {
      note(programs, basename(source, ".ts"), source);
      return basename(path);
    }
    if (!existsSync(path)) throw new Error(`cannot find ${path}, which a source names; what it belongs to must be built first`);
    const owner = basename(packageOf(path));
    const name = path.endsWith("/") ? `${owner}/` : `${owner}-${basename(path)}`;
    note(copies, name, path);
    return name;
  }
}

/** One name is for one file: with two, one would be run or read for the other. */
function note(found, name, path) {
  const known = found.get(name);
  if (known !== undefined && known !== path) throw new Error(`cannot put both ${known} and ${path} beside the bundle as ${name}`);
  found.set(name, path);
}

function urlOf(name) {
  return `new URL("./${name}", import.meta.url)`;
}

/** The folder of the package that a file belongs to. */
function packageOf(path) {
  let folder = dirname(path);
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
