import { parseFlags, versionText } from "@ferula/flags";
import { listen } from "@ferula/http";
import { exitOnUnexpected, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { collectors } from "./collectors/index.ts";
import { createExporter } from "./exporter.ts";
import { defineExporterFlags } from "./flags.ts";
import { versionInfo } from "./version.ts";

/** How long the process may outlive its server. */
const END_DEADLINE_MS = 1000;

const parsed = parseFlags(defineExporterFlags(collectors), process.argv.slice(2), {
  version: versionText("node_exporter", versionInfo),
});
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
  try {
    logger.info("Starting node_exporter", { version: versionInfo.version, revision: versionInfo.revision });
    if (process.getuid?.() === 0) {
      logger.warn("Node Exporter is running as root user. This exporter is designed to run as unprivileged user, root is not required.");
    }
    const stop = stopOnSignals({ onStop: (signal) => logger.info("Stopping", { signal }) });
    const exporter = createExporter({ flags, collectors, version: versionInfo, logger });
    const listening = await listen({
      app: exporter.app,
      addresses: values["web.listen-address"],
      isSystemdSocket: values["web.systemd-socket"],
      webConfigFile: values["web.config.file"],
      logger,
    });
    const end = async (): Promise<void> => {
      await listening.close();
      exporter.close();
      // A mount that hangs holds a thread in statfs, for which even process.exit waits. Nothing else is left then that could be lost.
      setTimeout(() => process.kill(process.pid, "SIGKILL"), END_DEADLINE_MS).unref();
    };
    if (stop.aborted) await end();
    else stop.addEventListener("abort", () => void end(), { once: true });
  } catch (error) {
    logger.error("cannot start", { err: error });
    process.exitCode = 1;
  }
}
