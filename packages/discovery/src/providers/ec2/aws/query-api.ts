import { AwsV4Signer } from "aws4fetch";
import type { Clock } from "@ferula/durations";
import type { HttpClient, ResponseHead } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import { createAnswerReader } from "./answer-reader.ts";
import type { CredentialSource } from "./credentials.ts";
import type { AwsService } from "./endpoints.ts";
import type { XmlElement, XmlItems } from "./xml.ts";

/** Fields of a form: an action, its version and what it is told. */
export type QueryParameters = Readonly<Record<string, string>>;

/** Does one action. Rejects with an AwsError when the service refuses, with an HttpClientError when it can't be reached. */
export type QueryApi = (parameters: QueryParameters, signal: AbortSignal, items?: XmlItems) => Promise<XmlElement>;

/** One service of Amazon's at one address. */
export interface QueryApiOptions {
  readonly http: HttpClient;
  readonly service: AwsService;
  readonly region: string;
  readonly endpoint: string;
  /** Undefined for actions that need no signature. */
  readonly credentials: CredentialSource | undefined;
  readonly clock: Clock;
}

/** An answer that takes longer, in milliseconds, is none. */
const ANSWER_LIMIT_MS = 60_000;

/** An answer is read as it comes and not kept: the limit is for one that never ends. */
const MOST_ANSWER_BYTES = 1 << 30;

const FORM = "application/x-www-form-urlencoded; charset=utf-8";

/** Calls a service by the AWS Query protocol: a form is posted, with a signature of version 4, and XML comes back. */
export function createQueryApi({ http, service, region, endpoint, credentials, clock }: QueryApiOptions): QueryApi {
  const url = urlOf(endpoint);
  return async (parameters, signal, items) => {
    const body = new URLSearchParams(parameters).toString();
    const plain = { "content-type": FORM };
    const headers = credentials === undefined ? plain : await signed(plain, body, signal);
    const place = `Post ${JSON.stringify(url)}: ${parameters["Action"]}`;
    const reader = createAnswerReader(place, items);
    const begin = (head: ResponseHead): void => reader.begin(head.status);
    await withDeadline(ANSWER_LIMIT_MS, signal, clock, (limited) =>
      http.stream({ url, method: "POST", headers, body, signal: limited, maxBodyBytes: MOST_ANSWER_BYTES }, reader.take, begin),
    );
    return reader.end();
  };

  async function signed(headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal) {
    const { accessKeyId, secretAccessKey, sessionToken } = await (credentials as CredentialSource)(signal);
    const signer = new AwsV4Signer({
      method: "POST",
      url,
      headers,
      body,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === "" ? {} : { sessionToken }),
      service,
      region,
      datetime: new Date(clock.nowMs()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
    });
    return Object.fromEntries((await signer.sign()).headers);
  }
}

/** As the signature has it: without a port that goes without saying, so that the Host header is the one that was signed. */
function urlOf(endpoint: string): string {
  try {
    return new URL(endpoint).href;
  } catch (error) {
    throw new Error(`invalid AWS endpoint ${JSON.stringify(endpoint)}`, { cause: error });
  }
}
