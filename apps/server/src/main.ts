import { parseFlags, versionText } from "@ferula/flags";
import { exitOnUnexpected, onSignal, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { flagsDefinition } from "./flags.ts";
import { loadConfig } from "./load-config.ts";
import { startServer } from "./server.ts";
import { versionInfo } from "./version.ts";

/** Upstream's exit code for a configuration or a command line that can't be used. */
const EXIT_USAGE = 2;

const flags = parseFlags(flagsDefinition, process.argv.slice(2), {
  version: versionText("prometheus", versionInfo),
  usageExitCode: EXIT_USAGE,
});
if (flags.kind === "exit") {
  process.stdout.write(flags.stdout);
  process.stderr.write(flags.stderr);
  process.exitCode = flags.code;
} else {
  process.exitCode = await run(flags);
}

async function run({ values, asStrings }: Extract<typeof flags, { kind: "run" }>): Promise<number> {
  const logger = createLogger({ level: values["log.level"], format: values["log.format"] });
  exitOnUnexpected(logger);
  logger.info("Starting Prometheus Server", { version: versionInfo.version, node: process.version });
  if (values.agent) {
    logger.error("Agent mode is not supported yet");
    return 1;
  }
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
  let loaded: ReturnType<typeof loadConfig>;
  try {
    loaded = loadConfig(values["config.file"]);
  } catch (error) {
    logger.error("Error loading config", { file: values["config.file"], err: error });
    return EXIT_USAGE;
  }
  try {
    const server = await startServer({ values, flags: asStrings(), loaded, logger, quit: () => quit.abort() });
    // The old configuration stays when the new one has mistakes; they are in the log.
    reload = () => void server.reload().catch(() => undefined);
    if (isReloadAsked) reload();
    await new Promise<void>((resolve) => (stop.aborted ? resolve() : stop.addEventListener("abort", () => resolve(), { once: true })));
    await server.stop();
    logger.info("See you next time!");
    return 0;
  } catch (error) {
    logger.error("The server can't run", { err: error });
    return 1;
  }
}
