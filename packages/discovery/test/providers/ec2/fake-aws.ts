import { createHash, createHmac } from "node:crypto";
import { fakeApi, type ApiAnswer, type ApiRequest, type FakeApi } from "../fake-api.ts";

/** EC2, STS and the metadata service of an instance on one port: the address and the path tell them apart. */
export interface FakeAws extends FakeApi {
  /** Forms that were posted, in their order, with the access key that signed; "" where nothing did. */
  readonly calls: () => readonly { readonly key: string; readonly token: string; readonly form: Readonly<Record<string, string>> }[];
  /** What `Action` answers from now on. */
  readonly set: (action: string, answer: Answer) => void;
}

/** An answer, or what makes one of a form. */
export type Answer = ApiAnswer | ((form: URLSearchParams) => ApiAnswer);

/** Secrets by access keys: whoever signs with another is refused. */
export type Keys = Readonly<Record<string, string>>;

/** The keys of the section in these tests. */
export const KEYS: Keys = { AKSECTION: "secret/of+section" };

/** Starts the services. `paths` are answers of what is not posted, such as metadata. */
export async function fakeAws(
  keys: Keys,
  answers: Readonly<Record<string, Answer>>,
  paths: Readonly<Record<string, ApiAnswer>> = {},
): Promise<FakeAws> {
  const byAction: Record<string, Answer> = { DescribeAvailabilityZones: ZONES, ...answers };
  const api = await fakeApi((request) => {
    const other = paths[`${request.method} ${request.path}`];
    if (other !== undefined) return other;
    if (request.method !== "POST" || request.path !== "/") return { status: 404 };
    const form = new URLSearchParams(request.body);
    const action = form.get("Action") ?? "";
    if (action !== "AssumeRoleWithWebIdentity" && !isSigned(request, keys))
      return refusal("AuthFailure", "AWS was not able to validate the provided access credentials");
    const answer = byAction[action] ?? refusal("InvalidAction", action);
    return typeof answer === "function" ? answer(form) : answer;
  });
  return {
    ...api,
    set: (action, answer) => void (byAction[action] = answer),
    calls: () =>
      api.requests
        .filter(({ method }) => method === "POST")
        .map(({ headers, body }) => ({
          key: /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "",
          token: String(headers["x-amz-security-token"] ?? ""),
          form: Object.fromEntries(new URLSearchParams(body)),
        })),
  };
}

/** A refusal as EC2 words it. */
export function refusal(code: string, message: string, status: number = 403): ApiAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>ea966190</RequestID></Response>`;
  return { status, body };
}

/** A page of instances, each reservation as XML. */
export function instances(reservations: readonly string[], nextToken: string = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>8f7724cf</requestId>
  <reservationSet>${reservations.join("\n")}</reservationSet>
  ${nextToken === "" ? "" : `<nextToken>${nextToken}</nextToken>`}
</DescribeInstancesResponse>`;
}

/** A session as STS gives it. */
export function session(action: string, key: string, secret: string, expiration: string): string {
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
  <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>
  <Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey>
    <SessionToken>token-of-${key}</SessionToken><Expiration>${expiration}</Expiration></Credentials>
</${action}Result></${action}Response>`;
}

const ZONES = `<DescribeAvailabilityZonesResponse><availabilityZoneInfo>
  <item><zoneName>azname-a</zoneName><zoneId>azid-1</zoneId></item>
  <item><zoneName>azname-b</zoneName><zoneId>azid-2</zoneId></item>
  <item><zoneName>azname-c</zoneName><zoneId>azid-3</zoneId></item>
  <item><zoneName>azname-d</zoneName></item>
</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`;

/** Signature version 4 of a form that is posted to `/`, by Amazon's description. */
function isSigned({ headers, body }: ApiRequest, keys: Keys): boolean {
  const [, key, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(headers.authorization ?? "") ?? [];
  if (key === undefined || !Object.hasOwn(keys, key)) return false;
  const listed = names.split(";");
  if (!listed.includes("host") || (headers["x-amz-security-token"] !== undefined && !listed.includes("x-amz-security-token"))) return false;
  const canonicalHeaders = listed.map((name) => `${name}:${String(headers[name])}\n`).join("");
  const request = ["POST", "/", "", canonicalHeaders, names, sha256(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", String(headers["x-amz-date"]), scope, sha256(request)].join("\n");
  const signingKey = scope.split("/").reduce((made: Buffer | string, part) => hmac(made, part), `AWS4${keys[key]}`);
  return hmac(signingKey, text).toString("hex") === signature;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
