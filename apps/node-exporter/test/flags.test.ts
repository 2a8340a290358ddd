import { parseFlags, type RunFlags } from "@ferula/flags";
import { describe, expect, test } from "@jest/globals";
import { collectors } from "../src/collectors/index.ts";
import { unbuiltCollectors } from "../src/collectors/unbuilt-collectors.ts";
import { collectorsEnabledUpstream, defineExporterFlags, isCollectorEnabled, type OwnFlags } from "../src/flags.ts";

const parse = (...argv: readonly string[]) => parseFlags(defineExporterFlags(collectors), argv);

function run(...argv: readonly string[]): RunFlags<OwnFlags> {
  const parsed = parse(...argv);
  if (parsed.kind !== "run") throw new Error(parsed.stderr);
  return parsed;
}

describe("what upstream has and we have not", () => {
  test.each([
    { argv: ["--collector.textfile"], flag: "collector.textfile", why: "on by default there" },
    { argv: ["--collector.systemd"], flag: "collector.systemd", why: "off by default there" },
    { argv: ["--collector.textfile.directory=/var/lib/x"], flag: "collector.textfile.directory", why: "a setting" },
    { argv: ["--no-collector.arp.netlink"], flag: "collector.arp.netlink", why: "a switch that is on by default" },
    { argv: ["--collector.ntp.max-distance=1s"], flag: "collector.ntp.max-distance", why: "a duration" },
    { argv: ["--collector.sysctl.include=a", "--collector.sysctl.include=b"], flag: "collector.sysctl.include", why: "a list" },
  ])("is refused by its name: $why", ({ argv, flag }) => {
    expect(parse(...argv)).toMatchObject({
      kind: "exit",
      code: 1,
      stderr: `node_exporter: error: flag '--${flag}' is not supported yet, try --help\n`,
    });
  });

  test.each([
    { argv: ["--no-collector.textfile", "--no-collector.systemd"], why: "switching it off" },
    { argv: ["--collector.ntp.max-distance=3.46608s"], why: "a duration's default" },
    { argv: ["--collector.textfile.directory="], why: "a list's default" },
    { argv: ["--collector.netclass.ignored-devices=^$"], why: "a text's default" },
    { argv: ["--runtime.gomaxprocs=4"], why: "what means something to Go only" },
  ])("is no matter when nothing is asked of it: $why", ({ argv }) => {
    expect(run(...argv).withoutEffect).toEqual([]);
  });

  test("stays out of --help", () => {
    const help = parse("--help");
    expect(help).toMatchObject({ kind: "exit", code: 0, stdout: expect.not.stringContaining("collector.textfile") });
  });
});

test("a command line tells which collectors run here, and which would upstream", () => {
  const flags = run("--collector.disable-defaults", "--collector.cpu", "--no-collector.stat");
  expect(collectors.filter((one) => isCollectorEnabled(one, flags)).map(({ name }) => name)).toEqual(["cpu"]);
  expect([...collectorsEnabledUpstream(collectors, flags)]).toEqual(["cpu"]);
  const byDefault = collectorsEnabledUpstream(collectors, run("--no-collector.arp"));
  expect(["textfile", "cpu", "arp", "systemd"].map((name) => byDefault.has(name))).toEqual([true, true, false, false]);
});

test("no collector is both built and not, and the table is in order", () => {
  const names = unbuiltCollectors.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect(collectors.filter(({ name }) => names.includes(name))).toEqual([]);
});
