import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { eventually, tempFolder } from "@ferula/test-kit";
import { createEc2Discoverer } from "../../../src/providers/ec2/ec2.ts";
import { ec2Field } from "../../../src/sections/ec2.ts";
import type { ApiAnswer } from "../fake-api.ts";
import { readSection, runDiscoverer } from "../run-discoverer.ts";
import { fakeAws, instances, session, type Answer, type FakeAws, type Keys } from "./fake-aws.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Every access key has this secret, so that a wrong one is refused. */
const KEYS: Keys = Object.fromEntries(
  ["AKSECTION", "AKENV", "AKSHARED", "AKTEAM", "AKCONFIG", "AKROLE", "AKROLE2", "AKWEB", "AKCONTAINER", "AKINSTANCE"].map((key) => [
    key,
    `secret-of-${key}`,
  ]),
);

const LATER = "2026-01-01T06:00:00Z";

function keysJson(key: string, expiration: string = LATER): string {
  return JSON.stringify({
    Code: "Success",
    AccessKeyId: key,
    SecretAccessKey: KEYS[key],
    Token: `token-of-${key}`,
    Expiration: expiration,
  });
}

const ROLE_PATH = "GET /latest/meta-data/iam/security-credentials/";
const PATHS: Readonly<Record<string, ApiAnswer>> = {
  "PUT /latest/api/token": "metadata-token",
  [ROLE_PATH]: "role-1\nrole-2",
  [`${ROLE_PATH}role-1`]: keysJson("AKINSTANCE"),
  "GET /container": keysJson("AKCONTAINER"),
};

const STS: Readonly<Record<string, Answer>> = {
  AssumeRole: session("AssumeRole", "AKROLE", KEYS["AKROLE"], LATER),
  AssumeRoleWithWebIdentity: session("AssumeRoleWithWebIdentity", "AKWEB", KEYS["AKWEB"], LATER),
};

async function startAws(sts: Readonly<Record<string, Answer>> = STS, paths: Readonly<Record<string, ApiAnswer>> = PATHS): Promise<FakeAws> {
  const aws = await fakeAws(KEYS, { DescribeInstances: instances([]), ...sts }, paths);
  cleanups.push(aws.close);
  return aws;
}

interface Files {
  readonly config?: string;
  readonly credentials?: string;
  readonly token?: string;
}

/** Runs a section on a machine that has these variables and files, and on which the services are where `aws` is. */
function run(aws: FakeAws, yaml: string, environment: (home: string) => Readonly<Record<string, string>> = () => ({}), files: Files = {}) {
  const home = tempFolder();
  mkdirSync(join(home, ".aws"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, ".aws", name), text.replaceAll("HOME", home));
  const all = { HOME: home, AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url, ...environment(home) };
  const config = readSection(ec2Field, `region: eu-west-7\n${yaml}`);
  const running = runDiscoverer((deps) => createEc2Discoverer(config, deps, all));
  cleanups.push(running.stop);
  return running;
}

function keysOf(action: string, aws: FakeAws): readonly string[] {
  return aws
    .calls()
    .filter(({ form }) => form["Action"] === action)
    .map(({ key }) => key);
}

const ENV_KEYS = { AWS_ACCESS_KEY_ID: "AKENV", AWS_SECRET_ACCESS_KEY: "secret-of-AKENV" };
const SHARED = `[default]
aws_access_key_id = AKSHARED
aws_secret_access_key=secret-of-AKSHARED ; a comment
[team]
aws_access_key_id = AKTEAM
aws_secret_access_key = secret-of-AKTEAM
aws_session_token = token-of-AKTEAM
`;

interface Row {
  readonly why: string;
  readonly yaml?: string;
  readonly environment?: (home: string) => Readonly<Record<string, string>>;
  readonly files?: Files;
  readonly want: string;
  readonly token?: string;
}

test.each<Row>([
  {
    why: "the section's own keys come first",
    yaml: "access_key: AKSECTION\nsecret_key: secret-of-AKSECTION\nprofile: team",
    environment: () => ENV_KEYS,
    files: { credentials: SHARED },
    want: "AKSECTION",
  },
  { why: "half of the section's keys is none", yaml: "access_key: AKSECTION", environment: () => ENV_KEYS, want: "AKENV" },
  {
    why: "the section's profile comes before the environment",
    yaml: "profile: team",
    environment: () => ENV_KEYS,
    files: { credentials: SHARED },
    want: "AKTEAM",
    token: "token-of-AKTEAM",
  },
  { why: "the environment comes before files", environment: () => ENV_KEYS, files: { credentials: SHARED }, want: "AKENV" },
  {
    why: "a session may stand in the environment",
    environment: () => ({ ...ENV_KEYS, AWS_SESSION_TOKEN: "t1" }),
    want: "AKENV",
    token: "t1",
  },
  {
    why: "a web identity comes before files",
    environment: (home) => ({ AWS_WEB_IDENTITY_TOKEN_FILE: join(home, ".aws", "token"), AWS_ROLE_ARN: "arn:web" }),
    files: { credentials: SHARED, token: "jwt" },
    want: "AKWEB",
    token: "token-of-AKWEB",
  },
  {
    why: "the default profile is that of the file of credentials",
    environment: () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1" }),
    files: { credentials: SHARED },
    want: "AKSHARED",
  },
  {
    why: "another profile may be named",
    environment: () => ({ AWS_PROFILE: "team" }),
    files: { credentials: SHARED },
    want: "AKTEAM",
    token: "token-of-AKTEAM",
  },
  {
    why: "a profile may stand in the configuration; what is indented belongs to something else",
    yaml: "profile: conf",
    files: {
      config:
        "# hello\n[profile conf]\nservices = x\n  aws_access_key_id = AKENV\naws_access_key_id = AKCONFIG\naws_secret_access_key = secret-of-AKCONFIG\n[conf]\naws_access_key_id = no\n",
    },
    want: "AKCONFIG",
  },
  {
    why: "the file of credentials counts before the configuration",
    files: { config: "[default]\naws_access_key_id = AKCONFIG\naws_secret_access_key = secret-of-AKCONFIG\n", credentials: SHARED },
    want: "AKSHARED",
  },
  {
    why: "the files may be elsewhere",
    environment: (home) => ({ AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws", "config") }),
    files: { config: SHARED },
    want: "AKSHARED",
  },
  {
    why: "a profile's role is taken on with the keys of another",
    yaml: "profile: admin",
    files: { config: "[profile admin]\nrole_arn = arn:admin\nsource_profile = team\n", credentials: SHARED },
    want: "AKROLE",
    token: "token-of-AKROLE",
  },
  {
    why: "a profile's role is taken on with its own keys",
    yaml: "profile: own",
    files: {
      credentials:
        "[own]\nrole_arn = arn:own\nsource_profile = own\naws_access_key_id = AKTEAM\naws_secret_access_key = secret-of-AKTEAM\n",
    },
    want: "AKROLE",
    token: "token-of-AKROLE",
  },
  {
    why: "a profile's role is taken on with what the instance has",
    yaml: "profile: machine",
    files: { config: "[profile machine]\nrole_arn = arn:machine\ncredential_source = Ec2InstanceMetadata\n" },
    want: "AKROLE",
    token: "token-of-AKROLE",
  },
  {
    why: "a profile may name a web identity",
    yaml: "profile: web",
    files: { config: "[profile web]\nrole_arn = arn:web\nweb_identity_token_file = HOME/.aws/token\n", token: "jwt" },
    want: "AKWEB",
    token: "token-of-AKWEB",
  },
  { why: "without anything else, the instance's role", want: "AKINSTANCE", token: "token-of-AKINSTANCE" },
])("$why", async ({ yaml = "", environment = () => ({}), files = {}, want, token = "" }) => {
  const aws = await startAws();
  const { emitted, logs } = run(aws, yaml, environment, files);
  await eventually(() => expect({ emitted: emitted.length, logs }).toEqual({ emitted: 1, logs: [] }));
  const call = aws.calls().find(({ form }) => form["Action"] === "DescribeInstances");
  expect([call?.key, call?.token]).toEqual([want, token]);
});

test("a container's credentials come before the instance's, with the token of a file", async () => {
  const aws = await startAws();
  const { emitted } = run(
    aws,
    "",
    (home) => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(home, ".aws", "token"),
    }),
    { token: "agent-token" },
  );
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(keysOf("DescribeInstances", aws)).toEqual(["AKCONTAINER"]);
  expect(aws.requests.find(({ path }) => path === "/container")?.headers.authorization).toBe("agent-token");
});

test("the instance's credentials are asked for with a token, in the way of version 2", async () => {
  const aws = await startAws();
  const { emitted } = run(aws, "");
  await eventually(() => expect(emitted).toHaveLength(1));
  const [put, list, role] = aws.requests;
  expect([put.method, put.url, put.headers["x-aws-ec2-metadata-token-ttl-seconds"]]).toEqual(["PUT", "/latest/api/token", "21600"]);
  expect([list, role].map(({ headers }) => headers["x-aws-ec2-metadata-token"])).toEqual(["metadata-token", "metadata-token"]);
});

test.each([
  { why: "a metadata service without tokens is asked without", status: 404, environment: {}, isFound: true },
  { why: "not where the old way is switched off", status: 404, environment: { AWS_EC2_METADATA_V1_DISABLED: "true" }, isFound: false },
  { why: "nor while it is broken", status: 500, environment: {}, isFound: false },
])("$why", async ({ status, environment, isFound }) => {
  const aws = await startAws(STS, { ...PATHS, "PUT /latest/api/token": { status } });
  const { emitted, logs } = run(aws, "", () => environment);
  await eventually(() => expect(emitted.length + logs.filter((line) => line.includes("level=ERROR")).length).toBe(1));
  expect(emitted).toHaveLength(isFound ? 1 : 0);
});

test("the section's role is taken on with what the chain finds, by its external ID", async () => {
  const aws = await startAws();
  const { emitted } = run(aws, "role_arn: arn:aws:iam::1:role/prom\nexternal_id: ext-1", () => ENV_KEYS);
  await eventually(() => expect(emitted).toHaveLength(1));
  const [assume] = aws.calls();
  expect(assume).toMatchObject({
    key: "AKENV",
    form: { Action: "AssumeRole", Version: "2011-06-15", RoleArn: "arn:aws:iam::1:role/prom", ExternalId: "ext-1", DurationSeconds: "900" },
  });
  expect(assume.form["RoleSessionName"]).toMatch(/^[\w+=,.@-]{2,64}$/);
  expect(keysOf("DescribeInstances", aws)).toEqual(["AKROLE"]);
});

test("a web identity is shown without a signature, and its token is read anew each time", async () => {
  const soon = session("AssumeRoleWithWebIdentity", "AKWEB", KEYS["AKWEB"], "2026-01-01T00:05:30Z");
  const aws = await startAws({ ...STS, AssumeRoleWithWebIdentity: soon });
  const tokens = tempFolder();
  writeFileSync(join(tokens, "jwt"), "first");
  const { clock, emitted } = run(aws, "", () => ({
    AWS_WEB_IDENTITY_TOKEN_FILE: join(tokens, "jwt"),
    AWS_ROLE_ARN: "arn:web",
    AWS_ROLE_SESSION_NAME: "me",
  }));
  await eventually(() => expect(emitted).toHaveLength(1));
  writeFileSync(join(tokens, "jwt"), "second");
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(emitted).toHaveLength(2));
  const calls = aws.calls().filter(({ form }) => form["Action"] === "AssumeRoleWithWebIdentity");
  expect(calls.map(({ key, form }) => [key, form["RoleArn"], form["RoleSessionName"], form["WebIdentityToken"]])).toEqual([
    ["", "arn:web", "me", "first"],
    ["", "arn:web", "me", "second"],
  ]);
});

test("a session is renewed 5 minutes before it ends, and not before", async () => {
  const aws = await startAws({ ...STS, AssumeRole: session("AssumeRole", "AKROLE", KEYS["AKROLE"], "2026-01-01T00:07:30Z") });
  const { clock, emitted } = run(aws, "role_arn: arn:r", () => ENV_KEYS);
  await eventually(() => expect(emitted).toHaveLength(1));
  aws.set("AssumeRole", session("AssumeRole", "AKROLE2", KEYS["AKROLE2"], LATER));
  for (let refreshes = 2; refreshes <= 4; refreshes++) {
    await eventually(() => expect(clock.timerCount()).toBe(1));
    await clock.advance(60_000);
    await eventually(() => expect(emitted).toHaveLength(refreshes));
  }
  expect(keysOf("DescribeInstances", aws)).toEqual(["AKROLE", "AKROLE", "AKROLE", "AKROLE2"]);
});

test("a session that can't be renewed serves to its end", async () => {
  const aws = await startAws({ ...STS, AssumeRole: session("AssumeRole", "AKROLE", KEYS["AKROLE"], "2026-01-01T00:01:30Z") });
  const { clock, emitted, logs } = run(aws, "role_arn: arn:r", () => ENV_KEYS);
  await eventually(() => expect(emitted).toHaveLength(1));
  aws.set("AssumeRole", {
    status: 403,
    body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no more</Message></Error></ErrorResponse>",
  });
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(emitted).toHaveLength(2));
  expect(logs.join("")).toMatch(/level=WARN .*Cannot renew AWS credentials.*api error AccessDenied: no more/);
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(logs.join("")).toMatch(/could not describe instances: .*AssumeRole: .*AccessDenied: no more/));
});

test.each<Omit<Row, "want"> & { said: RegExp }>([
  { why: "a profile that there is not", yaml: "profile: none", said: /failed to get shared config profile, none/ },
  {
    why: "profiles in a circle",
    yaml: "profile: a",
    files: { config: "[profile a]\nrole_arn=x\nsource_profile=b\n[profile b]\nrole_arn=y\nsource_profile=a\n" },
    said: /in a circle: a, b/,
  },
  {
    why: "a profile without a role",
    yaml: "profile: a",
    files: { config: "[profile a]\nsource_profile=b\n" },
    said: /profile \\"a\\" .*has no role_arn/,
  },
  {
    why: "a profile that needs a browser",
    yaml: "profile: a",
    files: { config: "[profile a]\nsso_session = s\n" },
    said: /needs sso_session, which is not supported/,
  },
  {
    why: "a profile that needs a code",
    yaml: "profile: a",
    files: { config: "[profile a]\nrole_arn=x\ncredential_source=Ec2InstanceMetadata\nmfa_serial=1\n" },
    said: /needs mfa_serial/,
  },
  {
    why: "a source that there is not",
    yaml: "profile: a",
    files: { config: "[profile a]\nrole_arn=x\ncredential_source=Toaster\n" },
    said: /credential_source must be .*not \\"Toaster\\"/,
  },
  {
    why: "a web identity without a role",
    environment: () => ({ AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent" }),
    said: /role ARN is not set/,
  },
  {
    why: "a web identity without its file",
    environment: () => ({ AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent", AWS_ROLE_ARN: "arn:x" }),
    said: /ENOENT.*\/nonexistent/,
  },
  {
    why: "an agent of containers that may not be told a token",
    environment: () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://192.0.2.1/keys" }),
    said: /invalid endpoint host, \\"192.0.2.1\\", only loopback\/ecs\/eks hosts are allowed/,
  },
  {
    why: "a metadata service that is switched off",
    environment: () => ({ AWS_EC2_METADATA_DISABLED: "TRUE" }),
    said: /switched off by AWS_EC2_METADATA_DISABLED/,
  },
])("$why is logged", async ({ yaml = "", environment = () => ({}), files = {}, said }) => {
  const aws = await startAws();
  const { logs } = run(aws, yaml, environment, files);
  await eventually(() => expect(logs.join("")).toMatch(/level=ERROR .*Unable to refresh target groups/));
  expect(logs.join("")).toMatch(said);
  expect(keysOf("DescribeInstances", aws)).toEqual([]);
});

test.each([
  { why: "what is no JSON", answer: "<html>", said: /cannot read the answer: broken JSON: unexpected .* \(line 1, column 1\)/ },
  {
    why: "a refusal",
    answer: '{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no trust"}',
    said: /AssumeRoleUnauthorizedAccess: no trust/,
  },
  { why: "keys that are not whole", answer: '{"Code": "Success", "AccessKeyId": "x"}', said: /the answer holds no credentials/ },
  { why: "an end that is no time", answer: keysJson("AKINSTANCE", "soon"), said: /the credentials' end \\"soon\\" is no time/ },
])("$why in place of the instance's credentials is logged", async ({ answer, said }) => {
  const aws = await startAws(STS, { ...PATHS, [`${ROLE_PATH}role-1`]: answer });
  const { logs } = run(aws, "");
  await eventually(() => expect(logs.join("")).toMatch(/level=ERROR .*Unable to refresh target groups/));
  expect(logs.join("")).toMatch(said);
});
