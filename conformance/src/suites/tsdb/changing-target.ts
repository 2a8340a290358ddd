import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A target whose series come, change and go from one scrape to the next. */
export interface ChangingTarget {
  readonly port: number;
  readonly close: () => void;
}

/** How many series live for a few scrapes only. */
const SHORT_LIVED = 20;

/** Starts one. Values of every kind are among its samples: counters that are reset, noise, NaN, infinities, times of their own. */
export async function changingTarget(): Promise<ChangingTarget> {
  let scrapes = 0;
  const server = createServer((_req, res) => {
    res.setHeader("Content-Type", "text/plain; version=0.0.4");
    res.end(body(scrapes++));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function body(scrape: number): string {
  const lines = ["# HELP steady_total A counter.\n# TYPE steady_total counter"];
  for (let i = 0; i < 100; i++) lines.push(`steady_total{i="${i}"} ${(scrape * (i + 1)) % (1000 + i)}`);
  lines.push("# TYPE noise gauge");
  for (let i = 0; i < 50; i++) lines.push(`noise{i="${i}",ort="Köln \\"${i}\\""} ${Math.sin(scrape * (i + 1)) * 10 ** (i % 9)}`);
  lines.push("# TYPE short_lived gauge");
  const generation = Math.trunc(scrape / 7);
  for (let i = 0; i < SHORT_LIVED; i++) lines.push(`short_lived{pod="${generation}-${i}"} ${i}`);
  lines.push("# TYPE odd gauge", `odd ${["NaN", "+Inf", "-Inf", "-0", "1e-300", "0.1"][scrape % 6]}`);
  if (scrape % 5 !== 0) lines.push("# TYPE now_and_then gauge", `now_and_then ${scrape}`);
  lines.push("# TYPE own_time gauge", `own_time ${scrape} ${Date.now() - 1234}`);
  lines.push("# TYPE took histogram");
  for (const le of ["0.1", "1", "+Inf"]) lines.push(`took_bucket{le="${le}"} ${scrape * (le === "+Inf" ? 3 : Number(le) + 1)}`);
  lines.push(`took_sum ${scrape / 3}`, `took_count ${scrape * 3}`);
  return `${lines.join("\n")}\n`;
}
