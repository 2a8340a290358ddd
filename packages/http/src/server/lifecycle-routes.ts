import { Router, type RequestHandler } from "express";
import { HttpError } from "./http-error.ts";
import { requireSameSite } from "./same-site.ts";

/** What a service says and does at `/-/…`. Texts differ from service to service, as upstream's do. */
export interface LifecycleOptions {
  readonly healthyText: string;
  readonly readyText: string;
  /** Whether requests can be served yet; absent, the service is ready from the start. */
  readonly isReady?: () => boolean;
  /** Absent: there is no such route. */
  readonly reload?: () => Promise<void>;
  readonly quit?: () => void;
  /** Without it, `reload` and `quit` answer 403, as upstream does unless `--web.enable-lifecycle` is given. */
  readonly isEnabled: boolean;
}

const DISABLED = "Lifecycle API is not enabled.";
const WRONG_METHOD = "Only POST or PUT requests allowed.";

/** `/-/healthy`, `/-/ready`, `/-/reload` and `/-/quit`. */
export function lifecycleRoutes({ healthyText, readyText, isReady = () => true, reload, quit, isEnabled }: LifecycleOptions): Router {
  const routes = Router();
  routes.get("/-/healthy", (_req, res) => {
    res.type("text/plain").send(healthyText);
  });
  routes.get("/-/ready", (_req, res) => {
    if (isReady()) res.type("text/plain").send(readyText);
    else res.status(503).type("text/plain").send("Service Unavailable");
  });
  if (reload !== undefined) {
    changing("/-/reload", async (_req, res) => {
      await reload().catch((error: unknown) => {
        throw new HttpError(500, `failed to reload config: ${(error as Error).message}`, { cause: error });
      });
      res.status(200).end();
    });
  }
  if (quit !== undefined) {
    changing("/-/quit", (_req, res) => {
      res.type("text/plain").send("Requesting termination... Goodbye!");
      quit();
    });
  }
  return routes;

  function changing(path: string, act: RequestHandler): void {
    const handlers: RequestHandler[] = isEnabled
      ? [requireSameSite(), act]
      : [
          (_req, _res, next) => {
            next(new HttpError(403, DISABLED));
          },
        ];
    routes.post(path, ...handlers);
    routes.put(path, ...handlers);
    routes.get(path, (_req, _res, next) => {
      next(new HttpError(405, WRONG_METHOD));
    });
  }
}
