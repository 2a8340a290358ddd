import { noteFailure, noteResponse, requestAttributes, type TracerInForce } from "@ferula/tracing";

/** An Alertmanager answered, and did not take what it was sent. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RefusedError";
    this.status = status;
  }
}

/**
 * Makes a span of sending a batch to one Alertmanager. `post` is given what its request carries of the trace and returns the status of the
 * answer; what it fails with is passed on.
 */
export async function traceSend(
  tracer: TracerInForce | undefined,
  url: string,
  alertCount: number,
  post: (headers: Readonly<Record<string, string>>) => Promise<number>,
): Promise<void> {
  const span = tracer?.()?.start("Send Alerts", { kind: "client" });
  if (span === undefined) {
    await post({});
    return;
  }
  if (span.isSampled) span.set({ ...requestAttributes("POST", url), alertmanager: url, alerts: alertCount });
  try {
    noteResponse(span, await post(span.headers()));
  } catch (error) {
    if (error instanceof RefusedError) noteResponse(span, error.status);
    else noteFailure(span, error as Error);
    span.fail((error as Error).message);
    throw error;
  } finally {
    span.end();
  }
}
