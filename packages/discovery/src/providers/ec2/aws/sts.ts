import { readFile } from "node:fs/promises";
import { checkedCredentials, type Credentials, type CredentialSource } from "./credentials.ts";
import type { QueryApi } from "./query-api.ts";
import { childOf, textAt, type XmlElement } from "./xml.ts";

/** A role to take on. Empty texts are left to their defaults. */
export interface Role {
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId: string;
  /** How long a session lasts. */
  readonly durationSeconds: number;
}

/** As short as sessions may be, as upstream's SDK asks for. */
export const DEFAULT_SESSION_SECONDS = 900;

const VERSION = "2011-06-15";

/** Sessions of a role, by credentials that may take it on: those that `sts` signs with. */
export function assumedRole(sts: QueryApi, { arn, sessionName, externalId, durationSeconds }: Role, nowMs: () => number): CredentialSource {
  const name = sessionName || defaultName(nowMs);
  return async (signal) => {
    const answer = await sts(
      {
        Action: "AssumeRole",
        Version: VERSION,
        RoleArn: arn,
        RoleSessionName: name,
        DurationSeconds: String(durationSeconds),
        ...(externalId === "" ? {} : { ExternalId: externalId }),
      },
      signal,
    );
    return sessionOf(childOf(answer, "AssumeRoleResult"));
  };
}

/** Sessions of a role, by a token in a file that is renewed from outside. `sts` need not sign. */
export function webIdentityRole(
  sts: QueryApi,
  tokenFile: string,
  { arn, sessionName }: Pick<Role, "arn" | "sessionName">,
  nowMs: () => number,
): CredentialSource {
  if (arn === "") throw new Error("role ARN is not set");
  const name = sessionName || defaultName(nowMs);
  return async (signal) => {
    const token = await readFile(tokenFile, "utf8");
    const answer = await sts(
      { Action: "AssumeRoleWithWebIdentity", Version: VERSION, RoleArn: arn, RoleSessionName: name, WebIdentityToken: token },
      signal,
    );
    return sessionOf(childOf(answer, "AssumeRoleWithWebIdentityResult"));
  };
}

function defaultName(nowMs: () => number): string {
  return `ferula-${nowMs()}`;
}

function sessionOf(result: XmlElement | undefined): Credentials {
  const text = (key: string): string => textAt(result, "Credentials", key);
  return checkedCredentials(text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"), text("Expiration"));
}
