import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import type { StartedProcess } from "../start-process.ts";
import { tempFolder } from "../temp-folder.ts";

/** A program that takes a web configuration file. */
export interface WebFileProgram {
  /** Starts it with these flags besides its own; it must listen on 127.0.0.1 at a port that the system chooses. */
  readonly start: (flags: readonly string[]) => Promise<StartedProcess>;
  /** A path that it answers with 200. */
  readonly path: string;
}

/** A program that runs with a web file. */
export interface ServedProgram {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly process: StartedProcess;
  /** Replaces the web file. */
  readonly write: (text: string) => void;
}

/** Who takes part in handshakes. */
export interface Certificates {
  readonly authority: Authority;
  readonly server: Certificate;
  readonly right: Certificate;
  readonly expired: Certificate;
  /** Of an authority that the program doesn't know. */
  readonly wrong: Certificate;
}

/** Starts the program with `text` as its web file, and waits until it listens. */
export async function serveProgram({ start, path }: WebFileProgram, text: string): Promise<ServedProgram> {
  const file = join(tempFolder(), "web.yml");
  const write = (next: string): void => writeFileSync(file, next);
  write(text);
  const process = await start([`--web.config.file=${file}`]);
  const [, host, port] = /address=(\S+):(\d+)/.exec(await process.waitForLine("Listening on")) ?? [];
  return { host, port: Number(port), path, process, write };
}

/** Makes them anew: nothing of them is kept. */
export async function makeCertificates(): Promise<Certificates> {
  const authority = await createAuthority("ours");
  const stranger = await createAuthority("theirs");
  return {
    authority,
    server: await authority.issue(["127.0.0.1"]),
    right: await authority.issue(["client.example", "10.0.0.1"]),
    expired: await authority.issue(["client.example"], { expired: true }),
    wrong: await stranger.issue(["client.example"]),
  };
}
