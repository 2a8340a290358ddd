import { afterEach } from "@jest/globals";
import { readField } from "@ferula/config";
import { Registry } from "@ferula/client";
import { systemClock, type Clock } from "@ferula/durations";
import { labelsToJson } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import { createKubernetesDiscoverer, type KubernetesWorld } from "../../../src/providers/kubernetes/discoverer.ts";
import { kubernetesField, type KubernetesConfig } from "../../../src/sections/kubernetes/kubernetes.ts";
import type { TargetGroup } from "../../../src/target-group.ts";
import { discovererDeps, recordingLogger } from "../../support.ts";
import { startFakeApi, type FakeApi, type FakeObject } from "./fake-api.ts";

type Text = Readonly<Record<string, string>>;

/** A group as tests write it, without `__meta_kubernetes_` before its labels. */
export interface ShownGroup {
  readonly labels: Text;
  readonly targets: readonly Text[];
}

/** A discoverer that runs. */
export interface Discovery {
  /** What was told last of each source; empty groups too. */
  readonly groups: ReadonlyMap<string, TargetGroup>;
  /** How often something was told. */
  readonly tellCount: () => number;
  readonly logs: readonly string[];
  readonly registry: Registry;
  readonly stop: () => Promise<void>;
}

/** What tests put in place of the world. */
export interface DiscoverOptions {
  readonly clock?: Clock;
  readonly world?: Partial<KubernetesWorld>;
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** An API with these objects, until the end of the test. */
export async function apiWith(objects: Readonly<Record<string, readonly FakeObject[]>> = {}): Promise<FakeApi> {
  const api = await startFakeApi();
  closing.push(api.close);
  for (const [resource, list] of Object.entries(objects)) for (const object of list) api.put(resource, object);
  return api;
}

/** A section of `kubernetes_sd_configs`. */
export function kubernetesSection(yaml: string): KubernetesConfig {
  const result = readField(kubernetesField, yaml, "/etc/ferula/prometheus.yml");
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

/** An environment that is none of a pod's. */
export const noPod: KubernetesWorld = { environment: { variables: {}, accountFolder: "/nonexistent" }, random: () => 0 };

/** Runs a section until the end of the test. */
export function discover(yaml: string, { clock = systemClock, world = {} }: DiscoverOptions = {}): Discovery {
  const { logger, logs } = recordingLogger();
  const registry = new Registry();
  const deps = { ...discovererDeps(logger, registry), clock };
  const discoverer = createKubernetesDiscoverer(kubernetesSection(yaml), deps, { ...noPod, ...world });
  const groups = new Map<string, TargetGroup>();
  const stopping = new AbortController();
  let count = 0;
  const ended = discoverer.run((told) => {
    count++;
    for (const group of told) groups.set(group.source, group);
  }, stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  closing.push(stop);
  return { groups, tellCount: () => count, logs, registry, stop };
}

/** As `discover`, once all is told. */
export async function discovered(yaml: string, options?: DiscoverOptions): Promise<Discovery> {
  const discovery = discover(yaml, options);
  await eventually(() => discovery.tellCount() > 0);
  return discovery;
}

const META = "__meta_kubernetes_";

/** A group without what all its labels begin with. */
export function shown({ labels, targets }: TargetGroup): ShownGroup {
  return { labels: withoutMeta(labelsToJson(labels)), targets: targets.map((target) => withoutMeta(labelsToJson(target))) };
}

function withoutMeta(labels: Text): Text {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name.startsWith(META) ? name.slice(META.length) : name, value]));
}

/** The groups of an API's objects, as they are told first. */
export async function groupsOf(
  objects: Readonly<Record<string, readonly FakeObject[]>>,
  more: string,
): Promise<Readonly<Record<string, ShownGroup>>> {
  const api = await apiWith(objects);
  const { groups } = await discovered(`{api_server: '${api.url}', ${more}}`);
  return Object.fromEntries([...groups].map(([source, group]) => [source, shown(group)]));
}

/** The value of a metric, or undefined if it isn't there. */
export async function metricOf(registry: Registry, series: string): Promise<number | undefined> {
  const line = (await registry.metrics()).split("\n").find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
