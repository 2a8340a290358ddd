import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, expectEqual, peer, type Suite } from "../harness.ts";
import { binary } from "../paths.ts";
import { eventually, queryValue, withBench } from "../processes.ts";

/** Chromium asks nobody outside this machine. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Runs `work` on a page of a server that scrapes itself and has a rule that fires; what the page logs as an error fails the check. */
async function withPage(work: (page: Page, url: string) => Promise<void>): Promise<void> {
  await withBench(async (bench) => {
    const executablePath = peer("chromium");
    const [port, folder, profile] = [await freePort(), bench.folder(), bench.folder()];
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, "rules.yml"), "groups: [{name: g, rules: [{alert: AlwaysOn, expr: vector(1)}]}]\n");
    writeFileSync(
      join(folder, "prometheus.yml"),
      `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]
`,
    );
    const server = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    await bench.start(binary("prometheus"), server, port);
    await eventually("the server's own metrics", async () => ((await queryValue(url, "up")) === "1" ? true : undefined));
    const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: QUIET });
    const errors: string[] = [];
    try {
      const page = await browser.newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await work(page, url);
    } finally {
      await browser.close();
    }
    expectEqual(errors, [], "errors on the page");
  });
}

/** The server's pages in a real browser. */
export const pages: Suite = {
  name: "pages",
  about: "the server's pages in Debian's Chromium",
  checks: () => [
    {
      name: "a query shows its table and its graph, and its address brings both back",
      async run() {
        await withPage(async (page, url) => {
          await page.goto(`${url}/`);
          await page.getByLabel("Expression").fill("vector(42)");
          await page.keyboard.press("Enter");
          const table = page.locator("table.results");
          await table.waitFor();
          expectEqual(await table.locator("tbody tr").count(), 1, "rows");
          expect((await table.innerText()).includes("42"), "the value is not in the table");
          await page.getByRole("tab", { name: "Graph" }).click();
          await page.locator(".chart canvas").waitFor();
          const address = page.url();
          await page.goto("about:blank");
          await page.goto(address);
          await page.locator(".chart canvas").waitFor();
          expectEqual(await page.getByLabel("Expression").inputValue(), "vector(42)", "the expression that the address names");
        });
      },
    },
    {
      name: "a query that doesn't parse shows the reason with its position",
      async run() {
        await withPage(async (page, url) => {
          // The browser itself logs the answer 400; only errors of scripts count here.
          await page.route("**/api/v1/query", async (route) => {
            const response = await route.fetch();
            await route.fulfill({ response, status: 200 });
          });
          await page.goto(`${url}/query?${new URLSearchParams({ "g0.expr": "sum(foo bar)", "g0.tab": "table" })}`);
          const notice = page.locator(".notice.error");
          await notice.waitFor();
          expect((await notice.innerText()).includes("1:9: parse error"), `the page says: ${await notice.innerText()}`);
        });
      },
    },
    {
      name: "targets and alerts are shown",
      async run() {
        await withPage(async (page, url) => {
          await page.goto(`${url}/targets`);
          await page
            .getByText(`http://127.0.0.1:${new URL(url).port}/metrics`)
            .first()
            .waitFor();
          await eventually("the alert on its page", async () => {
            await page.goto(`${url}/alerts`);
            return (await page.locator(".card.firing").count()) === 1 ? true : undefined;
          });
        });
      },
    },
  ],
};
