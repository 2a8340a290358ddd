import { createApp, HttpError } from "@ferula/http";
import express, { type Express } from "express";
import type { Inbox } from "./inbox.ts";
import { renderList, renderMessage, renderPage, SCRIPT } from "./page.ts";

/** The mailbox over HTTP: the page, `POST /webhook` for the Alertmanager, and `GET /api/messages` for scripts. */
export function createMailboxApp(inbox: Inbox, metrics: () => Promise<{ readonly contentType: string; readonly body: string }>): Express {
  const app = createApp();
  app.use((_req, res, next) => {
    res.set({
      "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-src 'self'",
      "X-Content-Type-Options": "nosniff",
    });
    next();
  });
  app.get("/", (_req, res) => {
    res.type("html").send(renderPage(inbox.messages()));
  });
  app.get("/mailbox.js", (_req, res) => {
    res.type("js").send(SCRIPT);
  });
  app.get("/messages", (_req, res) => {
    res.type("html").send(renderList(inbox.messages()));
  });
  app.get("/messages/:id", (req, res) => {
    const message = inbox.find(Number(req.params.id));
    if (message === undefined) throw new HttpError(404, `there is no message ${req.params.id}`);
    res.type("html").send(renderMessage(message));
  });
  app.get("/api/messages", (_req, res) => {
    res.json(inbox.messages());
  });
  app.get("/metrics", async (_req, res) => {
    const { contentType, body } = await metrics();
    res.type(contentType).send(body);
  });
  app.post("/webhook", express.json({ limit: "5mb" }), (req, res) => {
    const body: unknown = req.body;
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw new HttpError(400, "a webhook must be a JSON object");
    inbox.addWebhook(body);
    res.sendStatus(200);
  });
  return app;
}
