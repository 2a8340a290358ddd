const LOCAL_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Where the server can be reached. */
export interface OwnAddress {
  readonly externalUrl: string;
  readonly listenAddresses: readonly string[];
}

/**
 * The URL of a target as a reader elsewhere needs it: "this host" there is another one. The server itself has its external URL; of
 * other targets on this host only the name is known (web/api/v1/api.go `getGlobalURL`).
 */
export function globalUrl(targetUrl: string, { externalUrl, listenAddresses }: OwnAddress): string {
  // The WHATWG's parser refuses hosts such as `web.1`, none of which is this host.
  if (!URL.canParse(targetUrl)) return targetUrl;
  const url = new URL(targetUrl);
  if (!LOCAL_HOSTS.has(url.hostname)) return targetUrl;
  const own = new URL(externalUrl);
  const isOwn = listenAddresses.some((address) => address.endsWith(`:${url.port}`) && url.port !== "");
  if (isOwn) {
    url.protocol = own.protocol;
    url.host = own.host;
    // Setting a host without a port keeps the old one.
    url.port = own.port;
  } else {
    url.hostname = own.hostname;
  }
  return url.href;
}
