import { constants, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import express, { type Express } from "express";
import type { Handler } from "./connections.ts";

/**
 * The same app for requests of HTTP/2. Express gives each request and answer the prototypes that the app carries, which stand on those of
 * HTTP/1.1; here they are the same methods on top of Node's for HTTP/2. Routes, settings and middleware are the app's own.
 */
export function http2App(app: Express): Handler {
  const view = Object.create(app) as Express & { handle: (...pair: Parameters<Handler>) => void };
  const own = { app: { value: view, configurable: true, enumerable: true, writable: true } };
  view.request = Object.create(onTopOf(Http2ServerRequest.prototype, express.request), own) as Express["request"];
  view.response = Object.create(onTopOf(Http2ServerResponse.prototype, express.response), {
    ...own,
    destroy: { value: breakOff },
    destroyed: { get: isBrokenOff },
  }) as Express["response"];
  return (req, res) => {
    // Where HTTP/1.1 has the header, HTTP/2 has a field of its own; those who ask for the host need not know.
    req.headers.host ??= (req as unknown as Http2ServerRequest).authority;
    view.handle(req, res);
  };
}

/** Node's own would end the stream without an error, and half an answer would look like a whole one. */
function breakOff(this: Http2ServerResponse): Http2ServerResponse {
  this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  return this;
}

/** Node's own answers don't tell. */
function isBrokenOff(this: Http2ServerResponse): boolean {
  return this.stream.destroyed;
}

function onTopOf(prototype: object, methods: object): object {
  return Object.create(prototype, Object.getOwnPropertyDescriptors(methods)) as object;
}
