import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { boolFlag, defineFlags, intFlag, parseFlags, stringFlag } from "@ferula/flags";
import { stopOnSignals } from "@ferula/lifecycle";
import { startChild, type Child } from "./child.ts";
import { writeConfigFiles } from "./config-files.ts";
import { HOST, takenPorts } from "./ports.ts";
import { services } from "./services.ts";
import { superviseUntil } from "./stack.ts";
import { formatTable } from "./table.ts";

const root = resolve(fileURLToPath(new URL("../../..", import.meta.url)));
const defaults = services.flatMap(({ ports }) => ports);

const definition = defineFlags({
  program: "npm start --",
  help: "Runs the whole stack on this machine: server, Alertmanager, Pushgateway, exporters, and examples for them to watch.",
  flags: {
    data: stringFlag({ help: "The folder in which the stack keeps its data, and finds it again.", default: "data/demo" }),
    quiet: boolFlag({ help: "Show warnings and errors of the services only." }),
    ...Object.fromEntries(defaults.map(({ flag, port }) => [`port.${flag}`, intFlag({ help: `The port of ${flag}.`, default: port })])),
  },
});

const flags = parseFlags(definition, process.argv.slice(2));
if (flags.kind === "exit") {
  process.stdout.write(flags.stdout);
  process.stderr.write(flags.stderr);
  process.exitCode = flags.code;
} else {
  process.exitCode = await run(
    flags.values.data as string,
    flags.values.quiet as boolean,
    flags.values as Readonly<Record<string, unknown>>,
  );
}

async function run(dataFolder: string, quiet: boolean, values: Readonly<Record<string, unknown>>): Promise<number> {
  const stop = stopOnSignals();
  const ports = defaults.map(({ flag }) => ({ flag, port: values[`port.${flag}`] as number }));
  const taken = await takenPorts(ports);
  if (taken.length > 0) {
    for (const { flag, port, reason } of taken) {
      say(`Port ${port} can't be used: ${reason}. Choose another with: npm start -- --port.${flag}=${port + 10_000}`);
    }
    return 1;
  }
  const data = resolve(root, dataFolder);
  const config = join(data, "config");
  writeConfigFiles(join(root, "examples", "demo", "config"), config, defaults, ports);
  const at = (flag: string): string => `${HOST}:${ports.find((port) => port.flag === flag)?.port ?? 0}`;

  const width = Math.max(...services.map(({ name }) => name.length));
  const children: Child[] = services.map(({ name, program, args }) =>
    startChild(name, join(root, program), args(at, config, data), (line) => {
      if (!quiet || /level=(WARN|ERROR)/.test(line)) say(`${name.padEnd(width)} │ ${line}`);
    }),
  );
  say(
    `\n${formatTable(services.filter(({ path }) => path !== "").map(({ name, ports: [{ flag }], path, shows }) => [name, `http://${at(flag)}${path}`, shows]))}\n`,
  );
  say(`The first alert fires within a minute: watch http://${at("mailbox")}/. Data is kept in ${data}. Ctrl-C stops everything.\n`);
  return superviseUntil(stop, children, say);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
