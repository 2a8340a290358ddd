import { openMetrics, type ScrapeCase, text, timedText } from "../scrape-case.ts";

const TIMED = [
  timedText(["a 1 {-9s}", "b 1 {-9s}", "plain 1"]),
  timedText(["a 2 {-8s}", "b 2 {-9s}", "plain 2"]),
  timedText(["a 3 {-7s}", "plain 3"]),
  timedText(["b 4 {-6s}", "plain 4"]),
  timedText(["a 5 {-6s}", "b 5 {-5s}"]),
];

/** Times that targets tell. */
export const timeCases: readonly ScrapeCase[] = [
  { name: "times-honored", steps: TIMED },
  { name: "times-ignored", steps: TIMED, job: { honor_timestamps: false } },
  { name: "times-tracked", steps: TIMED, since3: { track_timestamps_staleness: true } },
  { name: "times-tracked-ignored", steps: TIMED, since3: { track_timestamps_staleness: true }, job: { honor_timestamps: false } },
  {
    name: "times-out-of-order",
    steps: [
      timedText(["a 1 {-5s}", "b 1"]),
      timedText(["a 2 {-9s}", "b 2"]),
      timedText(["a 3 {-5s}", "b 3"]),
      timedText(["a 1 {-5s}", "b 3"]),
      timedText(["a 4 {-4s}", "b 4"]),
    ],
  },
  {
    name: "times-in-one-body",
    steps: [timedText(["a 1 {-9s}", "a 2 {-8s}", "a 3 {-9s}", "a 4 {-7s}", "a 5 {-7s}"]), timedText(["a 6 {-6s}"])],
  },
  { name: "times-ahead", steps: [timedText(["a 1 {+300s}", "b 1 {+3000s}", "c 1"]), timedText(["a 2 {+301s}", "b 2 {+3000s}", "c 2"])] },
  {
    name: "times-far-behind",
    steps: [timedText(["a 1 {-7200s}", "b 1", "c 1 {-36000s}", "d 1 0", "e 1 -5"]), timedText(["a 2 {-7100s}", "b 2"])],
  },
  { name: "times-come-and-go", steps: [timedText(["a 1"]), timedText(["a 2 {-5s}"]), timedText(["a 3"]), timedText(["b 1"])] },
  { name: "times-go-stale-late", steps: [timedText(["a 1 {-5s}"]), timedText(["a 2"]), text(["b 1"]), text(["a 3"])] },
  { name: "times-openmetrics", steps: [openMetrics(["a 1 {-9s.}"]), openMetrics(["b 1"])], since3: { track_timestamps_staleness: true } },
  { name: "times-failed", steps: [...TIMED.slice(0, 2), text("bad"), ...TIMED.slice(2, 3)], since3: { track_timestamps_staleness: true } },
];
