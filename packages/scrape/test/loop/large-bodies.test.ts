import { afterEach, expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { createWorkspaces, type Workspace, type Workspaces } from "../../src/cache/workspace.ts";
import { workspaces } from "../cache/support.ts";
import { cleanUp, exporter, startLoop, type World, world } from "../support.ts";

afterEach(cleanUp);

/** Workspaces whose first body gets no second slice until it is let go on. */
interface Held extends Workspaces {
  readonly isHeld: () => boolean;
  readonly letGo: () => void;
}

function held(): Held {
  const made = createWorkspaces(workspaces.shared, 0);
  let first: Workspace | undefined;
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  return {
    ...made,
    async pause(workspace) {
      first ??= workspace;
      if (workspace === first) await gate;
      await made.pause(workspace);
    },
    isHeld: () => first !== undefined,
    letGo: () => letGo(),
  };
}

const LINES = 2000;
const large = (): string => Array.from({ length: LINES }, (_, i) => `large{i="${i}"} 1\n`).join("");

/** A loop whose scrape of a large body is under way. */
async function startLarge(timeoutMs = 10_000): Promise<{ at: World; gate: Held; loop: ReturnType<typeof startLoop> }> {
  const gate = held();
  const calm = world();
  const at = { ...calm, deps: { ...calm.deps, workspaces: gate } };
  const { address } = await exporter(large);
  const loop = startLoop(address, { world: at, target: { timeoutMs } });
  await at.clock.advance(15_000);
  await eventually(gate.isHeld);
  return { at, gate, loop };
}

test("a body is scraped while a larger one of another target is read, which is stored whole or not at all", async () => {
  const { at, gate, loop } = await startLarge();
  const { address } = await exporter(() => "small 1\n");
  const small = startLoop(address, { world: at });
  for (let i = 0; i < 3; i++) expect(await small.tick()).toMatchObject({ health: "up" });
  expect(at.samples("small")).toHaveLength(3);
  expect([at.samples("large").length, loop.health().health]).toEqual([0, "unknown"]);
  gate.letGo();
  await eventually(() => loop.health().health === "up");
  const rows = at.samples("large");
  expect(rows.length).toBe(LINES);
  expect(new Set(rows.map((row) => row.split("@")[1]))).toEqual(new Set(["15"]));
});

test("the timeout is that of the answer: reading it may take longer, as it may upstream", async () => {
  const { at, gate, loop } = await startLarge(5000);
  await at.clock.advance(6000);
  gate.letGo();
  expect(await eventually(() => loop.health().health !== "unknown" && loop.health())).toMatchObject({ health: "up", lastError: "" });
  expect(at.samples("large")).toHaveLength(LINES);
});

test("a loop that is stopped while a body is read stores nothing of it", async () => {
  const { at, gate, loop } = await startLarge();
  const stopped = loop.stop();
  gate.letGo();
  await stopped;
  expect(at.samples()).toEqual([]);
});

test("a loop that is retired while a body is read stores it, and ends its series", async () => {
  const { at, gate, loop } = await startLarge();
  const retired = loop.retire();
  gate.letGo();
  await eventually(() => at.samples("large").length === LINES);
  for (let i = 0; i < 4; i++) await at.clock.advance(15_000);
  await retired;
  expect(at.samples("large").filter((row) => row.includes("STALE"))).toHaveLength(LINES);
});
