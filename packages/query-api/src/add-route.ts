import type { RequestHandler, Response, Router } from "express";

/** The methods of the API's routes; OPTIONS is answered for all paths alike. */
export type Methods = "GET" | "GET, POST";

/**
 * Adds a route. Every other method is refused, and told which ones there are: HEAD, too, as upstream has no route for it. Express 5 hands
 * what `handler` throws to the error handlers, rejected promises included.
 */
export function addRoute(routes: Router, methods: Methods, path: string, handler: RequestHandler): void {
  const allowed = methods === "GET" ? "GET, OPTIONS" : "GET, OPTIONS, POST";
  const refuse: RequestHandler = (_req, res) => {
    res.set("Allow", allowed);
    sendPlain(res, 405, "Method Not Allowed\n");
  };
  // HEAD stands first: express would answer it by the handler for GET.
  const route = routes.route(path).head(refuse).get(handler);
  if (methods === "GET, POST") route.post(handler);
  route.all(refuse);
}

/** A plain text in the manner of Go's http.Error. */
export function sendPlain(res: Response, status: number, text: string): void {
  res.set("X-Content-Type-Options", "nosniff");
  res.status(status).type("text/plain").send(text);
}
