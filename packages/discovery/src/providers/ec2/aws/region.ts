import { variable, type AwsEnvironment } from "./environment.ts";
import type { MetadataService } from "./metadata-service.ts";
import { defaultProfileName, profileOf, readProfiles } from "./shared-files.ts";

/** The region that is asked about: the one given, or that of the environment, of the profile, or of the instance that this runs on. */
export async function findRegion(
  given: string,
  environment: AwsEnvironment,
  metadata: MetadataService,
  signal: AbortSignal,
): Promise<string> {
  try {
    return (
      given ||
      variable(environment, "AWS_REGION", "AWS_DEFAULT_REGION") ||
      (await profileRegion(environment)) ||
      (await metadata.region(signal))
    );
  } catch (error) {
    throw new Error(`could not determine AWS region: ${(error as Error).message}`, { cause: error });
  }
}

async function profileRegion(environment: AwsEnvironment): Promise<string> {
  const profiles = await readProfiles(environment);
  return profileOf(profiles, defaultProfileName(environment)).get("region") ?? "";
}
