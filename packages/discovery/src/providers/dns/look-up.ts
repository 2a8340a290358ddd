import { randomInt } from "node:crypto";
import type { Clock } from "@ferula/durations";
import { withDeadline } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { exchangeTcp, exchangeUdp, type Exchange } from "./exchange.ts";
import { encodeQuestion, type DnsAnswer, type DnsRecord, type RecordType } from "./message.ts";
import { searchNames, type ResolvConf } from "./resolv-conf.ts";

/** What look-ups work with. */
export interface LookUpDeps {
  /** Where all servers listen. */
  readonly port: number;
  /** How long one server may take for one answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SUCCESS = 0;
const NO_SUCH_NAME = 3;

/**
 * The records of a name, along the search domains (discovery/dns/dns.go `lookupWithSearchPath`): of the first name that there is, even
 * if it has none of this type; none when servers say of all names that there is no such. Rejects when that can't be said of one of them.
 */
export async function lookUp(
  name: string,
  type: RecordType,
  conf: ResolvConf,
  signal: AbortSignal,
  deps: LookUpDeps,
): Promise<readonly DnsRecord[]> {
  let isSure = true;
  for (const candidate of searchNames(name, conf)) {
    signal.throwIfAborted();
    const answer = await askServers(candidate, type, conf.servers, signal, deps);
    if (answer?.code === SUCCESS) return answer.records;
    if (answer === undefined) isSure = false;
  }
  if (isSure) return [];
  throw new Error(`could not resolve ${JSON.stringify(name)}: all servers responded with errors to at least one search domain`);
}

/** The first answer that says what there is, or that there is nothing. Undefined when no server gives one. */
async function askServers(
  name: string,
  type: RecordType,
  servers: readonly string[],
  signal: AbortSignal,
  deps: LookUpDeps,
): Promise<DnsAnswer | undefined> {
  let isTcp = false;

  async function ask(host: string, exchange: Exchange, hasEdns: boolean): Promise<DnsAnswer> {
    const question = encodeQuestion(randomInt(0x10000), name, type, hasEdns);
    const server = { host, port: deps.port };
    return withDeadline(deps.timeoutMs, signal, deps.clock, (limited) => exchange(question, server, limited));
  }

  async function askServer(host: string): Promise<DnsAnswer> {
    const answer = await ask(host, isTcp ? exchangeTcp : exchangeUdp, true);
    if (!answer.isTruncated) return answer;
    // What one server can't put in a packet, the next one can't either: from here on all are asked over TCP.
    const isLast = isTcp;
    isTcp = true;
    const longer = isLast ? answer : await ask(host, exchangeTcp, false);
    if (longer.isTruncated) throw new Error("got truncated message on TCP (64kiB limit exceeded?)");
    return longer;
  }

  for (const server of servers) {
    try {
      const answer = await askServer(server);
      if (answer.code === SUCCESS || answer.code === NO_SUCH_NAME) return answer;
    } catch (error) {
      signal.throwIfAborted();
      deps.logger.warn("DNS resolution failed", { server, name, err: failureOf(error) });
    }
  }
  return undefined;
}

function failureOf(error: unknown): unknown {
  return (error as Error).name === "TimeoutError" ? new Error("i/o timeout", { cause: error }) : error;
}
