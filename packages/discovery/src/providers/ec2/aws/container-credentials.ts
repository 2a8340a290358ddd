import { readFile } from "node:fs/promises";
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { Clock } from "@ferula/durations";
import type { HttpClient } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import { getJson } from "../../json/ask.ts";
import { wholeOf } from "../../json/parse.ts";
import { readCredentials, type CredentialSource } from "./credentials.ts";
import { variable, type AwsEnvironment } from "./environment.ts";

const ANSWER_LIMIT_MS = 5000;

/** Where the agent of ECS is found by containers. */
const ECS_AGENT = "http://169.254.170.2";

/** Whoever may be told the authorization token without TLS: this machine, and the agents of ECS and EKS. */
const trustedHosts = new BlockList();
trustedHosts.addSubnet("127.0.0.0", 8, "ipv4");
trustedHosts.addAddress("::1", "ipv6");
trustedHosts.addAddress("169.254.170.2", "ipv4");
trustedHosts.addAddress("169.254.170.23", "ipv4");
trustedHosts.addAddress("fd00:ec2::23", "ipv6");

/** Credentials that a container gets from the agent beside it, or undefined where the environment names none. */
export function containerCredentials(http: HttpClient, environment: AwsEnvironment, clock: Clock): CredentialSource | undefined {
  const path = variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const full = variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (path === "" && full === "") return undefined;
  const url = path === "" ? full : ECS_AGENT + path;
  return async (signal) => {
    await checkHost(url);
    const token = await tokenOf(environment);
    const headers = token === "" ? {} : { authorization: token };
    const answer = await withDeadline(ANSWER_LIMIT_MS, signal, clock, (limited) =>
      getJson(http, { url, headers, signal: limited }, wholeOf(readCredentials)),
    );
    return answer.value;
  };
}

/** The file, which may be renewed, comes before the variable. */
async function tokenOf(environment: AwsEnvironment): Promise<string> {
  const file = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (file === "") return variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  const token = await readFile(file, "utf8");
  if (/[\r\n]/.test(token)) throw new Error(`the authorization token in ${file} contains a line break`);
  return token;
}

async function checkHost(url: string): Promise<void> {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:") return;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
  const areTrusted = addresses.every((address) => trustedHosts.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"));
  if (!areTrusted) throw new Error(`invalid endpoint host, ${JSON.stringify(host)}, only loopback/ecs/eks hosts are allowed`);
}
