import express, { type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { missing, RequestProblem, unreadable } from "./problems.ts";

const MAX_BODY = "32mb";

/** Refuses a request without a body, whose answer the client does not take: what came with JSON takes JSON (go-openapi's negotiation). */
export function requireAcceptable<Params>(req: Request<Params>, _res: Response, next: NextFunction): void {
  if (hasBody(req) || takesJson(req.get("accept"))) return next();
  next(new RequestProblem(406, 406, "unsupported media type requested, only [application/json] are available"));
}

function takesJson(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  return accept.split(",").some((range) => {
    const [type, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    return ["*/*", "application/*", "application/json"].includes(type) && Number(weight) > 0;
  });
}

function hasBody<Params>(req: Request<Params>): boolean {
  return Number(req.get("content-length") ?? 0) > 0 || req.get("transfer-encoding") !== undefined;
}

/**
 * Reads the body, which upstream calls `name`, into `req.body`. One in another format is refused before it is read: a form of a foreign
 * page can't post JSON. What isn't there or can't be parsed is a RequestProblem.
 */
export function readJson(name: string): readonly RequestHandler[] {
  return [requireJson, requireAcceptable, express.text({ limit: MAX_BODY, type: () => true }), parseJson(name)];
}

function requireJson(req: Request, _res: Response, next: NextFunction): void {
  if (!hasBody(req) || req.is("application/json") !== false) return next();
  const type = JSON.stringify(req.get("content-type") || "application/octet-stream");
  next(new RequestProblem(415, 415, `unsupported media type ${type}, only [application/json] are allowed`));
}

function parseJson(name: string): RequestHandler {
  return (req, _res, next) => {
    const text: unknown = req.body;
    if (typeof text !== "string" || text.trim() === "") return next(missing(name));
    try {
      req.body = JSON.parse(text);
    } catch (error) {
      return next(unreadable(name, (error as Error).message));
    }
    next();
  };
}
