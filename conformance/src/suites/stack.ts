import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, expectEqual, type Suite } from "../harness.ts";
import { root } from "../paths.ts";
import { eventually, queryValue, withBench, type Program } from "../processes.ts";

const FLAGS = ["mailbox", "smtp", "alertmanager", "pushgateway", "node", "blackbox", "shop", "prometheus"];
const JOBS = ["prometheus", "alertmanager", "pushgateway", "node", "blackbox", "probe", "examples"];
const ALERT_TIMEOUT_MS = 180_000;

interface Message {
  readonly kind: string;
  readonly status: string;
  readonly subject: string;
}

export const stack: Suite = {
  name: "stack",
  about: "what npm start shows: everything up, an alert by mail and webhook, and its resolution",
  checks: () => [
    {
      name: "the demo runs, alerts, stops cleanly and finds its data again",
      async run() {
        await withBench(async (bench) => {
          const data = bench.folder();
          const ports = new Map<string, number>();
          for (const flag of FLAGS) ports.set(flag, await freePort());
          const args = [
            join(root, "examples/demo/dist/main.js"),
            `--data=${data}`,
            ...FLAGS.map((flag) => `--port.${flag}=${ports.get(flag)}`),
          ];
          const url = `http://127.0.0.1:${ports.get("prometheus")}`;
          const mailbox = `http://127.0.0.1:${ports.get("mailbox")}/api/messages`;
          const start = (): Promise<Program> => bench.start(process.execPath, args, ports.get("prometheus"));

          const first = await start();
          for (const job of JOBS) {
            await eventually(
              `every target of ${job} to be up`,
              async () => ((await queryValue(url, `min(up{job="${job}"})`)) === "1" ? true : undefined),
              60_000,
            );
          }
          for (const [kind, status] of [
            ["mail", "firing"],
            ["webhook", "firing"],
            ["mail", "resolved"],
            ["webhook", "resolved"],
          ]) {
            await eventually(
              `a ${kind} of a ${status} alert`,
              async () =>
                ((await (await fetch(mailbox)).json()) as readonly Message[]).find(
                  (message) => message.kind === kind && message.status === status && message.subject.includes("ShopCheckoutsFail"),
                ),
              ALERT_TIMEOUT_MS,
            );
          }
          const before = Number(await queryValue(url, 'count_over_time(up{job="node"}[10m])'));
          expectEqual(await first.kill("SIGINT"), 0, `the exit code of the demo\n${first.output().slice(-2000)}`);
          expect(!existsSync(join(data, "prometheus", "lock")), "the lock file is left behind");

          const second = await start();
          const after = Number(await eventually("the samples from before", () => queryValue(url, 'count_over_time(up{job="node"}[20m])')));
          expect(after >= before, `${after} samples after the restart, ${before} before`);
          expectEqual(await second.kill("SIGINT"), 0, `the exit code of the demo\n${second.output().slice(-2000)}`);
        });
      },
    },
  ],
};
