import { counters, serviceLabels, type CreatePages } from "./pages.ts";

const HOUR_MS = 3_600_000;

/**
 * Text pages, rendered as they are asked for, of which `percentAnHour` of the series go and as many come in their place: spread over time,
 * each at a place of its own, as where small things are deployed all day long.
 */
export function churningPages(percentAnHour: number): CreatePages {
  return (target, series) => {
    const { labels, values, move, random } = counters(target, series);
    const startedMs = performance.now();
    let replaced = 0;

    function replaceOne(): void {
      const gone = Math.floor(random() * series);
      labels.splice(gone, 1);
      values.splice(gone, 1);
      const at = Math.floor(random() * series);
      labels.splice(at, 0, `${serviceLabels(at)},shard="new-${replaced}"`);
      values.splice(at, 0, 0);
      replaced++;
    }

    return {
      contentType: "text/plain; version=0.0.4; charset=utf-8",
      next() {
        move();
        const due = ((performance.now() - startedMs) / HOUR_MS) * (percentAnHour / 100) * series;
        while (replaced < due) replaceOne();
        let text = "# HELP bench_requests_total Requests.\n# TYPE bench_requests_total counter\n";
        for (let i = 0; i < series; i++) text += `bench_requests_total{${labels[i]}} ${values[i]}\n`;
        return Buffer.from(text);
      },
    };
  };
}
