import { execFile } from "node:child_process";
import { asObject, hasPart, partOf, textOf } from "../objects/wire.ts";
import type { ExecSection } from "./exec-section.ts";

/** What a command has given: a token, a certificate with its key, or all of these. */
export interface ExecCredential {
  /** "" if there is none. */
  readonly token: string;
  /** PEM; "" if there is none. */
  readonly certificate: string;
  readonly key: string;
  /** Milliseconds since 1970; infinite if they don't end. */
  readonly endsMs: number;
}

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 1 << 20;

/** Runs the command, without a shell and with nothing to read, as Kubernetes' own clients do (client-go plugin/pkg/client/auth/exec). */
export async function runExecPlugin(section: ExecSection, signal: AbortSignal): Promise<ExecCredential> {
  const { command, args, variables, apiVersion, cluster } = section;
  const spec = { interactive: false, ...(cluster === undefined ? {} : { cluster }) };
  const asked = JSON.stringify({ kind: "ExecCredential", apiVersion, spec });
  const env = { ...process.env, ...variables, KUBERNETES_EXEC_INFO: asked };
  const output = await new Promise<string>((resolve, reject) => {
    // What does not end when it is asked to would be left behind.
    const options = { env, timeout: TIMEOUT_MS, killSignal: "SIGKILL", maxBuffer: MOST_OUTPUT_BYTES } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      signal.removeEventListener("abort", kill);
      if (error === null) resolve(stdout);
      else reject(new Error(failureText(section, error, stderr), { cause: error }));
    });
    const kill = (): void => {
      // Its own children may hold these open.
      for (const output of [child.stdout, child.stderr]) output?.destroy();
      child.kill("SIGKILL");
    };
    signal.addEventListener("abort", kill, { once: true });
    child.stdin?.end();
  });
  return readCredential(output, section);
}

/** Names the command, and the last line of its complaints; its arguments and what it has given may be secret. */
function failureText({ command, installHint }: ExecSection, error: Error, stderr: string): string {
  const { code, killed, signal } = error as { readonly code?: string | number; readonly killed?: boolean; readonly signal?: string };
  const hint = installHint === "" ? "" : `: ${installHint.trim()}`;
  if (code === "ENOENT") return `getting credentials: exec: executable ${command} not found${hint}`;
  const [last = ""] = stderr.trim().split("\n").slice(-1);
  const why = killed === true ? `was ended by ${signal ?? "a signal"}` : `failed with exit code ${code ?? "unknown"}`;
  return `getting credentials: exec: executable ${command} ${why}${last === "" ? "" : `: ${last}`}`;
}

function readCredential(output: string, { command, apiVersion }: ExecSection): ExecCredential {
  const refuse = (why: string): Error => new Error(`getting credentials: exec plugin ${command} ${why}`);
  const answer = asObject(parsed(output));
  if (textOf(answer, "kind") !== "ExecCredential") throw refuse("didn't print an ExecCredential");
  const given = textOf(answer, "apiVersion");
  if (given !== apiVersion) throw refuse(`is configured to use API version ${apiVersion}, it returned version ${given}`);
  if (!hasPart(answer, "status")) throw refuse("didn't return a status field");
  const status = partOf(answer, "status");
  const [token, certificate, key] = ["token", "clientCertificateData", "clientKeyData"].map((name) => textOf(status, name));
  if (token + certificate + key === "") throw refuse("didn't return a token or cert/key pair");
  if ((certificate === "") !== (key === "")) throw refuse("returned only certificate or key, not both");
  const ends = textOf(status, "expirationTimestamp");
  const endsMs = ends === "" ? Number.POSITIVE_INFINITY : Date.parse(ends);
  if (Number.isNaN(endsMs)) throw refuse(`returned an expirationTimestamp that is no time: ${JSON.stringify(ends)}`);
  return { token, certificate, key, endsMs };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
