export { createHttpClient, type HttpClient, type HttpClientOptions, type HttpRequest, type HttpResponse } from "./client/http-client.ts";
export { HttpClientError, isHttpClientError, type HttpClientErrorCode } from "./client/http-client-error.ts";
export {
  checkHttpConfig,
  httpClientField,
  httpClientShape,
  tlsClientShape,
  type HttpClientConfig,
  type TlsClientConfig,
} from "./client/http-config.ts";
export { type BodySink } from "./client/body-reader.ts";
export { type ResponseHead } from "./client/exchange.ts";
export { abortOnDisconnect } from "./server/abort-on-disconnect.ts";
export { compress } from "./server/compress.ts";
export { createApp, finishApp, type AppOptions } from "./server/create-app.ts";
export { readExternalUrl, readRoutePrefix } from "./server/external-url.ts";
export { HttpError, isHttpError } from "./server/http-error.ts";
export { escapeHtml, landingPage, type LandingPage } from "./server/landing-page.ts";
export { lifecycleRoutes, type LifecycleOptions } from "./server/lifecycle-routes.ts";
export { listen, type Listening, type ListenOptions } from "./server/listen.ts";
export { metricsHandler, type Rendered } from "./server/metrics-handler.ts";
export { readBody, type BodyLimits } from "./server/read-body.ts";
export { normalizeRoutePrefix } from "./server/route-prefix.ts";
export { requireSameSite, type SameSiteOptions } from "./server/same-site.ts";
export { strictPaths, type KnownPaths } from "./server/strict-paths.ts";
export { webFileShape, type WebFileConfig } from "./web-file/web-file-shape.ts";
