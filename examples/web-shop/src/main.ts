import { defineFlags, goDurationFlag, intFlag, logFlags, parseFlags, webFlags } from "@ferula/flags";
import { listen } from "@ferula/http";
import { exitOnUnexpected, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { sendCustomers } from "./customers.ts";
import { demoIncident, failureRatioAt } from "./incident.ts";
import { createShopMetrics } from "./metrics.ts";
import { createShop } from "./shop.ts";

const definition = defineFlags({
  program: "web-shop",
  help: "A small instrumented web shop with customers of its own, and outages now and then.",
  flags: {
    ...webFlags("127.0.0.1:8080"),
    customers: intFlag({ help: "How many customers walk about.", default: 20 }),
    pause: goDurationFlag({ help: "How long a customer waits between two steps.", default: 1000 }),
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
  const startedMs = Date.now();
  const metrics = createShopMetrics();
  const app = createShop({ metrics, failureRatio: () => failureRatioAt(demoIncident, Date.now() - startedMs), random: Math.random });
  try {
    const listening = await listen({ app, addresses: values["web.listen-address"], webConfigFile: values["web.config.file"], logger });
    const crowd = { customers: values.customers, pauseMs: values.pause, random: Math.random };
    try {
      await sendCustomers(listening.urls[0], crowd, stop);
    } finally {
      await listening.close();
    }
  } catch (error) {
    logger.error("The shop can't run", { err: error });
    process.exitCode = 1;
  } finally {
    metrics.stop();
  }
}
