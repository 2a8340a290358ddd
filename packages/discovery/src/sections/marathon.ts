import { described, listField, mappingField, pathField, secretField, stringField, type ConfigOf, type Report } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, refreshField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const marathonShape = {
  servers: described(listField(stringField()), "Addresses of Marathon; one of them is asked."),
  refresh_interval: refreshField(30_000),
  auth_token: described(secretField(), "The token for DC/OS."),
  auth_token_file: described(pathField(), "The file that holds the token."),
  ...httpClientShape,
} as const;

const CREDENTIALS = ["auth_token", "auth_token_file", "basic_auth", "bearer_token", "bearer_token_file", "authorization"] as const;

type Credentials = Pick<ConfigOf<typeof marathonShape>, (typeof CREDENTIALS)[number]>;

/** A section of `marathon_sd_configs`: applications of Marathon (discovery/marathon `SDConfig`). */
export const marathonField = mappingField(marathonShape, {
  checks: [
    filled("servers", "marathon_sd: must contain at least one Marathon server"),
    { of: CREDENTIALS, check: checkCredentials },
    httpCheck,
  ],
});

/** Marathon's own token stands beside no other credentials. */
function checkCredentials(section: Credentials, report: Report): void {
  const { auth_token: token, auth_token_file: tokenFile } = section;
  const refuse = (key: string, which: string): void => report(key, `marathon_sd: at most one of ${which} must be configured`);
  if (token !== undefined && tokenFile !== "") refuse("auth_token", "auth_token & auth_token_file");
  if (token === undefined && tokenFile === "") return;
  if (section.basic_auth !== undefined) refuse("basic_auth", "basic_auth, auth_token & auth_token_file");
  if (section.bearer_token !== undefined || section.bearer_token_file !== "") {
    refuse(
      section.bearer_token === undefined ? "bearer_token_file" : "bearer_token",
      "bearer_token, bearer_token_file, auth_token & auth_token_file",
    );
  }
  if (section.authorization !== undefined) refuse("authorization", "auth_token, auth_token_file & authorization");
}
