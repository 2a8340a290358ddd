import { Gauge } from "./gauge.ts";
import { register, type Registry } from "./registry.ts";

/** What a program was built from. Absent parts are left out of the series, but for the tags. */
export interface BuildInfo {
  readonly version?: string;
  readonly revision?: string;
  readonly branch?: string;
  /** Default: "unknown", as official clients tell tags of a build that they know none of. */
  readonly tags?: string;
}

/** Node's names of platforms and processors where Go's differ. */
const GO_NAMES: ReadonlyMap<string, string> = new Map([
  ["win32", "windows"],
  ["sunos", "solaris"],
  ["x64", "amd64"],
  ["ia32", "386"],
]);

/**
 * Registers `<program>_build_info`, a gauge at 1 whose labels tell the build, with upstream's label names so that queries that join it go on
 * working. `goversion` tells which Node.js runs the program (`node20.19.0`).
 */
export function buildInfo(program: string, info: BuildInfo, registry: Registry = register): Gauge {
  const gauge = new Gauge({
    name: `${program}_build_info`,
    help: `A metric with a constant '1' value labeled by version, revision, branch, goversion from which ${program} was built, and the goos and goarch for the build.`,
    labelNames: ["branch", "goarch", "goos", "goversion", "revision", "tags", "version"],
    registers: [registry],
  });
  const goarch = GO_NAMES.get(process.arch) ?? process.arch;
  const goos = GO_NAMES.get(process.platform) ?? process.platform;
  gauge.set({ goarch, goos, goversion: `node${process.versions.node}`, tags: "unknown", ...info }, 1);
  return gauge;
}
