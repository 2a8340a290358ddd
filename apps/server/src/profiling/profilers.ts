import { readdirSync, readFileSync } from "node:fs";
import type { HeapProfiler, Profiler } from "node:inspector";
import { setTimeout } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";
import type { Frame, Profile, Sample } from "./profile.ts";

/** A hundred samples a second, as Go takes: it costs a percent or so. */
const SAMPLE_INTERVAL_US = 10_000;

const NS_PER_US = 1000;

/** V8's names of what is no function. */
const IDLE = "(idle)";
const ROOT = "(root)";

/** Where the main thread spends its time over so many seconds; with `isIdleShown` also how much of it it waits. */
export async function profileCpu(seconds: number, signal: AbortSignal, isIdleShown: boolean): Promise<Profile> {
  const startedMs = Date.now();
  const profile = await withInspector(async (session) => {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_INTERVAL_US });
    await session.post("Profiler.start");
    await setTimeout(seconds * 1000, undefined, { signal });
    return (await session.post("Profiler.stop")).profile;
  });
  return {
    types: [
      ["samples", "count"],
      ["cpu", "nanoseconds"],
    ],
    samples: cpuSamples(profile).filter(({ stack }) => isIdleShown || stack[0].name !== IDLE),
    startedMs,
    durationMs: (profile.endTime - profile.startTime) / 1000,
    comment: "The time of the main thread, sampled by V8. Queries run in threads of their own.",
  };
}

/** What the main thread allocates over so many seconds, and still holds at their end. */
export async function profileAllocations(seconds: number, signal: AbortSignal): Promise<Profile> {
  const startedMs = Date.now();
  const head = await withInspector(async (session) => {
    await session.post("HeapProfiler.startSampling");
    await setTimeout(seconds * 1000, undefined, { signal });
    return (await session.post("HeapProfiler.stopSampling")).profile.head;
  });
  return {
    types: [["inuse_space", "bytes"]],
    samples: allocationSamples(head, []),
    startedMs,
    durationMs: Date.now() - startedMs,
    comment: `What the main thread allocated in ${seconds} s and still holds, sampled by V8.`,
  };
}

type Session = InstanceType<(typeof import("node:inspector/promises"))["Session"]>;

async function withInspector<T>(work: (session: Session) => Promise<T>): Promise<T> {
  // Most servers are never profiled.
  const { Session: InspectorSession } = await import("node:inspector/promises");
  const session = new InspectorSession();
  session.connect();
  try {
    return await work(session);
  } finally {
    session.disconnect();
  }
}

function cpuSamples({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Sample[] {
  const counts = new Map<number, { count: number; us: number }>(nodes.map(({ id }) => [id, { count: 0, us: 0 }]));
  for (let i = 0; i < samples.length; i++) {
    const node = counts.get(samples[i])!;
    node.count++;
    node.us += Math.max(0, timeDeltas[i]);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stacks = new Map<number, readonly Frame[]>([[nodes[0].id, []]]);
  // A node stands before those that it calls.
  for (const { id, children = [] } of nodes) {
    for (const child of children) stacks.set(child, [frameOf(byId.get(child)!.callFrame), ...(stacks.get(id) ?? [])]);
  }
  return [...counts]
    .filter(([id, { count }]) => count > 0 && stacks.get(id)!.length > 0)
    .map(([id, { count, us }]) => ({ stack: stacks.get(id)!, values: [count, us * NS_PER_US] }));
}

function allocationSamples({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode, callers: readonly Frame[]): Sample[] {
  const stack = callFrame.functionName === ROOT ? callers : [frameOf(callFrame), ...callers];
  const own = selfSize > 0 && stack.length > 0 ? [{ stack, values: [selfSize] }] : [];
  return [...own, ...children.flatMap((child) => allocationSamples(child, stack))];
}

function frameOf({ functionName, url, lineNumber }: { functionName: string; url: string; lineNumber: number }): Frame {
  return { name: functionName || "(anonymous)", file: url, line: lineNumber + 1 };
}

/** What the memory of the process is used for, as it is now. */
export function profileMemory(): Profile {
  const { rss, external, arrayBuffers } = process.memoryUsage();
  const spaces = getHeapSpaceStatistics().map(({ space_name: name, physical_space_size: bytes }) => [name, bytes] as const);
  const known: readonly (readonly [string, number])[] = [...spaces, ["external", external - arrayBuffers], ["array buffers", arrayBuffers]];
  const rest = rss - known.reduce((sum, [, bytes]) => sum + bytes, 0);
  return snapshot(
    ["inuse_space", "bytes"],
    [...known, ["other threads, files in memory and programs", rest]],
    "The memory of the process: V8's spaces of the main thread, and what lies beside them.",
  );
}

/** What the main thread waits for: connections, timers, files. */
export function profileResources(): Profile {
  return snapshot(
    ["goroutine", "count"],
    countEach(process.getActiveResourcesInfo()),
    "What keeps the event loop of the main thread waiting.",
  );
}

/** The threads of the process by their names, where the system tells them. */
export function profileThreads(): Profile {
  return snapshot(["threadcreate", "count"], countEach(threadNames()), "The threads of the process.");
}

/** A profile of what this program does not do. */
export function emptyProfile(comment: string): Profile {
  return {
    types: [
      ["contentions", "count"],
      ["delay", "nanoseconds"],
    ],
    samples: [],
    startedMs: Date.now(),
    durationMs: 0,
    comment,
  };
}

function snapshot(type: readonly [string, string], values: readonly (readonly [name: string, value: number])[], comment: string): Profile {
  const samples = values.filter(([, value]) => value > 0).map(([name, value]) => ({ stack: [{ name }], values: [value] }));
  return { types: [type], samples, startedMs: Date.now(), durationMs: 0, comment };
}

function countEach(names: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

function threadNames(): string[] {
  const folder = "/proc/self/task";
  // Other systems don't tell, and a thread may end before it is asked.
  return orNothing(() => readdirSync(folder)).flatMap((id) => orNothing(() => [readFileSync(`${folder}/${id}/comm`, "utf8").trim()]));
}

function orNothing(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
