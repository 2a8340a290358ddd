import { Counter, type Registry } from "@ferula/client";
import { negotiate } from "@ferula/exposition";
import { abortOnDisconnect } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { hasLabel, isPromError, type Labels, labelsOf, labelPairs, type Matcher } from "@ferula/model";
import type { Request, RequestHandler, Response } from "express";
import { sendPlain } from "../add-route.ts";
import { createDrain, isOver } from "../answer/drain.ts";
import type { Federator } from "../federate/federator.ts";
import { parseSelector } from "../params/matchers.ts";
import { readWholeParams } from "../params/params.ts";

/** What federation is answered with. */
export interface FederateDeps {
  readonly federate: Federator;
  /** How old a sample may be and still count. */
  readonly lookbackMs: number;
  /** Those in force, which every series gets that has none of that name. */
  readonly externalLabels: () => Labels;
  readonly nowMs: () => number;
  readonly registry: Registry;
  /** Takes what fails and no client caused. */
  readonly logger: Logger;
}

/** Every series has this label, so that the server that scrapes puts none of its own into it. */
const INSTANCE = "instance";

/**
 * `GET /federate`: the newest samples of the series that `match[]` selects, in the format that the client prefers (web/federate.go). To be put
 * behind `whenReady`.
 */
export function federateHandler(deps: FederateDeps): RequestHandler {
  const { federate, lookbackMs, externalLabels, nowMs, registry, logger } = deps;
  const errors = createErrorCounter(registry);

  return async (req, res) => {
    const selectors = readSelectors(req, res);
    if (selectors === undefined) return;
    const { format, escaping, contentType } = negotiate(req.get("accept"));
    const maxTimeMs = nowMs();
    const form = { format, escaping, addedLabels: addedLabels(externalLabels()) };
    const request = { selectors, minTimeMs: maxTimeMs - lookbackMs, maxTimeMs, form, signal: abortOnDisconnect(res) };
    const body = createBody(res, contentType);
    try {
      await federate(request, body.write);
      body.end();
    } catch (error) {
      if (isPromError(error) && error.errorType === "canceled") {
        res.destroy();
        return;
      }
      errors.inc();
      logger.error("federation failed", { err: error });
      // Half an answer is out: only closing the connection tells that it isn't whole.
      if (res.headersSent) res.destroy();
      else sendPlain(res, isPromError(error) && error.errorType === "timeout" ? 503 : 500, `${messageOf(error)}\n`);
    }
  };
}

function createErrorCounter(registry: Registry): Counter {
  const registers = [registry];
  // Selecting never warns here; who watches the counter finds it.
  new Counter({
    name: "prometheus_web_federation_warnings_total",
    help: "Total number of warnings that occurred while sending federation responses.",
    registers,
  });
  return new Counter({
    name: "prometheus_web_federation_errors_total",
    help: "Total number of errors that occurred while sending federation responses.",
    registers,
  });
}

/** The selectors of the request; undefined where it is refused. A selector may be one that all series meet. */
function readSelectors(req: Request, res: Response): readonly (readonly Matcher[])[] | undefined {
  try {
    return readWholeParams(req).all("match[]").map(parseSelector);
  } catch (error) {
    if (!isPromError(error)) throw error;
    sendPlain(res, 400, `${error.message}\n`);
    return undefined;
  }
}

function addedLabels(external: Labels): Labels {
  if (hasLabel(external, INSTANCE)) return external;
  // Only a placeholder has a place among sorted labels.
  const sorted = labelsOf([...labelPairs(external), [INSTANCE, "-"]]);
  return sorted.map((text, i) => (i % 2 === 1 && sorted[i - 1] === INSTANCE ? "" : text));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Body {
  /** Takes the next piece. The promise is open while the client is slower. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly end: () => void;
}

/** One piece is held back until the next or the end is there: most answers are whole, with their length, and errors before have a status. */
function createBody(res: Response, contentType: string): Body {
  const drained = createDrain(res);
  let held: Uint8Array | undefined;
  return {
    async write(bytes) {
      if (isOver(res)) return;
      const before = held;
      held = bytes;
      if (before === undefined) return;
      if (!res.headersSent) res.status(200).setHeader("Content-Type", contentType);
      if (!res.write(before)) await drained();
    },
    end() {
      if (isOver(res)) return;
      if (!res.headersSent) res.status(200).setHeader("Content-Type", contentType);
      const last = Buffer.from(held ?? new Uint8Array(0));
      if (!res.headersSent) res.setHeader("Content-Length", last.length);
      res.end(last);
    },
  };
}
