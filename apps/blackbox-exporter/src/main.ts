import { parseFlags, versionText } from "@ferula/flags";
import { listen } from "@ferula/http";
import { exitOnUnexpected, onSignal, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { isConfigError } from "./config/load-config.ts";
import { createExporter } from "./exporter.ts";
import { flagsDefinition } from "./flags.ts";
import { versionInfo } from "./version.ts";

const parsed = parseFlags(flagsDefinition, process.argv.slice(2), { version: versionText("blackbox_exporter", versionInfo) });
if (parsed.kind === "exit") {
  process.stdout.write(parsed.stdout);
  process.stderr.write(parsed.stderr);
  process.exitCode = parsed.code;
} else {
  void run(parsed);
}

async function run(flags: Extract<typeof parsed, { kind: "run" }>): Promise<void> {
  const { values } = flags;
  const logger = createLogger({ level: values["log.level"], format: values["log.format"] });
  exitOnUnexpected(logger);
  logger.info("Starting blackbox_exporter", { version: versionInfo.version });
  for (const name of flags.withoutEffect) logger.warn("Flag has no effect yet", { flag: `--${name}` });
  const stop = stopOnSignals();
  try {
    const exporter = createExporter(values, logger);
    if (values["config.check"]) {
      logger.info("Config file is ok exiting...");
      exporter.close();
    } else {
      // The old configuration stays when the new one has mistakes.
      onSignal(
        "SIGHUP",
        stop,
        () =>
          void exporter
            .reload()
            .catch((error: unknown) => logger.error("Error reloading config; the old one stays in force", { err: error })),
      );
      const listening = await listen({
        app: exporter.app,
        addresses: values["web.listen-address"],
        isSystemdSocket: values["web.systemd-socket"],
        webConfigFile: values["web.config.file"],
        logger,
      });
      await new Promise<void>((resolve) => (stop.aborted ? resolve() : stop.addEventListener("abort", () => resolve(), { once: true })));
      await listening.close();
      exporter.close();
    }
  } catch (error) {
    logger.error(isConfigError(error) ? "Error loading config" : "The exporter can't run", { err: error });
    process.exitCode = 1;
  }
}
