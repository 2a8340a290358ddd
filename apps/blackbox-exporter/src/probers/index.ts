import type { Module } from "../config/blackbox-config.ts";
import { probeHttp } from "./http.ts";
import type { Prober } from "./prober.ts";
import { probeTcp } from "./tcp.ts";

/** Those that there are. A module may name another one, so that a file for upstream's exporter can be kept; it can't be probed by. */
export const probers: Readonly<Partial<Record<Module["prober"], Prober>>> = {
  http: probeHttp,
  tcp: probeTcp,
};
