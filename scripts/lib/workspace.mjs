// What every root command starts with: pnpm at the pinned version, the dependencies of the lockfile, and a way to run programs.
// Plain JavaScript with no dependency, because it runs before anything is installed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = realpathSync(fileURLToPath(new URL("../..", import.meta.url)));

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pnpmVersion = manifest.packageManager.split("@")[1];
const pnpmFolder = join(root, ".cache", `pnpm-${pnpmVersion}`);

/** The environment of everything we start: our pnpm and the workspace's binaries come first, and no tool phones home. */
export function environment() {
  const path = [join(pnpmFolder, "node_modules", ".bin"), join(root, "node_modules", ".bin"), process.env.PATH];
  return { ...process.env, PATH: path.join(delimiter), TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" };
}

/** Prints one line of progress, set apart from the output of the tools. */
export function say(text) {
  process.stdout.write(process.stdout.isTTY ? `\u001b[1m▸ ${text}\u001b[0m\n` : `▸ ${text}\n`);
}

/** Runs a program in the foreground and resolves with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: environment(), stdio: "inherit", ...options });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal === null ? code : 1));
  });
}

/** As `run`, and ends this process when the program failed. */
export async function must(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) process.exit(code);
}

/** Fetches pnpm when it isn't there. */
async function fetchPnpm() {
  checkNode();
  if (!existsSync(join(pnpmFolder, "node_modules", "pnpm", "package.json"))) {
    say(`Fetching pnpm ${pnpmVersion} …`);
    mkdirSync(pnpmFolder, { recursive: true });
    writeFileSync(join(pnpmFolder, "package.json"), '{ "private": true }\n');
    await must("npm", ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", `pnpm@${pnpmVersion}`], { cwd: pnpmFolder });
  }
}

/** Fills pnpm's store from the lockfile alone: a container does this before it copies the sources, which change more often. */
export async function fetchDependencies() {
  await fetchPnpm();
  say("Fetching the dependencies of the lockfile …");
  await must("pnpm", ["fetch", "--reporter=append-only", "--loglevel=warn"]);
}

/** Installs what the lockfile names. */
export async function install() {
  await fetchPnpm();
  say("Installing the dependencies of the lockfile …");
  await must("pnpm", ["install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only", "--loglevel=warn"]);
}

/** Builds every package and app, then stands the binaries in node_modules/.bin. */
export async function build() {
  say("Building every package …");
  await must("turbo", ["run", "build", "--output-logs=errors-only", "--concurrency=4"]);
  await must(process.execPath, [join(root, "scripts", "link-binaries.mjs")]);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Ferula needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
