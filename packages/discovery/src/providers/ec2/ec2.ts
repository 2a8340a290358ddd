import { described, reveal } from "@ferula/config";
import { createHttpClient } from "@ferula/http";
import type { Discoverer, DiscovererDeps, Provider } from "../../provider.ts";
import { createRefreshDiscoverer } from "../../refresh.ts";
import { ec2Field, type Ec2Config } from "../../sections/ec2.ts";
import { isAwsError } from "./aws/aws-error.ts";
import { findCredentials, type CredentialSettings } from "./aws/credential-chain.ts";
import { endpointOf } from "./aws/endpoints.ts";
import type { AwsEnvironment } from "./aws/environment.ts";
import { createMetadataService } from "./aws/metadata-service.ts";
import { createQueryApi, type QueryApi } from "./aws/query-api.ts";
import { findRegion } from "./aws/region.ts";
import { describeInstances, describeZones } from "./ec2-api.ts";

/** Instances of Amazon EC2 in one region. */
export const ec2Provider: Provider<Ec2Config> = {
  name: "ec2",
  key: "ec2_sd_configs",
  field: described(ec2Field, "Instances of Amazon EC2."),
  create: (config, _index, deps) => createEc2Discoverer(config, deps, process.env),
};

/** Who asks, and where: found when it is first needed. */
interface Session {
  readonly region: string;
  readonly api: QueryApi;
}

/** Errors after which keys and files are read anew: they may have been exchanged. */
const REFUSED_CODES: ReadonlySet<string> = new Set(["AuthFailure", "UnauthorizedOperation"]);

const NO_ZONES: ReadonlyMap<string, string> = new Map();

/** The discoverer of one section. `environment` is that of the process. Throws when a certificate of the section can't be used. */
export function createEc2Discoverer(config: Ec2Config, deps: DiscovererDeps, environment: AwsEnvironment): Discoverer {
  const { clock, logger, userAgent } = deps;
  const http = createHttpClient(config, { userAgent });
  const localHttp = createHttpClient(undefined, { userAgent });
  const metadata = createMetadataService(localHttp, environment, clock);
  let session: Session | undefined;
  let zoneIds: ReadonlyMap<string, string> | undefined;

  async function openSession(signal: AbortSignal): Promise<Session> {
    const region = await findRegion(config.region, environment, metadata, signal);
    const endpoint = config.endpoint || endpointOf("ec2", region, environment);
    const credentials = await findCredentials(settingsOf(config), { http, localHttp, metadata, environment, region, clock, logger });
    return { region, api: createQueryApi({ http, service: "ec2", region, endpoint, credentials, clock }) };
  }

  /** Undefined when they can't be told: instances are found without, and the next refresh asks again. */
  async function zonesOf({ api }: Session, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      return await describeZones(api, clock, signal);
    } catch (error) {
      if (!signal.aborted) logger.debug("Unable to describe availability zones", { err: error });
      return undefined;
    }
  }

  async function refresh(signal: AbortSignal) {
    session ??= await openSession(signal);
    const { region, api } = session;
    zoneIds ??= await zonesOf(session, signal);
    const context = { region, port: config.port, zoneIds: zoneIds ?? NO_ZONES };
    try {
      return [{ source: region, targets: await describeInstances(api, config.filters, context, clock, signal), labels: [] }];
    } catch (error) {
      if (isAwsError(error) && REFUSED_CODES.has(error.code)) session = undefined;
      throw new Error(`could not describe instances: ${(error as Error).message}`, { cause: error });
    }
  }

  return createRefreshDiscoverer(
    {
      mechanism: "ec2",
      intervalMs: config.refresh_interval,
      refresh,
      close: async () => void (await Promise.all([http.close(), localHttp.close()])),
    },
    deps,
  );
}

function settingsOf({
  access_key: accessKey,
  secret_key: secretKey,
  profile,
  role_arn: roleArn,
  external_id: externalId,
}: Ec2Config): CredentialSettings {
  return { accessKey, secretKey: secretKey === undefined ? "" : reveal(secretKey), profile, roleArn, externalId };
}
