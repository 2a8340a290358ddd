import { Router, type RequestHandler, type Response } from "express";
import { HttpError } from "./http-error.ts";
import { requireSameSite, type SameSiteOptions } from "./same-site.ts";

/** What a service says and does at `/-/…`. Texts differ from service to service, as upstream's do. */
export interface LifecycleOptions extends SameSiteOptions {
  readonly healthyText: string;
  /** Absent: there is no `/-/ready`. */
  readonly readyText?: string;
  /** A reason why the service is not well: both routes answer it with 500, as the Pushgateway does when its queue is full. */
  readonly problem?: () => string | undefined;
  /** Whether requests can be served yet; absent, the service is ready from the start. */
  readonly isReady?: () => boolean;
  /** Given, an answer that says "not ready" tells by `X-Prometheus-Stopping` whether it never will be. */
  readonly isStopping?: () => boolean;
  /** Absent: there is no such route. */
  readonly reload?: () => Promise<void>;
  /** Called when the answer is out. Absent: there is no such route. */
  readonly quit?: () => void;
  /** Without it, `reload` and `quit` answer 403, as upstream does unless `--web.enable-lifecycle` is given. */
  readonly isEnabled: boolean;
  /** How `reload` and `quit` may be asked for. Default: POST and PUT. */
  readonly methods?: readonly ("POST" | "PUT")[];
  /** The answer to GET on them. Default: `Only POST or PUT requests allowed.` */
  readonly wrongMethodText?: string;
}

const DISABLED = "Lifecycle API is not enabled.";
const GOODBYE = "Requesting termination... Goodbye!";

/** `/-/healthy`, `/-/ready`, `/-/reload` and `/-/quit`. */
export function lifecycleRoutes(options: LifecycleOptions): Router {
  const { healthyText, readyText, problem, isReady = () => true, isStopping, reload, quit, isEnabled } = options;
  const { methods = ["POST", "PUT"], wrongMethodText = "Only POST or PUT requests allowed." } = options;
  const routes = Router({ caseSensitive: true });
  routes.get("/-/healthy", (_req, res) => {
    answer(res, healthyText);
  });
  if (readyText !== undefined) {
    routes.get("/-/ready", (_req, res) => {
      if (isReady() && isStopping?.() !== true) return answer(res, readyText);
      if (isStopping !== undefined) res.set("X-Prometheus-Stopping", String(isStopping()));
      say(res, 503, "Service Unavailable");
    });
  }
  if (reload !== undefined) {
    changing("/-/reload", async (_req, res) => {
      try {
        await reload();
      } catch (error) {
        throw new HttpError(500, `failed to reload config: ${(error as Error).message}`, { cause: error });
      }
      res.status(200).end();
    });
  }
  if (quit !== undefined) {
    changing("/-/quit", (_req, res) => {
      res.once("close", quit);
      say(res, 200, GOODBYE);
    });
  }
  return routes;

  function answer(res: Response, text: string): void {
    const reason = problem?.();
    if (reason !== undefined) throw new HttpError(500, reason);
    say(res, 200, text);
  }

  function changing(path: string, act: RequestHandler): void {
    const route = routes.route(path);
    const guard = requireSameSite(options);
    const refuse: RequestHandler = (_req, res) => say(res, 403, DISABLED);
    for (const method of methods) {
      const handlers = isEnabled ? [guard, act] : [refuse];
      if (method === "POST") route.post(...handlers);
      else route.put(...handlers);
    }
    route.all((_req, res) => {
      res.set("Allow", methods.join(", "));
      say(res, 405, wrongMethodText);
    });
  }
}

/** These texts end without a newline, as upstream's do. */
function say(res: Response, status: number, text: string): void {
  res.status(status).type("text/plain").send(text);
}
