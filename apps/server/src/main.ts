import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { flagsDocumentation, parseFlags, versionText } from "@ferula/flags";
import { nodeFiles } from "@ferula/files";
import { exitOnUnexpected, onSignal, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { readFeatures, readScrapeDefaults } from "./enabled-features.ts";
import { flagsDefinition } from "./flags/flags.ts";
import { loadConfig, type LoadedConfig } from "./load-config.ts";
import { startServer } from "./server.ts";
import { retentionInForce } from "./open-storage.ts";
import { readSettings, SettingsError } from "./settings.ts";
import { retentionProblem } from "./storage-checks.ts";
import { versionInfo } from "./version.ts";

/** Upstream's exit code for a configuration or the value of a flag that can't be used. */
const EXIT_UNUSABLE = 2;

// When all targets are scraped for the first time requests live long. V8 would learn that, and make parts of later ones among what is old, where
// they keep all alive that they know until the next full collection: more than twice as much of each scrape, and longer pauses for it.
setFlagsFromString("--no-allocation-site-pretenuring");

const parsed = parseFlags(flagsDefinition, process.argv.slice(2), {
  version: versionText("prometheus", versionInfo),
  valueExitCode: EXIT_UNUSABLE,
});
if (parsed.kind === "exit") {
  process.stdout.write(parsed.stdout);
  process.stderr.write(parsed.stderr);
  process.exitCode = parsed.code;
} else if (parsed.values["write-documentation"]) {
  process.stdout.write(flagsDocumentation(flagsDefinition));
} else {
  void run(parsed).then(exit);
}

/** What a peer that doesn't answer still holds open then, such as a collector of traces, keeps the process no longer. */
const EXIT_GRACE_MS = 1000;

function exit(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

async function run(flags: Extract<typeof parsed, { kind: "run" }>): Promise<number> {
  try {
    return await runWith(readSettings(flags), flags.withoutEffect);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`prometheus: error: ${error.message}\n`);
    return error.exitCode;
  }
}

async function runWith(settings: ReturnType<typeof readSettings>, withoutEffect: readonly string[]): Promise<number> {
  const { values } = settings;
  const logger = createLogger({ level: values["log.level"], format: values["log.format"] });
  exitOnUnexpected(logger);
  logger.info("Starting Prometheus Server", { mode: "server", version: versionInfo.version, node: process.version });
  for (const name of withoutEffect) logger.warn("Flag has no effect yet", { flag: `--${name}` });
  const syntax = readFeatures(values["enable-feature"], logger);
  const quit = new AbortController();
  const stop = AbortSignal.any([
    stopOnSignals({ onStop: (signal) => logger.warn("Received an OS signal, exiting gracefully...", { signal }) }),
    quit.signal,
  ]);
  // A reload that is asked for before the server is up waits until it is; without a listener the signal would end the process.
  let reload: (() => void) | undefined;
  let isReloadAsked = false;
  onSignal("SIGHUP", stop, () => {
    if (reload === undefined) isReloadAsked = true;
    else reload();
  });
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(values["config.file"], syntax, readScrapeDefaults(values["enable-feature"]));
  } catch (error) {
    logger.error(`Error loading config (--config.file=${values["config.file"]})`, { file: resolve(values["config.file"]), err: error });
    return EXIT_UNUSABLE;
  }
  const problem = retentionProblem(nodeFiles, values["storage.tsdb.path"], retentionInForce(values, loaded.config));
  if (problem !== undefined) throw new SettingsError(problem, EXIT_UNUSABLE);
  try {
    const server = await startServer({ settings, syntax, loaded, logger, stop, quit: () => quit.abort() });
    if (server !== undefined) {
      reload = () => ignoreFailure(server.reload);
      if (isReloadAsked) reload();
      await new Promise<void>((resolve) => (stop.aborted ? resolve() : stop.addEventListener("abort", () => resolve(), { once: true })));
      await server.stop();
    }
    logger.info("See you next time!");
    return 0;
  } catch (error) {
    logger.error("The server can't run", { err: error });
    return 1;
  }
}

/** A reload by signal has nobody to answer to: the old configuration stays, and the reason is in the log. */
function ignoreFailure(reload: () => void): void {
  try {
    reload();
  } catch {
    // Logged by what failed.
  }
}
