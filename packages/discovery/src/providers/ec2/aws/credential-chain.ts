import type { Clock } from "@ferula/durations";
import type { HttpClient } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { containerCredentials } from "./container-credentials.ts";
import { cachedCredentials, staticCredentials, type CredentialSource } from "./credentials.ts";
import { endpointOf } from "./endpoints.ts";
import { variable, type AwsEnvironment } from "./environment.ts";
import type { MetadataService } from "./metadata-service.ts";
import { createQueryApi, type QueryApi } from "./query-api.ts";
import { defaultProfileName, profileOf, readProfiles, type Profile, type Profiles } from "./shared-files.ts";
import { assumedRole, DEFAULT_SESSION_SECONDS, webIdentityRole } from "./sts.ts";

/** What a section says about credentials; empty texts say nothing. */
export interface CredentialSettings {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly profile: string;
  readonly roleArn: string;
  readonly externalId: string;
}

/** What credentials are looked for with. */
export interface CredentialDeps {
  /** As the section has it: for requests over the network. */
  readonly http: HttpClient;
  /** Without a proxy: for what is found beside us. */
  readonly localHttp: HttpClient;
  readonly metadata: MetadataService;
  readonly environment: AwsEnvironment;
  readonly region: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Ways to credentials that need a browser or a program; a profile that has no other is refused, by name. */
const UNSERVED_WAYS = ["sso_session", "sso_start_url", "credential_process", "login_session"];

/**
 * The credentials that a section means: its own keys, or what Amazon's usual chain finds (environment, web identity, profile, container,
 * instance), and on top of them its role. Rejects when the files can't be read or say what can't be.
 */
export async function findCredentials(settings: CredentialSettings, deps: CredentialDeps): Promise<CredentialSource> {
  const { clock, logger } = deps;
  const base = cachedCredentials(await baseSource(settings, deps), clock, logger);
  if (settings.roleArn === "") return base;
  const role = { arn: settings.roleArn, sessionName: "", externalId: settings.externalId, durationSeconds: DEFAULT_SESSION_SECONDS };
  return cachedCredentials(assumedRole(stsApi(deps, base), role, clock.nowMs), clock, logger);
}

/** The order is that of aws-sdk-go-v2/config (`resolveCredentialChain`). */
async function baseSource({ accessKey, secretKey, profile }: CredentialSettings, deps: CredentialDeps): Promise<CredentialSource> {
  const { environment } = deps;
  if (accessKey !== "" && secretKey !== "") return staticCredentials(accessKey, secretKey, "");
  if (profile !== "") return profileSource(await readProfiles(environment), profile, deps);
  const ofEnvironment = environmentKeys(environment);
  if (ofEnvironment !== undefined) return ofEnvironment;
  const tokenFile = variable(environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (tokenFile !== "") {
    const role = { arn: variable(environment, "AWS_ROLE_ARN"), sessionName: variable(environment, "AWS_ROLE_SESSION_NAME") };
    return webIdentityRole(stsApi(deps, undefined), tokenFile, role, deps.clock.nowMs);
  }
  return profileSource(await readProfiles(environment), defaultProfileName(environment), deps);
}

function environmentKeys(environment: AwsEnvironment): CredentialSource | undefined {
  const id = variable(environment, "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY");
  const secret = variable(environment, "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY");
  if (id === "" || secret === "") return undefined;
  return staticCredentials(id, secret, variable(environment, "AWS_SESSION_TOKEN"));
}

/** What a profile leads to: its own way to credentials, and its role on top. `asked` are the profiles that led here. */
function profileSource(profiles: Profiles, name: string, deps: CredentialDeps, asked: readonly string[] = []): CredentialSource {
  const profile = profileOf(profiles, name);
  const field = (key: string): string => profile.get(key) ?? "";
  const arn = field("role_arn");
  const sourceName = field("source_profile");
  if (arn === "" && (sourceName !== "" || field("credential_source") !== "" || field("web_identity_token_file") !== "")) {
    throw new Error(`profile ${JSON.stringify(name)} says where a role's credentials come from, but has no role_arn`);
  }
  const isElsewhere = sourceName !== "" && sourceName !== name;
  if (isElsewhere && asked.includes(sourceName))
    throw new Error(`profiles refer to each other in a circle: ${[...asked, name].join(", ")}`);
  if (!isElsewhere && usesWebIdentity(profile)) {
    const role = { arn, sessionName: field("role_session_name") };
    return webIdentityRole(stsApi(deps, undefined), field("web_identity_token_file"), role, deps.clock.nowMs);
  }
  const base = isElsewhere ? profileSource(profiles, sourceName, deps, [...asked, name]) : ownSource(profile, name, deps);
  return arn === "" ? base : profileRole(profile, name, base, deps);
}

function hasKeys(profile: Profile): boolean {
  return (profile.get("aws_access_key_id") ?? "") !== "" && (profile.get("aws_secret_access_key") ?? "") !== "";
}

function usesWebIdentity(profile: Profile): boolean {
  return !hasKeys(profile) && (profile.get("credential_source") ?? "") === "" && (profile.get("web_identity_token_file") ?? "") !== "";
}

function ownSource(profile: Profile, name: string, deps: CredentialDeps): CredentialSource {
  const field = (key: string): string => profile.get(key) ?? "";
  if (hasKeys(profile)) return staticCredentials(field("aws_access_key_id"), field("aws_secret_access_key"), field("aws_session_token"));
  const named = field("credential_source");
  if (named !== "") return namedSource(named, deps);
  const unserved = UNSERVED_WAYS.find((key) => field(key) !== "");
  if (unserved !== undefined) throw new Error(`profile ${JSON.stringify(name)} needs ${unserved}, which is not supported`);
  return containerCredentials(deps.localHttp, deps.environment, deps.clock) ?? deps.metadata.credentials;
}

function namedSource(name: string, { localHttp, environment, clock, metadata }: CredentialDeps): CredentialSource {
  const sources: Readonly<Record<string, () => CredentialSource | undefined>> = {
    Ec2InstanceMetadata: () => metadata.credentials,
    EcsContainer: () => containerCredentials(localHttp, environment, clock),
    Environment: () => environmentKeys(environment),
  };
  if (!Object.hasOwn(sources, name))
    throw new Error(`credential_source must be ${Object.keys(sources).join(", ")}, not ${JSON.stringify(name)}`);
  const source = sources[name]();
  if (source === undefined) throw new Error(`credential_source is ${name}, but the environment names no credentials of that kind`);
  return source;
}

function profileRole(profile: Profile, name: string, base: CredentialSource, deps: CredentialDeps): CredentialSource {
  const field = (key: string): string => profile.get(key) ?? "";
  if (field("mfa_serial") !== "")
    throw new Error(`profile ${JSON.stringify(name)} needs mfa_serial: nobody is there to be asked for a code`);
  const seconds = Number(field("duration_seconds"));
  const role = {
    arn: field("role_arn"),
    sessionName: field("role_session_name"),
    externalId: field("external_id"),
    durationSeconds: seconds > DEFAULT_SESSION_SECONDS ? seconds : DEFAULT_SESSION_SECONDS,
  };
  const source = cachedCredentials(base, deps.clock, deps.logger);
  return assumedRole(stsApi(deps, source), role, deps.clock.nowMs);
}

function stsApi({ http, region, environment, clock }: CredentialDeps, credentials: CredentialSource | undefined): QueryApi {
  return createQueryApi({ http, service: "sts", region, endpoint: endpointOf("sts", region, environment), credentials, clock });
}
