import { readFile } from "node:fs/promises";
import { fileErrorText } from "@ferula/files";
import { countLabels, isRooted, rooted } from "./domain-name.ts";

/** What a resolv.conf(5) says, as far as it matters here. */
export interface ResolvConf {
  /** Addresses, in the order in which they are asked. */
  readonly servers: readonly string[];
  /** Domains to append to a name. */
  readonly search: readonly string[];
  /** A name with more labels than that is first asked for as it is. */
  readonly ndots: number;
}

const MAX_NDOTS = 15;

/** Reads the file. Rejects with an Error that names it. */
export async function readResolvConf(path: string): Promise<ResolvConf> {
  try {
    return parseResolvConf(await readFile(path, "utf8"));
  } catch (error) {
    throw new Error(`could not load resolv.conf: ${fileErrorText(path, error)}`, { cause: error });
  }
}

/** Lines that it doesn't know are left out; of `domain` and `search` the last one holds. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...words] = line.split(/\s+/).filter((word) => word !== "");
    if (keyword === "nameserver") servers.push(...words.slice(0, 1));
    else if (keyword === "domain") search = words.slice(0, 1);
    else if (keyword === "search") search = words;
    else if (keyword === "options") ndots = ndotsOf(words) ?? ndots;
  }
  return { servers, search, ndots };
}

function ndotsOf(options: readonly string[]): number | undefined {
  const text = options.findLast((option) => option.startsWith("ndots:"))?.slice("ndots:".length);
  if (text === undefined) return undefined;
  return /^[+-]?\d+$/.test(text) ? Math.min(MAX_NDOTS, Math.max(0, Number(text))) : 0;
}

/** The names that are asked for in place of `name`, in this order; all are rooted. */
export function searchNames(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (isRooted(name)) return [name];
  const asItIs = rooted(name);
  const longer = search.map((domain) => rooted(asItIs + domain));
  return countLabels(name) > ndots ? [asItIs, ...longer] : [...longer, asItIs];
}
