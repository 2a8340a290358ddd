import type { Clock } from "@ferula/durations";
import type { HttpClient, HttpResponse } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import { readAnswer } from "../../json/ask.ts";
import { wholeOf } from "../../json/parse.ts";
import { record, text, type Read } from "../../json/shape.ts";
import { readCredentials, type Credentials } from "./credentials.ts";
import { isSwitchedOn, variable, type AwsEnvironment } from "./environment.ts";

/** What an EC2 instance is told about itself. */
export interface MetadataService {
  /** The region that it runs in. */
  readonly region: (signal: AbortSignal) => Promise<string>;
  /** Credentials of the role that it has. */
  readonly credentials: (signal: AbortSignal) => Promise<Credentials>;
}

/** The service is on the instance's own link: one that needs longer, in milliseconds, is not there. */
const ANSWER_LIMIT_MS = 5000;

/** Tokens and credentials are a few hundred bytes. */
const MOST_ANSWER_BYTES = 1 << 20;

const TOKEN_SECONDS = 21_600;

/** A service that has no tokens, or gives none to us, answers so: then it is asked without, in the old way. */
const WITHOUT_TOKEN: ReadonlySet<number> = new Set([403, 404, 405]);

/** The instance metadata service, version 2. The environment may name its address, or forbid it. `http` must not go through a proxy. */
export function createMetadataService(http: HttpClient, environment: AwsEnvironment, clock: Clock): MetadataService {
  const base = addressOf(environment);
  let token = "";
  let tokenEndsMs = 0;

  function send(method: "GET" | "PUT", url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpResponse> {
    return withDeadline(ANSWER_LIMIT_MS, signal, clock, (limited) =>
      http.request({ url, method, headers, signal: limited, maxBodyBytes: MOST_ANSWER_BYTES }),
    );
  }

  async function tokenNow(signal: AbortSignal): Promise<string> {
    if (clock.nowMs() < tokenEndsMs) return token;
    const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": String(TOKEN_SECONDS) };
    const url = `${base}/latest/api/token`;
    const { status, body } = await send("PUT", url, ttl, signal);
    if (status !== 200 && (!WITHOUT_TOKEN.has(status) || isSwitchedOn(environment, "AWS_EC2_METADATA_V1_DISABLED"))) {
      throw new Error(`Put ${JSON.stringify(url)}: Unexpected response code: ${status}`);
    }
    token = status === 200 ? textOf(body) : "";
    tokenEndsMs = clock.nowMs() + (TOKEN_SECONDS / 2) * 1000;
    return token;
  }

  async function get(url: string, signal: AbortSignal): Promise<HttpResponse> {
    if (isSwitchedOn(environment, "AWS_EC2_METADATA_DISABLED")) {
      throw new Error("the instance metadata service is switched off by AWS_EC2_METADATA_DISABLED");
    }
    const given = await tokenNow(signal);
    const response = await send("GET", url, given === "" ? {} : { "x-aws-ec2-metadata-token": given }, signal);
    const { status } = response;
    // The token may have been revoked: the next question gets another.
    if (status === 401) tokenEndsMs = 0;
    if (status !== 200) throw new Error(`Get ${JSON.stringify(url)}: Unexpected response code: ${status}`);
    return response;
  }

  async function getJson<T>(url: string, read: Read<T>, signal: AbortSignal): Promise<T> {
    return readAnswer(await get(url, signal), url, wholeOf(read), signal);
  }

  return {
    async region(signal) {
      const { region } = await getJson(`${base}/latest/dynamic/instance-identity/document`, identity, signal);
      if (region === "") throw new Error("instance metadata did not return a region value");
      return region;
    },
    async credentials(signal) {
      const url = `${base}/latest/meta-data/iam/security-credentials/`;
      const [first] = textOf((await get(url, signal)).body).split("\n");
      const role = first.trim();
      if (role === "") throw new Error("unexpected empty EC2 IMDS role list");
      return getJson(url + encodeURIComponent(role), roleCredentials(role), signal);
    },
  };
}

/** A part of `/latest/dynamic/instance-identity/document`. */
const identity = record({ region: text });

/** What the service says in place of credentials. */
const outcome = record({ Code: text, Message: text });

function roleCredentials(role: string): Read<Credentials> {
  return (value, path) => {
    const { Code, Message } = outcome(value, path);
    if (Code.toLowerCase() === "success") return readCredentials(value, path);
    throw new Error(`failed to get ${role} EC2 IMDS role credentials: ${Code}: ${Message}`);
  };
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString("utf8");
}

function addressOf(environment: AwsEnvironment): string {
  const given = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (given !== "") return given.replace(/\/+$/, "");
  const isIpv6 = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").toLowerCase() === "ipv6";
  return isIpv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}
