import {
  compareSilences,
  formatMatcher,
  isResolvedAt,
  matchesAll,
  matchRoutes,
  SilenceError,
  silenceState,
  type Alert,
  type AlertGroup,
  type AlertStore,
  type Inhibitor,
  type Route,
  type Silences,
} from "@ferula/alerting";
import { requireSameSite } from "@ferula/http";
import { compareLabels, labelValue } from "@ferula/model";
import express, { Router, type NextFunction, type Request, type Response } from "express";
import { alertJson, labelsJson, silenceJson, type AlertStatus } from "./alert-json.ts";
import { ApiRefusal, RequestProblem } from "./problems.ts";
import { readFilter, readFlag, readReceiver } from "./query-params.ts";
import { readAlerts, readSilence } from "./read-body.ts";

/** What the API shows and changes. What a reload replaces is asked for at each request. */
export interface ApiDeps {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly active: () => ActiveConfig;
  readonly nowMs: () => number;
  /** `--web.external-url`: pages of this origin may change things too. */
  readonly externalUrl: string;
  readonly status: () => unknown;
  /** Is told how many alerts came and how many were refused. */
  readonly onAlerts: (received: readonly Alert[], invalid: number) => void;
}

/** The parts that belong to the configuration in force. */
export interface ActiveConfig {
  readonly route: Route;
  readonly receivers: readonly string[];
  readonly groups: () => readonly AlertGroup[];
  readonly inhibitor: Inhibitor;
  readonly resolveTimeoutMs: number;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** API v2 (upstream's api/v2/openapi.yaml), to be mounted at `/api/v2`. */
export function apiRoutes(deps: ApiDeps): Router {
  const { store, silences, active, nowMs, externalUrl } = deps;
  const routes = Router();
  const json = express.json({ limit: "32mb", strict: false, type: "application/json" });
  routes.use((_req, res, next) => {
    res.set("Cache-Control", "no-store");
    next();
  });
  routes.use(requireSameSite({ externalUrl }));

  const statusOf = (alert: Alert): AlertStatus => {
    const inhibitedBy = active().inhibitor.inhibitedBy(alert.labels);
    return { silencedBy: silences.silencedBy(alert.labels), inhibitedBy: inhibitedBy === undefined ? [] : [inhibitedBy], mutedBy: [] };
  };

  /** The conditions of a listing on an alert, all but the receiver. */
  const alertFilter = (req: Request): ((alert: Alert, status: AlertStatus) => boolean) => {
    const filter = readFilter(req);
    const wants = {
      active: readFlag(req, "active", true),
      silenced: readFlag(req, "silenced", true),
      inhibited: readFlag(req, "inhibited", true),
    };
    const now = nowMs();
    return (alert, { silencedBy, inhibitedBy }) => {
      if (isResolvedAt(alert, now) || !matchesAll(filter, alert.labels)) return false;
      if (silencedBy.length > 0 && !wants.silenced) return false;
      if (inhibitedBy.length > 0 && !wants.inhibited) return false;
      return silencedBy.length + inhibitedBy.length > 0 || wants.active;
    };
  };

  // Express would answer it as a GET.
  routes.head("/{*path}", refuseMethod);

  routes.get("/status", (_req, res) => {
    res.json(deps.status());
  });

  routes.get("/receivers", (req, res) => {
    res.json(
      active()
        .receivers.filter(readReceiver(req))
        .map((name) => ({ name, labels: { name } })),
    );
  });

  routes.get("/alerts", (req, res) => {
    const isWanted = alertFilter(req);
    const isReceiver = readReceiver(req);
    const listed: { alert: Alert; json: unknown }[] = [];
    for (const alert of store.alerts()) {
      const status = statusOf(alert);
      const receivers = matchRoutes(active().route, alert.labels).map((route) => route.receiver);
      if (!isWanted(alert, status) || !receivers.some(isReceiver)) continue;
      listed.push({ alert, json: alertJson(alert, status, receivers) });
    }
    res.json(listed.toSorted((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1)).map((entry) => entry.json));
  });

  routes.post("/alerts", requireJson, json, (req, res) => {
    const { alerts, problems } = readAlerts(req.body, nowMs(), active().resolveTimeoutMs);
    deps.onAlerts(alerts, problems.length);
    store.put(alerts);
    if (problems.length > 0) throw new ApiRefusal(400, problems.join("; "));
    res.status(200).end();
  });

  routes.get("/alerts/groups", (req, res) => {
    const isWanted = alertFilter(req);
    const isReceiver = readReceiver(req);
    const groups = active()
      .groups()
      .filter(({ route }) => isReceiver(route.receiver))
      .toSorted((a, b) => compareLabels(a.labels, b.labels) || (a.route.receiver < b.route.receiver ? -1 : 1));
    res.json(
      groups.flatMap((group) => {
        const alerts = group
          .alerts()
          .toSorted(byJobAndInstance)
          .map((alert) => ({ alert, status: statusOf(alert) }))
          .filter(({ alert, status }) => isWanted(alert, status));
        if (alerts.length === 0) return [];
        return {
          alerts: alerts.map(({ alert, status }) => alertJson(alert, status, [group.route.receiver])),
          labels: labelsJson(group.labels),
          receiver: { name: group.route.receiver },
          routeLabels: {},
        };
      }),
    );
  });

  routes.get("/silences", (req, res) => {
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
    res.json(listed.toSorted(compareSilences(now)).map((silence) => silenceJson(silence, now)));
  });

  routes.post("/silences", requireJson, json, async (req, res) => {
    res.json({ silenceID: await silences.set(readSilence(req.body, nowMs())) });
  });

  routes.get("/silence/:id", (req, res) => {
    const silence = silences.get(uuid(req.params.id));
    if (silence === undefined) return void res.status(404).end();
    res.json(silenceJson(silence, nowMs()));
  });

  routes.delete("/silence/:id", async (req, res) => {
    const id = uuid(req.params.id);
    if (silences.get(id) === undefined) return void res.status(404).end();
    await silences.expire(id);
    res.status(200).end();
  });

  routes.use(refuseMethod);
  routes.use((req, res) => {
    res.status(404).json({ code: 404, message: `path ${req.originalUrl.split("?")[0]} was not found` });
  });
  routes.use(answerProblem);
  return routes;
}

function uuid(id: string): string {
  if (!UUID.test(id)) throw new RequestProblem(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
  return id;
}

function byJobAndInstance(a: Alert, b: Alert): number {
  for (const name of ["job", "instance"]) {
    const left = labelValue(a.labels, name);
    const right = labelValue(b.labels, name);
    if (left !== right) return left < right ? -1 : 1;
  }
  return compareLabels(a.labels, b.labels);
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

/** A body in another format is refused before it is read: a form of a foreign page can't post JSON. */
function requireJson(req: Request, _res: Response, next: NextFunction): void {
  if (req.is("application/json") !== false) return next();
  const type = req.get("content-type") ?? "";
  next(new RequestProblem(415, 415, `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`));
}

/** Upstream's framework answers with `{code, message}`, its handlers with a JSON string. */
function answerProblem(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (error instanceof RequestProblem) return void res.status(error.status).json({ code: error.code, message: error.message });
  if (error instanceof ApiRefusal) return void res.status(error.status).json(error.message);
  if (error instanceof SilenceError) return void res.status(error.kind === "not-found" ? 404 : 400).json(error.message);
  // The body parser marks what it refuses by a type: broken JSON, a body that is too large.
  const { status, type } = error as { readonly status?: unknown; readonly type?: unknown };
  if (typeof status === "number" && status < 500 && typeof type === "string")
    return void res.status(status).json({ code: status, message: `parsing body from "" failed, because ${(error as Error).message}` });
  next(error);
}
