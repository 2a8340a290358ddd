import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { noLogger } from "@ferula/logging";
import { tempFolder } from "@ferula/test-kit";
import { startAlertmanager, type Alertmanager } from "../src/alertmanager.ts";
import { flagsDefinition } from "../src/flags.ts";

/** A configuration whose groups wait for so long that nothing is sent. */
export const CONFIG = `route:
  receiver: default
  group_by: [alertname]
  group_wait: 1h
  routes:
    - matchers: [team="db"]
      receiver: db-team
receivers:
  - name: default
  - name: db-team
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [alertname]
`;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it isn't JSON. */
  readonly json: any;
}

/** An Alertmanager in this process. */
export interface Running extends Alertmanager {
  readonly ask: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly writeConfig: (text: string) => void;
  readonly configFile: string;
}

const running: Alertmanager[] = [];

afterEach(async () => {
  for (const alertmanager of running.splice(0)) await alertmanager.stop();
});

/** Starts an Alertmanager on a port of its own, with `text` as its configuration. */
export async function start(text: string = CONFIG, flags: readonly string[] = []): Promise<Running> {
  const folder = tempFolder();
  const configFile = join(folder, "alertmanager.yml");
  const writeConfig = (next: string): void => writeFileSync(configFile, next);
  writeConfig(text);
  const parsed = parseFlags(flagsDefinition, [
    `--config.file=${configFile}`,
    `--storage.path=${folder}/data`,
    "--web.listen-address=127.0.0.1:0",
    ...flags,
  ]);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  const alertmanager = await startAlertmanager(parsed.values, noLogger);
  running.push(alertmanager);
  return {
    ...alertmanager,
    configFile,
    writeConfig,
    async ask(method, path, body, headers = {}) {
      const response = await fetch(alertmanager.urls[0] + path, {
        method,
        redirect: "manual",
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json") === true && text !== "";
      return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
    },
  };
}
