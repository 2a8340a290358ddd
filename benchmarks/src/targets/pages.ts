import { gzipSync } from "node:zlib";
import { createGenerator } from "../generator.ts";

/** What a target answers to each scrape, in turn. */
export interface Pages {
  readonly contentType: string;
  /** How the bodies are packed. A target packs them whether it was asked to or not: ours does not ask within one machine, the peer does. */
  readonly encoding?: "gzip";
  readonly next: () => Uint8Array;
}

/** Makes the pages of one of the targets. */
export type CreatePages = (target: number, series: number) => Pages;

/** How many pages are rendered in advance, where they are. */
const PAGES = 8;

/** The share of values that differ from one scrape to the next. */
export const CHANGING = 0.37;

/** Counters with the labels of a service, of which about a third moves between two scrapes. */
export const textPages: CreatePages = (target, series) => {
  const { labels, values, move } = counters(target, series);
  return inTurn("text/plain; version=0.0.4; charset=utf-8", () => {
    move();
    const lines = labels.map((own, i) => `bench_requests_total{${own}} ${values[i]}`);
    return Buffer.from(["# HELP bench_requests_total Requests.", "# TYPE bench_requests_total counter", ...lines, ""].join("\n"));
  });
};

/** The same in OpenMetrics, where one counter of a hundred shows an exemplar, as upstream's client library has it. */
export const openMetricsPages: CreatePages = (target, series) => {
  const { labels, values, move } = counters(target, series);
  const exemplarOf = (i: number): string =>
    i % 100 === 0 ? ` # {trace_id="${(values[i] * 2654435761).toString(16).padStart(16, "0")}"} 1.0 ${1.7e9 + values[i]}.125` : "";
  return inTurn("application/openmetrics-text; version=1.0.0; charset=utf-8", () => {
    move();
    const lines = labels.map((own, i) => `bench_requests_total{${own}} ${values[i]}${exemplarOf(i)}`);
    return Buffer.from(["# HELP bench_requests Requests.", "# TYPE bench_requests counter", ...lines, "# EOF", ""].join("\n"));
  });
};

/** The same as `create` makes, packed as Go's servers do. */
export function gzipped(create: CreatePages): CreatePages {
  return (target, series) => {
    const { contentType, next } = create(target, series);
    return { ...inTurn(contentType, () => gzipSync(next())), encoding: "gzip" };
  };
}

/** Pages that are rendered once. */
export function inTurn(contentType: string, render: () => Uint8Array): Pages {
  const pages = Array.from({ length: PAGES }, render);
  let next = 0;
  return { contentType, next: () => pages[next++ % PAGES] };
}

/** Counters that move at random. */
export interface Counters {
  readonly labels: string[];
  readonly values: number[];
  readonly move: () => void;
  readonly random: () => number;
}

/** Those of a target: each target has other values, and none other labels. */
export function counters(target: number, series: number): Counters {
  const random = createGenerator(target + 1);
  const values = Array.from({ length: series }, () => Math.floor(random() * 1e6));
  const labels = Array.from({ length: series }, (_, i) => `${serviceLabels(i)},shard="${Math.floor(i / 55)}"`);
  return {
    labels,
    values,
    random,
    move() {
      for (let i = 0; i < values.length; i++) if (random() < CHANGING) values[i] += Math.floor(random() * 100);
    },
  };
}

/** The labels of the i-th series of a service. */
export function serviceLabels(i: number): string {
  return `handler="/api/v1/items/${i % 97}",code="${[200, 201, 400, 404, 500][i % 5]}",le="${(i % 11) / 10}"`;
}
