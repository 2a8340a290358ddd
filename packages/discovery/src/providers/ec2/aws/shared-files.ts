import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { variable, type AwsEnvironment } from "./environment.ts";

/** What stands under a profile's name in `~/.aws/config` and `~/.aws/credentials`; the latter counts where both say something. */
export type Profile = ReadonlyMap<string, string>;

/** All profiles by name. */
export type Profiles = ReadonlyMap<string, Profile>;

/** Reads both files, each of which may be missing. Rejects when one can't be read. */
export async function readProfiles(environment: AwsEnvironment): Promise<Profiles> {
  const folder = join(variable(environment, "HOME") || homedir(), ".aws");
  const config = await readSections(variable(environment, "AWS_CONFIG_FILE") || join(folder, "config"));
  const credentials = await readSections(variable(environment, "AWS_SHARED_CREDENTIALS_FILE") || join(folder, "credentials"));
  const profiles = new Map<string, Profile>();
  const add = (name: string, fields: Profile): void => void profiles.set(name, new Map([...(profiles.get(name) ?? []), ...fields]));
  // `[profile default]` is meant when both stand in the file.
  if (!config.has("profile default")) add("default", config.get("default") ?? new Map());
  for (const [name, fields] of config) if (name.startsWith("profile ")) add(name.slice("profile ".length), fields);
  for (const [name, fields] of credentials) add(name, fields);
  return profiles;
}

/** The profile that is meant where none is named. */
export function defaultProfileName(environment: AwsEnvironment): string {
  return variable(environment, "AWS_PROFILE", "AWS_DEFAULT_PROFILE") || "default";
}

/** The profile of that name. Throws when there is none; the default one may be missing, and is empty then. */
export function profileOf(profiles: Profiles, name: string): Profile {
  const profile = profiles.get(name);
  if (profile === undefined && name !== "default") throw new Error(`failed to get shared config profile, ${name}`);
  return profile ?? new Map();
}

async function readSections(path: string): Promise<Profiles> {
  try {
    return parseSections(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

/**
 * Sections of `name = value` lines. An indented line belongs to the one above it, such as the settings of one service: nothing that is
 * looked at here stands there.
 */
function parseSections(text: string): Profiles {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[([^\]]*)\]/.exec(line) ?? [];
    if (name !== undefined) {
      const key = name.trim().replace(/\s+/, " ");
      section = sections.get(key) ?? new Map<string, string>();
      sections.set(key, section);
      continue;
    }
    const [, key, value] = /^([^\s#;=][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) section?.set(key.toLowerCase(), value.replace(/\s[#;].*$/, "").trim());
  }
  return sections;
}
