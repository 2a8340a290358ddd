import type { Module } from "../config/blackbox-config.ts";
import { probeHttp } from "./http.ts";
import type { Prober } from "./prober.ts";
import { probeTcp } from "./tcp.ts";

/** A prober that is not in yet fails each probe, and says so. */
const notYet: Prober = async ({ module, logger }) => {
  logger.error("This prober is not supported yet", { prober: module.prober });
  return false;
};

export const probers: Readonly<Record<Module["prober"], Prober>> = {
  http: probeHttp,
  tcp: probeTcp,
  icmp: notYet,
  dns: notYet,
  grpc: notYet,
  unix: notYet,
  websocket: notYet,
};
