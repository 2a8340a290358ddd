import type { HttpClient } from "@ferula/http";

/** A client with credentials that are good for now. */
export interface ReadyClient {
  readonly client: HttpClient;
  /** Credentials that the client doesn't have by itself. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How the API is reached. */
export interface ApiAccess {
  /** Its URL, without a slash at the end. */
  readonly server: string;
  /** The namespace that our own pod runs in; "" where nothing tells. */
  readonly ownNamespace: string;
  /** Rejects with an error for the log when there are no credentials now. */
  readonly ready: (signal: AbortSignal) => Promise<ReadyClient>;
  /** The API doesn't take these credentials: others are looked for at the next request, where there may be others. */
  readonly refused: (ready: ReadyClient) => void;
  readonly close: () => Promise<void>;
}

/** Access by a client that has its credentials by itself. */
export function fixedAccess(server: string, client: HttpClient, ownNamespace: string = ""): ApiAccess {
  const ready: ReadyClient = { client, headers: {} };
  return {
    server: server.replace(/\/+$/, ""),
    ownNamespace,
    ready: () => Promise.resolve(ready),
    refused: () => undefined,
    close: () => client.close(),
  };
}
