export {
  createHttpClient,
  HttpClientError,
  type BodySink,
  type HttpClient,
  type HttpClientOptions,
  type HttpRequest,
  type HttpResponse,
} from "./client/http-client.ts";
export { checkHttpConfig, httpClientField, httpClientShape, tlsClientShape, type HttpClientConfig } from "./client/http-config.ts";
export { compress } from "./server/compress.ts";
export { createApp, finishApp } from "./server/create-app.ts";
export { HttpError, isHttpError } from "./server/http-error.ts";
export { escapeHtml, landingPage, type LandingPage } from "./server/landing-page.ts";
export { lifecycleRoutes, type LifecycleOptions } from "./server/lifecycle-routes.ts";
export { listen, type Listening, type ListenOptions } from "./server/listen.ts";
export { metricsHandler, type Rendered } from "./server/metrics-handler.ts";
export { readBody } from "./server/read-body.ts";
export { requireSameSite } from "./server/same-site.ts";
export { webFileShape, type WebFileConfig } from "./web-file/web-file-shape.ts";
