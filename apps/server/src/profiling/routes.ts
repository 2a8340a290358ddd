import { abortOnDisconnect, escapeHtml, HttpError, strictPaths } from "@ferula/http";
import { Router, type Request, type Response } from "express";
import { nameHandler } from "../http-metrics.ts";
import { OWN_PAGE_HEADERS } from "../page-headers.ts";
import { encodeProfile, formatProfile, type Profile } from "./profile.ts";
import { emptyProfile, profileAllocations, profileCpu, profileMemory, profileResources, profileThreads } from "./profilers.ts";

/** A profile that can be asked for. */
interface Source {
  readonly tells: string;
  readonly take: (seconds: number, signal: AbortSignal) => Profile | Promise<Profile>;
  /** Of one that takes its time, and of which there can be but one at a time: how long, where the request doesn't say. */
  readonly seconds?: number;
}

const NO_LOCKS = "V8 does not measure how long locks are waited for, as Go does.";

/** Go's names of what is nearest to them here, so that what fetches all of them (`promtool debug pprof`) gets all of them. */
const sources: Readonly<Record<string, Source>> = {
  allocs: { tells: "What the main thread allocates in ?seconds= and still holds", take: profileAllocations, seconds: 5 },
  block: { tells: `Empty. ${NO_LOCKS}`, take: () => emptyProfile(NO_LOCKS) },
  fgprof: {
    tells: "Time of the main thread over ?seconds=, with that it waits",
    take: (...args) => profileCpu(...args, true),
    seconds: 30,
  },
  goroutine: { tells: "What the main thread waits for", take: profileResources },
  heap: { tells: "What the memory of the process is used for", take: profileMemory },
  mutex: { tells: `Empty. ${NO_LOCKS}`, take: () => emptyProfile(NO_LOCKS) },
  profile: { tells: "Time of the main thread over ?seconds=", take: (...args) => profileCpu(...args, false), seconds: 30 },
  threadcreate: { tells: "The threads of the process", take: profileThreads },
};

/** What V8 samples for longer than this is too large to be worth it. */
const MAX_SECONDS = 600;

const ROOT = "/debug/pprof";

/**
 * `/debug/pprof/…`: profiles of the running server in the format of pprof, from V8 and the operating system in place of Go's runtime, and
 * as text with `?debug=1`. Trace is refused: its format tells of Go's scheduler.
 */
export function profilingRoutes(): Router {
  const routes = Router({ caseSensitive: true });
  let isProfiling = false;
  const paths = Object.keys(sources).map((name) => `${ROOT}/${name}`);
  const others = ["", "cmdline", "symbol", "trace"].map((name) => `${ROOT}/${name}`);
  routes.use(strictPaths(Object.fromEntries([...paths, ...others].map((path) => [path, ["GET", "POST"]]))));
  routes.use("/debug", (_req, res, next) => {
    nameHandler(res, "/debug/*subpath");
    next();
  });
  routes.all(`${ROOT}/`, (_req, res) => void res.set(OWN_PAGE_HEADERS).type("html").send(INDEX));
  routes.all(`${ROOT}/cmdline`, (_req, res) => sendText(res, process.argv.join("\0")));
  // Frames have their names already; an address would tell nothing.
  routes.all(`${ROOT}/symbol`, (_req, res) => sendText(res, "num_symbols: 0\n"));
  routes.all(`${ROOT}/trace`, () => {
    throw new HttpError(501, "there is no execution trace: its format tells of Go's scheduler; see /debug/pprof/profile");
  });
  for (const [name, source] of Object.entries(sources)) {
    routes.all(`${ROOT}/${name}`, async (req, res) => {
      const gone = abortOnDisconnect(res);
      try {
        send(req, res, name, await take(source, req, gone));
      } catch (error) {
        // Nobody waits for it any more.
        if (!gone.aborted) throw error;
      }
    });
  }
  return routes;

  async function take({ take: takeProfile, seconds: defaultSeconds }: Source, req: Request, gone: AbortSignal): Promise<Profile> {
    if (defaultSeconds === undefined) return takeProfile(0, gone);
    const seconds = secondsOf(req, defaultSeconds);
    if (isProfiling) throw new HttpError(500, "Could not enable CPU profiling: cpu profiling already in use");
    isProfiling = true;
    try {
      return await takeProfile(seconds, gone);
    } finally {
      isProfiling = false;
    }
  }
}

/** As upstream, what is no number of seconds counts as none. */
function secondsOf({ query }: Request, defaultSeconds: number): number {
  const seconds = Number(query["seconds"]);
  if (!Number.isInteger(seconds) || seconds <= 0) return defaultSeconds;
  if (seconds > MAX_SECONDS) throw new HttpError(400, `a profile takes at most ${MAX_SECONDS} seconds`);
  return seconds;
}

function send({ query }: Request, res: Response, name: string, profile: Profile): void {
  if (Number(query["debug"]) > 0) return sendText(res, formatProfile(profile));
  res.set({ "X-Content-Type-Options": "nosniff", "Content-Disposition": `attachment; filename="${name}"` });
  res.type("application/octet-stream").send(encodeProfile(profile));
}

function sendText(res: Response, text: string): void {
  res.set("X-Content-Type-Options", "nosniff").type("text/plain").send(text);
}

const rows = Object.entries(sources).map(
  ([name, { tells, seconds }]) =>
    `<li><a href="./${name}${seconds === undefined ? "?debug=1" : "?debug=1&#38;seconds=5"}">${name}</a>: ${escapeHtml(tells)}.</li>\n`,
);

const INDEX = `<!doctype html>\n<title>/debug/pprof/</title>\n<h1>Profiles</h1>\n<ul>\n${rows.join("")}</ul>\n<p>Without <code>debug=1</code> they are in the format of pprof.</p>\n`;
