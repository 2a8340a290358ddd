import { buildInfo, Counter, collectProcessMetrics, Registry } from "@ferula/client";
import { defineFlags, ferulaVersion, logFlags, parseFlags, stringFlag, webFlags } from "@ferula/flags";
import { listen } from "@ferula/http";
import { exitOnUnexpected, stopOnSignals } from "@ferula/lifecycle";
import { createLogger } from "@ferula/logging";
import { createMailboxApp } from "./app.ts";
import { createInbox } from "./inbox.ts";
import { listenSmtp } from "./smtp.ts";

const CAPACITY = 200;

const definition = defineFlags({
  program: "mailbox",
  help: "A mailbox that takes alert e-mails by SMTP and webhooks by HTTP, and shows them on a page.",
  flags: {
    ...webFlags("127.0.0.1:8025"),
    "smtp.listen-address": stringFlag({ help: "Where to take mail, host:port.", default: "127.0.0.1:1025" }),
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
  buildInfo("mailbox", { version: ferulaVersion }, registry);
  const stopMetrics = collectProcessMetrics(registry);
  const received = new Counter({
    name: "mailbox_messages_total",
    help: "What arrived.",
    labelNames: ["kind", "status"] as const,
    registers: [registry],
  });
  const inbox = createInbox({
    capacity: CAPACITY,
    nowMs: Date.now,
    onMessage({ kind, status, subject }) {
      received.inc({ kind, status });
      logger.info("A message has arrived", { kind, subject });
    },
  });
  const app = createMailboxApp(inbox, async () => ({ contentType: registry.contentType, body: await registry.metrics() }));
  try {
    const [, host, port] = /^(.+):(\d+)$/.exec(values["smtp.listen-address"]) ?? [];
    if (host === undefined) throw new Error(`cannot use --smtp.listen-address=${values["smtp.listen-address"]}: it is not host:port`);
    const smtp = await listenSmtp(inbox, host, Number(port), (error) => logger.warn("A connection broke", { err: error }));
    try {
      const listening = await listen({ app, addresses: values["web.listen-address"], webConfigFile: values["web.config.file"], logger });
      await new Promise<void>((resolve) => (stop.aborted ? resolve() : stop.addEventListener("abort", () => resolve(), { once: true })));
      await listening.close();
    } finally {
      await smtp.close();
    }
  } catch (error) {
    logger.error("The mailbox can't run", { err: error });
    process.exitCode = 1;
  } finally {
    stopMetrics();
  }
}
