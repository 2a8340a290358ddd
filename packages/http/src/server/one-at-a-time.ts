import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Handler } from "./connections.ts";

/** Requests that came before their turn. */
type Waiting = (readonly [IncomingMessage, ServerResponse])[];

/**
 * Answers the requests of a connection one after the other, as net/http does. Node hands on all that came at once (thousands, where each is
 * short), although their answers can only leave in order: for a client that does not read, all of them would be made and kept.
 */
export function oneAtATime(handler: Handler): Handler {
  const busy = new WeakMap<Socket, Waiting>();

  function answer(req: IncomingMessage, res: ServerResponse, waiting: Waiting): void {
    // Not before the answer has left, or its client has.
    res.once("close", () => goOn(req.socket, waiting));
    handler(req, res);
  }

  function goOn(socket: Socket, waiting: Waiting): void {
    const next = socket.destroyed ? undefined : waiting.shift();
    if (next === undefined) busy.delete(socket);
    else answer(...next, waiting);
  }

  return (req, res) => {
    const waiting = busy.get(req.socket);
    if (waiting !== undefined) return void waiting.push([req, res]);
    const none: Waiting = [];
    busy.set(req.socket, none);
    answer(req, res, none);
  };
}
