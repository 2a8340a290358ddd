#!/usr/bin/env node
// Bundles the app of the working directory into `build/`: `main.js`, one program of `src/main.ts` and all that it imports, one more for each
// thread, and the files that they read. A program of hundreds of modules spends most of its start on finding, reading and linking them.
// Then it runs the app once, in a copy of the folder `warm-up/` and with this program's arguments, and keeps what V8 has compiled.
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { filesBeside } from "./files-beside.js";
import { licensesOf } from "./licenses.js";

/** A program that isn't up by then never will be. */
const WARM_UP_LIMIT_MS = 120_000;

const app = process.cwd();
const folder = join(app, "build");
// What is running from the folder shall never find half a bundle.
const draft = join(app, "build.draft");
rmSync(draft, { recursive: true, force: true });
mkdirSync(draft);

const programs = new Map([["main", join(app, "src", "main.ts")]]);
const copies = new Map();
const modules = new Set();
// Programs name further ones, which come at the end of the map and so are walked, too.
for (const [name, source] of programs) await bundle(name, source);
writeFileSync(join(draft, "licenses.txt"), licensesOf(modules));
for (const [name, path] of copies) cpSync(path, join(draft, name), { recursive: true });
copyFileSync(join(import.meta.dirname, "start.cjs"), join(draft, "start.js"));
writeFileSync(join(draft, "package.json"), '{ "type": "commonjs" }\n');
rmSync(folder, { recursive: true, force: true });
renameSync(draft, folder);
// Where it stands to be run, as V8 keeps the name of the file with the code.
await Promise.all([...programs.keys()].map((name) => (name === "main" ? warmUp() : compile(name))));

/** One file for each program, with nothing shared: a call into another file is one that V8 can't see through. */
async function bundle(name, source) {
  const build = await rolldown({
    cwd: app,
    input: { [`${name}.bundle`]: source },
    platform: "node",
    // Our packages are bundled from their sources, which is what the maps then name.
    resolve: { conditionNames: ["source", "node"] },
    plugins: [filesBeside({ programs, copies })],
    onLog(level, log, print) {
      if (level === "warn") throw new Error(`cannot bundle ${name}: ${log.message}`);
      print(level, log);
    },
  });
  const { output } = await build.write({
    dir: draft,
    format: "cjs",
    exports: "named",
    codeSplitting: false,
    dynamicImportInCjs: false,
    sourcemap: true,
    // Otherwise left as it is: what a crash prints names lines that can be read.
    comments: { annotation: false, jsdoc: false, legal: true },
  });
  await build.close();
  for (const { moduleIds = [] } of output) for (const id of moduleIds) modules.add(id);
  const file = join(draft, `${name}.bundle.js`);
  writeFileSync(file, inAscii(readFileSync(file, "utf8")));
  writeFileSync(join(draft, `${name}.js`), `"use strict";\nmodule.exports = require("./start.js").start("${name}");\n`);
}

/** Text of ASCII alone is kept in a byte a character, and read without being decoded. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function warmUp() {
  const place = mkdtempSync(join(tmpdir(), "warm-up-"));
  try {
    if (existsSync(join(app, "warm-up"))) cpSync(join(app, "warm-up"), place, { recursive: true });
    await compile("main", ["--web.listen-address=127.0.0.1:0", ...process.argv.slice(2)], place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function compile(name, args = [], cwd = app) {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, "compile.js"), folder, name, ...args], {
    cwd,
    // V8 takes the code only where its own flags are the same.
    env: { ...process.env, NODE_OPTIONS: "" },
    timeout: WARM_UP_LIMIT_MS,
  });
}
