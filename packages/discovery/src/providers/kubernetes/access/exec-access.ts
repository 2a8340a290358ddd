import { secret } from "@ferula/config";
import type { Clock } from "@ferula/durations";
import { createHttpClient, type HttpClient, type HttpClientConfig, type HttpClientOptions } from "@ferula/http";
import type { ApiAccess, ReadyClient } from "./api-access.ts";
import { runExecPlugin, type ExecCredential } from "./exec-credential.ts";
import type { ExecSection } from "./exec-section.ts";

interface Current {
  readonly credential: ExecCredential;
  readonly ready: ReadyClient;
}

/** Access with credentials that a command gives. It is run again when they have ended, and when the API doesn't take them. */
export function execAccess(
  server: string,
  section: HttpClientConfig,
  exec: ExecSection,
  options: HttpClientOptions,
  clock: Clock,
): ApiAccess {
  const stopping = new AbortController();
  let current: Current | undefined;
  let running: Promise<Current> | undefined;
  let isRefused = false;

  async function renew(before: Current | undefined): Promise<Current> {
    const credential = await runExecPlugin(exec, stopping.signal);
    const client = clientFor(credential, before);
    const headers: Readonly<Record<string, string>> = credential.token === "" ? {} : { authorization: `Bearer ${credential.token}` };
    current = { credential, ready: { client, headers } };
    return current;
  }

  /** Connections are made with one certificate: another one takes others. */
  function clientFor(credential: ExecCredential, before: Current | undefined): HttpClient {
    const { certificate: cert, key } = credential;
    if (before !== undefined && before.credential.certificate === cert && before.credential.key === key) return before.ready.client;
    const tls = cert === "" ? section.tls_config : { ...section.tls_config, cert, key: secret(key) };
    const client = createHttpClient({ ...section, tls_config: tls }, options);
    void before?.ready.client.close();
    return client;
  }

  return {
    server,
    ownNamespace: "",
    async ready(signal) {
      if (current !== undefined && !isRefused && clock.nowMs() < current.credential.endsMs) return current.ready;
      running ??= renew(current).finally(() => (running = undefined));
      const { ready } = await unlessAborted(running, signal);
      isRefused = false;
      return ready;
    },
    refused(ready) {
      if (ready === current?.ready) isRefused = true;
    },
    async close() {
      stopping.abort();
      await current?.ready.client.close();
    },
  };
}

/** What `promise` gives; rejects as soon as `signal` aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
