import { parseFlags, versionText } from "@ferula/flags";
import { exitOnUnexpected, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { flagsDefinition } from "./flags.ts";
import { startGateway } from "./gateway.ts";
import { versionInfo } from "./version.ts";

const flags = parseFlags(flagsDefinition, process.argv.slice(2), { version: versionText("pushgateway", versionInfo) });
if (flags.kind === "exit") {
  process.stdout.write(flags.stdout);
  process.stderr.write(flags.stderr);
  process.exitCode = flags.code;
} else {
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
