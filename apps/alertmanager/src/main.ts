import { parseFlags, versionText } from "@ferula/flags";
import { exitOnUnexpected, onSignal, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { startAlertmanager } from "./alertmanager.ts";
import { flagsDefinition, withoutEffect } from "./flags.ts";
import { versionInfo } from "./version.ts";

const parsed = parseFlags(flagsDefinition, process.argv.slice(2), { version: versionText("alertmanager", versionInfo) });
if (parsed.kind === "exit") {
  process.stdout.write(parsed.stdout);
  process.stderr.write(parsed.stderr);
  process.exitCode = parsed.code;
} else {
  void run(parsed);
}

async function run(flags: Extract<typeof parsed, { kind: "run" }>): Promise<void> {
  const logger = createLogger({ level: flags.values["log.level"], format: flags.values["log.format"] });
  exitOnUnexpected(logger);
  logger.info("Starting Alertmanager", { version: versionInfo.version });
  for (const name of withoutEffect(flags)) logger.warn("Flag has no effect yet", { flag: `--${name}` });
  const stop = stopOnSignals({ onStop: (signal) => logger.info("Received a signal, exiting gracefully", { signal }) });
  // A reload that is asked for before the start is over waits; without a listener the signal would end the process.
  let reload: (() => void) | undefined;
  let isReloadAsked = false;
  onSignal("SIGHUP", stop, () => {
    if (reload === undefined) isReloadAsked = true;
    else reload();
  });
  try {
    const alertmanager = await startAlertmanager(flags.values, logger);
    // The old configuration stays when the new one has mistakes; they are in the log.
    reload = () => void alertmanager.reload().catch(() => undefined);
    if (isReloadAsked) reload();
    await new Promise<void>((resolve) => (stop.aborted ? resolve() : stop.addEventListener("abort", () => resolve(), { once: true })));
    await alertmanager.stop();
  } catch (error) {
    logger.error("The Alertmanager can't run", { err: error });
    process.exitCode = 1;
  }
}
