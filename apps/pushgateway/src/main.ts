import { parseFlags, versionText } from "@ferula/flags";
import { exitOnUnexpected, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { flagsDefinition } from "./flags.ts";
import { startGateway } from "./gateway.ts";
import { versionInfo } from "./version.ts";

const parsed = parseFlags(flagsDefinition, process.argv.slice(2), { version: versionText("pushgateway", versionInfo) });
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
  logger.info("starting pushgateway", { version: versionInfo.version, revision: versionInfo.revision });
  const quitting = new AbortController();
  const stop = AbortSignal.any([
    quitting.signal,
    stopOnSignals({ onStop: (signal) => logger.info("received signal; exiting gracefully...", { signal }) }),
  ]);
  try {
    const gateway = await startGateway({ flags, version: versionInfo, logger, quit: () => quitting.abort() });
    if (!stop.aborted) await new Promise((resolve) => stop.addEventListener("abort", resolve, { once: true }));
    await gateway.stop();
  } catch (error) {
    logger.error("cannot run", { err: error });
    process.exitCode = 1;
  }
}
