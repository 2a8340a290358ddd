import { Registry } from "@ferula/client";
import { expect, test } from "@jest/globals";
import { systemClock, type Clock } from "@ferula/durations";
import { eventually, fakeClock } from "@ferula/test-kit";
import { discoverySections } from "../../../src/discovery-config.ts";
import type { TargetGroup } from "../../../src/target-group.ts";
import { described, discovererDeps, recordingLogger, section } from "../../support.ts";
import { fakeEngine, refuse } from "./fake-engine.ts";

const CONTAINER = {
  Id: "c1",
  Names: ["/web"],
  HostConfig: { NetworkMode: "bridge" },
  NetworkSettings: { Networks: { bridge: { NetworkID: "n", IPAddress: "10.0.0.1" } } },
};

const INTERVAL_MS = 60_000;

function createOf(host: string, logger = recordingLogger().logger, clock: Clock = systemClock) {
  const [config] = discoverySections(section(`docker_sd_configs: [{host: '${host}'}]`));
  return config.create({ ...discovererDeps(logger, new Registry()), clock });
}

test("what was found stands while the engine can't tell; then it is asked for its version anew, and vanished targets end", async () => {
  const answers: Record<string, unknown> = { "/containers/json": [CONTAINER] };
  const engine = await fakeEngine(answers);
  const { logger, logs } = recordingLogger();
  const clock = fakeClock();
  const ending = new AbortController();
  const emitted: (readonly TargetGroup[])[] = [];
  const ended = createOf(engine.host, logger, clock).run((groups) => void emitted.push(groups), ending.signal);
  const pingCount = (): number => engine.requests.filter((request) => request.endsWith("_ping")).length;
  try {
    await eventually(() => expect(emitted).toHaveLength(1));
    await clock.advance(INTERVAL_MS);
    await eventually(() => expect(emitted).toHaveLength(2));
    expect(pingCount()).toBe(1);
    answers["/containers/json"] = refuse(500, { message: "out of order" });
    await clock.advance(INTERVAL_MS);
    await eventually(() => expect(logs).toHaveLength(1));
    expect(emitted.flatMap(described)).toEqual(["10.0.0.1:80 {}", "10.0.0.1:80 {}"]);
    answers["/containers/json"] = [];
    await clock.advance(INTERVAL_MS);
    await eventually(() => expect(emitted).toHaveLength(3));
    expect(emitted[2][0].targets).toEqual([]);
    expect(pingCount()).toBe(2);
  } finally {
    ending.abort();
    await ended;
    await engine.close();
  }
});

test.each([
  { host: "npipe:////./pipe/docker_engine", want: "named pipes (npipe://) are of Windows alone: use unix://, tcp://, http:// or https://" },
  { host: "tcp://", want: "unable to parse docker host `tcp://`" },
  { host: "docker", want: "unable to parse docker host `docker`" },
  { host: `unix://${"/x".repeat(60)}`, want: `unix socket path "${"/x".repeat(60)}" is too long` },
])("no discoverer is made for $host", ({ host, want }) => {
  expect(() => createOf(host)).toThrow(
    expect.objectContaining({ message: "error setting up docker client", cause: expect.objectContaining({ message: want }) }),
  );
});
