const ESCAPE = /%(?![\da-f]{2})/i;
/** What Go lets stand in a host, beside escapes and letters of other alphabets. */
const HOST = /^(?:[\w\-.~!$&'()*+,;=:[\]<>"]|[^ -~])*$/;
const USER_INFO = /^[\w\-._:~!$&'()*+,;=%@]*$/;

/**
 * Whether a text is a URI as Go's `url.ParseRequestURI` takes it: absolute, or an absolute path. The API's format `uri` asks for no more,
 * and `URL.canParse` is both stricter and more lenient.
 */
export function isRequestUri(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the characters that Go refuses
  if (text === "" || /[\x00-\x1f\x7f]/.test(text) || text.startsWith(":")) return false;
  if (text === "*") return true;
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(text)?.[0] ?? "";
  const rest = text.slice(scheme.length).split("?", 1)[0];
  if (!rest.startsWith("/")) return scheme !== "";
  if (scheme === "" || !rest.startsWith("//")) return !ESCAPE.test(rest);
  const [authority] = rest.slice(2).split("/", 1);
  return isAuthority(authority) && !ESCAPE.test(rest.slice(2 + authority.length));
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf("@");
  const userInfo = authority.slice(0, Math.max(0, at));
  const host = authority.slice(at + 1);
  if (!USER_INFO.test(userInfo) || ESCAPE.test(userInfo)) return false;
  if (host.startsWith("[")) return /^\[[^\]]*\](?::\d*)?$/.test(host);
  const colon = host.lastIndexOf(":");
  return HOST.test(host.replace(/%[89a-f][\da-f]/gi, "")) && (colon < 0 || /^\d*$/.test(host.slice(colon + 1)));
}
