import { compareSilences, formatMatcher, SilenceError, silenceState } from "@ferula/alerting";
import { requireSameSite } from "@ferula/http";
import { Router, type NextFunction, type Request, type Response } from "express";
import { labelsJson, silenceJson } from "./alert-json.ts";
import { listAlerts, listGroups, type AlertListingDeps } from "./alert-listing.ts";
import { ApiRefusal, RequestProblem } from "./problems.ts";
import { readFilter, readFlag, readReceiverMatchers } from "./query-params.ts";
import { readAlerts, type PostedAlerts } from "./read-alerts.ts";
import { readSilence } from "./read-silence.ts";
import { readJson, requireAcceptable } from "./request-form.ts";

/** What the API shows and changes. */
export interface ApiDeps extends AlertListingDeps {
  /** `--web.external-url`: pages of this origin may change things too. */
  readonly externalUrl: string;
  readonly status: () => unknown;
  /** Is told of the alerts that came. */
  readonly onAlerts: (posted: PostedAlerts) => void;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** API v2 (upstream's api/v2/openapi.yaml), to be mounted at `/api/v2`. */
export function apiRoutes(deps: ApiDeps): Router {
  const routes = Router();
  routes.use((_req, res, next) => {
    res.set("Cache-Control", "no-store");
    next();
  });
  routes.use(requireSameSite({ externalUrl: deps.externalUrl }));
  // Express would answer it as a GET.
  routes.head("/{*path}", refuseMethod);
  addGeneralRoutes(routes, deps);
  addAlertRoutes(routes, deps);
  addSilenceRoutes(routes, deps);
  routes.use(refuseMethod);
  routes.use((req, res) => {
    sendJson(res, { code: 404, message: `path ${req.originalUrl.split("?")[0]} was not found` }, 404);
  });
  routes.use(answerProblem);
  return routes;
}

function addGeneralRoutes(routes: Router, { active, status }: ApiDeps): void {
  routes.get("/status", requireAcceptable, (_req, res) => sendJson(res, status()));

  routes.get("/receivers", requireAcceptable, (req, res) => {
    const hasLabels = readReceiverMatchers(req);
    const listed = [...active().receivers].filter(([, labels]) => hasLabels(labels));
    sendJson(
      res,
      listed.map(([name, labels]) => ({ name, labels: labelsJson(labels) })),
    );
  });
}

function addAlertRoutes(routes: Router, deps: ApiDeps): void {
  const { store, active, nowMs, onAlerts } = deps;

  routes.get("/alerts", requireAcceptable, (req, res) => sendJson(res, listAlerts(deps, req)));

  routes.get("/alerts/groups", requireAcceptable, (req, res) => sendJson(res, listGroups(deps, req)));

  routes.post("/alerts", ...readJson("alerts"), (req, res) => {
    const posted = readAlerts(req.body, nowMs(), active().resolveTimeoutMs);
    const { alerts, problems } = posted;
    onAlerts(posted);
    store.put(alerts);
    if (problems.length > 0) throw new ApiRefusal(400, problems.join("\n"));
    res.status(200).end();
  });
}

function addSilenceRoutes(routes: Router, { silences, nowMs }: ApiDeps): void {
  routes.get("/silences", requireAcceptable, (req, res) => {
    const filter = readFilter(req).map(formatMatcher);
    const wants = {
      active: readFlag(req, "active", true),
      pending: readFlag(req, "pending", true),
      expired: readFlag(req, "expired", true),
    };
    const now = nowMs();
    const listed = silences.all().filter((silence) => {
      const own = new Set(silence.matchers.map(formatMatcher));
      return wants[silenceState(silence, now)] && filter.every((matcher) => own.has(matcher));
    });
    sendJson(
      res,
      listed.toSorted(compareSilences(now)).map((silence) => silenceJson(silence, now)),
    );
  });

  routes.post("/silences", ...readJson("silence"), async (req, res) => {
    sendJson(res, { silenceID: await silences.set(readSilence(req.body, nowMs())) });
  });

  routes.get("/silence/:id", requireAcceptable, (req, res) => {
    const silence = silences.get(uuid(req.params.id));
    if (silence === undefined) return void res.status(404).end();
    sendJson(res, silenceJson(silence, nowMs()));
  });

  routes.delete("/silence/:id", requireAcceptable, async (req, res) => {
    const id = uuid(req.params.id);
    if (silences.get(id) === undefined) return void res.status(404).end();
    await silences.expire(id);
    res.status(200).end();
  });
}

/** Sends JSON as upstream does: express would put a charset behind the type. */
function sendJson(res: Response, body: unknown, status: number = 200): void {
  res.status(status).setHeader("Content-Type", "application/json");
  res.end(`${JSON.stringify(body)}\n`);
}

function uuid(id: string): string {
  if (!UUID.test(id)) throw new RequestProblem(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
  return id;
}

/** What each path can be asked; other methods are told so. */
const METHODS: readonly { readonly path: RegExp; readonly methods: readonly string[] }[] = [
  { path: /^\/(?:status|receivers|alerts\/groups)$/, methods: ["GET"] },
  { path: /^\/(?:alerts|silences)$/, methods: ["GET", "POST"] },
  { path: /^\/silence\/[^/]+$/, methods: ["DELETE", "GET"] },
];

function refuseMethod(req: Request, res: Response, next: NextFunction): void {
  const known = METHODS.find(({ path }) => path.test(req.path));
  if (known === undefined) return next();
  const allowed = known.methods.join(",");
  res.set("Allow", allowed);
  next(new RequestProblem(405, 405, `method ${req.method} is not allowed, but [${allowed}] are`));
}

/** Upstream's framework answers with `{code, message}`, its handlers with a JSON string. */
function answerProblem(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (error instanceof RequestProblem) return sendJson(res, { code: error.code, message: error.message }, error.status);
  if (error instanceof ApiRefusal) return sendJson(res, error.message, error.status);
  if (error instanceof SilenceError) return sendJson(res, error.message, error.kind === "not-found" ? 404 : 400);
  // The body parser marks what it refuses by a type: a body that is too large, or in a coding that it doesn't know.
  const { status, type } = error as { readonly status?: unknown; readonly type?: unknown };
  if (typeof status === "number" && status < 500 && typeof type === "string")
    return sendJson(res, { code: status, message: `parsing body from "" failed, because ${(error as Error).message}` }, status);
  next(error);
}
