import { connect, constants, type ClientHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/** Connections over which HTTP/2 is spoken, by origin: one each, as Go has it. */
export interface Http2Sessions {
  /** The session that takes requests for an origin. */
  readonly of: (origin: string) => ClientHttp2Session | undefined;
  /** Takes a connection on which the server has chosen HTTP/2; one too many is closed. */
  readonly adopt: (origin: string, socket: Socket) => void;
  /** Gives a session no more requests. It ends with those it has, or at once where the other side is gone. */
  readonly retire: (origin: string, session: ClientHttp2Session) => void;
  /** Gives no session more requests. */
  readonly retireAll: () => void;
  /** Closes all, whatever they are doing. */
  readonly destroy: () => void;
}

/** After as long without a byte a session is closed. */
const IDLE_MS = 300_000;

/** As much may be on its way to us, as Go has it: with the 64 KiB that are usual, a distant server would wait more than it sends. */
const STREAM_WINDOW_BYTES = 4 << 20;
const CONNECTION_WINDOW_BYTES = 1 << 30;

/** What a session holds for others, mostly bodies that we send; beyond it new requests would be refused. */
const SESSION_MEMORY_MEBIBYTES = 256;

/** As long may the other side take to answer a ping, once it is in doubt (x/net/http2 `PingTimeout`). */
const PING_TIMEOUT_MS = 15_000;

/**
 * undici's own HTTP/2 is not used: at a GOAWAY it fails every request of the connection, also those that the server would finish, which is
 * what a server says when it is restarted.
 */
export function createHttp2Sessions(): Http2Sessions {
  const current = new Map<string, ClientHttp2Session>();
  const all = new Set<ClientHttp2Session>();

  function forget(origin: string, session: ClientHttp2Session): void {
    if (current.get(origin) === session) current.delete(origin);
  }

  function retire(origin: string, session: ClientHttp2Session): void {
    forget(origin, session);
    if (session.destroyed) return;
    const timer = setTimeout(() => session.destroy(new Error("the session is over"), constants.NGHTTP2_CANCEL), PING_TIMEOUT_MS);
    session.once("close", () => clearTimeout(timer));
    // A session that is closing takes no ping.
    if (!session.ping(() => clearTimeout(timer))) clearTimeout(timer);
    session.close();
  }

  return {
    of(origin) {
      const session = current.get(origin);
      return session === undefined || session.closed || session.destroyed ? undefined : session;
    },
    adopt(origin, socket) {
      const known = current.get(origin);
      if (known !== undefined && !known.closed && !known.destroyed) {
        socket.destroy();
        return;
      }
      // Each request names its host, and the socket is there: what stands here is never looked at, but is parsed as the WHATWG has it.
      const session = connect("https://host.invalid", {
        createConnection: () => socket,
        settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
        maxSessionMemory: SESSION_MEMORY_MEBIBYTES,
      });
      session.once("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
      all.add(session);
      current.set(origin, session);
      session.on("error", () => forget(origin, session));
      session.on("goaway", () => forget(origin, session));
      session.on("close", () => {
        forget(origin, session);
        all.delete(session);
      });
      session.setTimeout(IDLE_MS, () => retire(origin, session));
    },
    retire,
    retireAll() {
      for (const [origin, session] of current) retire(origin, session);
    },
    destroy() {
      for (const session of all) session.destroy(new Error("the session is over"), constants.NGHTTP2_CANCEL);
      current.clear();
    },
  };
}
