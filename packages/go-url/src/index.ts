export { hostnameOf, parseUrl, portOf, UrlError, type GoUrl, type UserInfo } from "./parse-url.ts";
export { redactUrl } from "./redact-url.ts";
export { formatUrl, requestTarget, resolveUrl } from "./resolve-url.ts";
