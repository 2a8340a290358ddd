import { Pushgateway, Registry } from "@ferula/client";
import { defineFlags, goDurationFlag, logFlags, parseFlags, stringFlag } from "@ferula/flags";
import { exitOnUnexpected, sleep, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { pushRun, work } from "./job.ts";

const definition = defineFlags({
  program: "batch-job",
  help: "A batch job that runs again and again, pushes its metrics to the gateway, and sometimes fails.",
  flags: {
    pushgateway: stringFlag({ help: "Where to push.", default: "http://127.0.0.1:9091" }),
    every: goDurationFlag({ help: "From the end of one run to the start of the next.", default: 20_000 }),
    ...logFlags(),
  },
});

const flags = parseFlags(definition, process.argv.slice(2));
if (flags.kind === "exit") {
  process.stdout.write(flags.stdout);
  process.stderr.write(flags.stderr);
  process.exitCode = flags.code;
} else {
  const { values } = flags;
  const logger = createLogger({ level: values["log.level"], format: values["log.format"] });
  exitOnUnexpected(logger);
  const stop = stopOnSignals();
  const registry = new Registry();
  const gateway = new Pushgateway(values.pushgateway, {}, registry);
  for (let index = 0; !stop.aborted; index++) {
    const run = await work(index, Math.random, async (ms) => void (await sleep(ms, stop)), Date.now);
    logger.info(run.failed ? "The run failed" : "The run went well", { records: run.records });
    // The gateway may be away: the next run tries again.
    await pushRun(run, gateway, registry).catch((error: unknown) => logger.warn("The push failed", { err: error }));
    await sleep(values.every, stop);
  }
}
