import { described, keepEmpty, listField, mappingField, pathField, reveal, stringField, type ConfigOf, type Report } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { parseUrl, redactUrl } from "@ferula/go-url";
import { filled, keptRefreshField, keptSecret, keptText, portField, keptWord } from "./fields.ts";
import { httpCheck } from "./http-client.ts";
import { secretKeyCheck } from "./secret-key.ts";

const scalewayShape = {
  project_id: described(keptText(), "The ID of the project whose servers are found."),
  api_url: described(stringField("https://api.scaleway.com"), "The address of the API."),
  zone: described(keptText("fr-par-1"), "The zone whose servers are found."),
  access_key: described(keptText(), "The ID of the access key."),
  secret_key: described(keptSecret(), "The secret of the access key."),
  secret_key_file: described(keepEmpty(pathField(), ""), "The file that holds the secret."),
  name_filter: described(stringField(), "What the name of a server must hold."),
  tags_filter: described(listField(stringField()), "Tags that a server must have."),
  ...httpClientShape,
  refresh_interval: keptRefreshField(60_000),
  port: portField(80),
  role: described(
    keptWord(["instance", "baremetal"], "", (role) => `unknown role ${JSON.stringify(role)}`),
    "What is found.",
  ),
} as const;

const CLIENT_KEYS = ["access_key", "secret_key", "project_id", "zone", "api_url"] as const;

type Client = Pick<ConfigOf<typeof scalewayShape>, (typeof CLIENT_KEYS)[number]>;

/** A section of `scaleway_sd_configs`: instances or bare metal of Scaleway (discovery/scaleway `SDConfig`). */
export const scalewayField = mappingField(scalewayShape, {
  checks: [
    filled("role", "role missing (one of: instance, baremetal)"),
    filled("project_id", "project_id is mandatory"),
    secretKeyCheck,
    filled("access_key", "access_key is mandatory"),
    { of: CLIENT_KEYS, check: checkClient },
    httpCheck,
  ],
});

const ACCESS_KEY = /^SCW[A-Z0-9]{17}$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const UUID_FORM = "expected a UUID: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
const ZONE = /^[a-z]{2}-[a-z]{3}-[1-9]$/;

/** What Scaleway's SDK asks of a client (scaleway-sdk-go scw/client_option.go `validate`), without telling the secret key. */
function checkClient(
  { access_key: accessKey, secret_key: secretKey, project_id: project, zone, api_url: url }: Client,
  report: Report,
): void {
  const refuse = (key: string, reason: string): void => report(key, `scaleway-sdk-go: ${reason}`);
  if (accessKey !== "" && !ACCESS_KEY.test(accessKey)) {
    refuse("access_key", `invalid access key format '${accessKey}', expected SCWXXXXXXXXXXXXXXXXX format`);
  }
  if (secretKey !== undefined && !UUID.test(reveal(secretKey))) refuse("secret_key", `invalid secret key format, ${UUID_FORM}`);
  if (project !== "" && !UUID.test(project)) refuse("project_id", `invalid project ID format '${project}', ${UUID_FORM}`);
  if (zone === "") refuse("zone", "default zone cannot be empty");
  else if (!ZONE.test(zone)) refuse("zone", `invalid default zone format '${zone}', expected one such as fr-par-1`);
  if (!isUrl(url)) refuse("api_url", `invalid API url '${redactUrl(url)}'`);
  else if (url.endsWith("/")) refuse("api_url", `invalid API url '${redactUrl(url)}' it should not have a trailing slash`);
}

/** The SDK ends with a panic on an empty one. */
function isUrl(text: string): boolean {
  try {
    parseUrl(text);
    return text !== "";
  } catch {
    return false;
  }
}
