import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An object of the API, as far as tests write it. */
export interface FakeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string } & Readonly<Record<string, unknown>>;
  readonly [part: string]: unknown;
}

/** A request that the API has had. */
export interface SeenRequest {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly isWatch: boolean;
}

/** An answer in place of the API's own. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A small API server on loopback: lists in pages, and watches from a version on. */
export interface FakeApi {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Adds or changes an object, and tells the watches. */
  readonly put: (resource: string, object: FakeObject) => void;
  readonly remove: (resource: string, namespace: string, name: string) => void;
  /** Tells the watches a version, as the API does from time to time. */
  readonly bookmark: (resource: string) => void;
  /** Forgets what has happened until now: watches from before end with 410. */
  readonly forget: () => void;
  /** Writes a line into the watches of a resource. */
  readonly write: (resource: string, line: string) => void;
  /** Ends the watches as the API does, or breaks their connections. */
  readonly endWatches: (how: "well" | "broken") => void;
  readonly watchCount: (resource: string) => number;
  /** Answers in place of the API while it gives something. */
  refuse: (request: SeenRequest) => Refusal | undefined;
  readonly close: () => Promise<void>;
}

interface Happened {
  readonly version: number;
  readonly resource: string;
  readonly namespace: string;
  readonly line: string;
}

interface Watch {
  readonly resource: string;
  readonly namespace: string;
  readonly response: ServerResponse;
}

const status = (code: number, message: string): string =>
  JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message, code });

/** The API tells the metadata of an object, or of a list of objects, as what it is and not as the other. */
function notAcceptable({ headers, isWatch }: SeenRequest): Refusal | undefined {
  const [, asked] = /as=(\w+)/.exec(headers.accept ?? "") ?? [];
  if (asked === undefined || asked === (isWatch ? "PartialObjectMetadata" : "PartialObjectMetadataList")) return undefined;
  return { status: 406, body: status(406, `you requested ${asked}, but the requested object is another one`) };
}

/** Starts an API without objects. */
export async function startFakeApi(): Promise<FakeApi> {
  const objects = new Map<string, Map<string, FakeObject>>();
  const requests: SeenRequest[] = [];
  const watches = new Set<Watch>();
  let history: Happened[] = [];
  let version = 100;
  let forgottenVersion = 0;

  const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;
  const ofResource = (resource: string): Map<string, FakeObject> => {
    const known = objects.get(resource) ?? new Map<string, FakeObject>();
    objects.set(resource, known);
    return known;
  };

  function happen(resource: string, type: string, object: FakeObject): void {
    const namespace = object.metadata.namespace ?? "";
    const line = JSON.stringify({ type, object });
    history.push({ version, resource, namespace, line });
    for (const watch of watches) {
      if (watch.resource === resource && (watch.namespace === "" || watch.namespace === namespace)) watch.response.write(`${line}\n`);
    }
  }

  function list(
    resource: string,
    namespace: string,
    { limit = "1000000", continue: from = "" }: Readonly<Record<string, string>>,
  ): Refusal {
    const [token, start] = from === "" ? [version, 0] : from.split(":").map(Number);
    if (token < forgottenVersion) return { status: 410, body: status(410, "The provided continue parameter is too old") };
    const all = [...ofResource(resource).values()].filter(({ metadata }) => namespace === "" || metadata.namespace === namespace);
    const end = start + Number(limit);
    const more = end < all.length ? { continue: `${token}:${end}` } : {};
    return { status: 200, body: JSON.stringify({ metadata: { resourceVersion: String(token), ...more }, items: all.slice(start, end) }) };
  }

  function watch(resource: string, namespace: string, from: number, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < forgottenVersion) {
      response.end(
        `${JSON.stringify({ type: "ERROR", object: JSON.parse(status(410, `too old resource version: ${from}`)) as unknown })}\n`,
      );
      return;
    }
    for (const one of history) {
      const isAsked = one.resource === resource && one.version > from && (namespace === "" || one.namespace === namespace);
      if (isAsked) response.write(`${one.line}\n`);
    }
    const entry = { resource, namespace, response };
    watches.add(entry);
    response.on("close", () => watches.delete(entry));
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://api");
    const parameters = Object.fromEntries(url.searchParams);
    const seen = { path: url.pathname, parameters, headers: request.headers, isWatch: parameters["watch"] === "true" };
    requests.push(seen);
    const [, namespace = "", resource = ""] = /\/v1\/(?:namespaces\/([^/]+)\/)?([^/]+)$/.exec(url.pathname) ?? [];
    const refusal = api.refuse(seen) ?? notAcceptable(seen);
    if (refusal === undefined && seen.isWatch) return watch(resource, namespace, Number(parameters["resourceVersion"]), response);
    const answer = refusal ?? list(resource, namespace, parameters);
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const api: FakeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    put(resource, object) {
      version++;
      const { name, namespace = "" } = object.metadata;
      const known = ofResource(resource);
      const key = keyOf(namespace, name);
      const type = known.has(key) ? "MODIFIED" : "ADDED";
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
      known.set(key, stored);
      happen(resource, type, stored);
    },
    remove(resource, namespace, name) {
      version++;
      const known = ofResource(resource);
      const object = known.get(keyOf(namespace, name));
      if (object === undefined) throw new Error(`there is no ${resource} ${namespace}/${name}`);
      known.delete(keyOf(namespace, name));
      happen(resource, "DELETED", { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
    },
    bookmark(resource) {
      const line = JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(version) } } });
      api.write(resource, line);
    },
    forget() {
      history = [];
      version++;
      forgottenVersion = version;
    },
    write(resource, line) {
      for (const one of watches) if (one.resource === resource) one.response.write(`${line}\n`);
    },
    endWatches(how) {
      for (const { response } of watches) {
        if (how === "well") response.end();
        else response.destroy();
      }
    },
    watchCount: (resource) => [...watches].filter((one) => one.resource === resource).length,
    refuse: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}
