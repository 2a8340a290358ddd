import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { documentVersions, openApiDocument, type DocumentVersion } from "../openapi/document.ts";
import { toYaml } from "../openapi/to-yaml.ts";
import { readParams } from "../params/params.ts";

/** Whose API it is; what is left out is not told. */
export interface DocumentRouteDeps {
  readonly externalUrl?: string;
  readonly version?: string;
}

/** `openapi.yaml`: the API, described for programs. What is no version that there is, is the oldest, as in upstream. */
export function documentRoutes({ externalUrl = "", version = "" }: DocumentRouteDeps): Router {
  const routes = createRoutes();
  const texts = new Map<DocumentVersion, string>();
  const textOf = (openapi: DocumentVersion): string => {
    const text = texts.get(openapi) ?? toYaml(openApiDocument(openapi, { externalUrl, version }));
    texts.set(openapi, text);
    return text;
  };

  addRoute(routes, "GET", "/openapi.yaml", (req, res) => {
    const asked = readParams(req).get("openapi_version");
    const known = documentVersions.find((one) => one === asked || one === `${asked}.0`) ?? documentVersions[0];
    res.set("Cache-Control", "no-cache, no-store, must-revalidate");
    res.type("application/yaml; charset=utf-8").send(textOf(known));
  });
  return routes;
}
