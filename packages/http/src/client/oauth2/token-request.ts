import { JWT_BEARER, type OAuth2Config } from "../config/oauth2-config.ts";
import { basicAuthorization } from "../configured-headers.ts";
import { HttpClientError } from "../http-client-error.ts";
import { assertionForm } from "./jwt-grant.ts";
import { readAssertionAnswer, readTokenAnswer, type Token, type TokenAnswer } from "./token-answer.ts";

/** Posts a form to the token endpoint. Rejects with HttpClientError. */
export type PostForm = (form: URLSearchParams, headers: Readonly<Record<string, string>>) => Promise<TokenAnswer>;

/** Asks for a token. Rejects with HttpClientError in the words of x/oauth2. */
export type RequestToken = () => Promise<Token>;

/** How tokens are asked for with this secret, which is a key for the grant by assertions. */
export function tokenRequest(oauth2: OAuth2Config, secretText: string, post: PostForm): RequestToken {
  return oauth2.grant_type === JWT_BEARER ? byAssertion(oauth2, secretText, post) : byCredentials(oauth2, secretText, post);
}

/**
 * RFC 6749, section 4.4. Whether the endpoint takes the credentials in a header or in the form is tried, the header first, and what
 * worked is kept (x/oauth2/internal `RetrieveToken`).
 */
function byCredentials(oauth2: OAuth2Config, secretText: string, post: PostForm): RequestToken {
  let style: "header" | "form" | undefined;
  const inHeader = async (): Promise<Token> => {
    const authorization = basicAuthorization(queryEscape(oauth2.client_id), queryEscape(secretText));
    return readTokenAnswer(await post(credentialsForm(oauth2), { authorization }));
  };
  const inForm = async (): Promise<Token> => {
    const form = credentialsForm(oauth2);
    form.set("client_id", oauth2.client_id);
    if (secretText !== "") form.set("client_secret", secretText);
    return readTokenAnswer(await post(form, {}));
  };
  return async () => {
    if (style === "form") return inForm();
    try {
      const token = await inHeader();
      style = "header";
      return token;
    } catch (error) {
      if (style === "header") throw error;
    }
    const token = await inForm();
    style = "form";
    return token;
  };
}

function byAssertion(oauth2: OAuth2Config, keyText: string, post: PostForm): RequestToken {
  return async () => {
    const form = withEndpointParams(assertionForm(oauth2, keyText, Date.now()), oauth2);
    let answer: TokenAnswer;
    try {
      answer = await post(form, {});
    } catch (error) {
      throw new HttpClientError("network", `oauth2: cannot fetch token: ${(error as Error).message}`, { cause: error });
    }
    return readAssertionAnswer(answer);
  };
}

function credentialsForm(oauth2: OAuth2Config): URLSearchParams {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (oauth2.scopes.length > 0) form.set("scope", oauth2.scopes.join(" "));
  return withEndpointParams(form, oauth2);
}

/** Only the grant type may be another, as some endpoints have their own. */
function withEndpointParams(form: URLSearchParams, { endpoint_params: params }: OAuth2Config): URLSearchParams {
  for (const [name, value] of params) {
    if (form.has(name) && name !== "grant_type") throw new HttpClientError("request", `oauth2: cannot overwrite parameter "${name}"`);
    form.set(name, value);
  }
  form.sort();
  return form;
}

/** Go's url.QueryEscape: servers that don't decode see the same characters. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
