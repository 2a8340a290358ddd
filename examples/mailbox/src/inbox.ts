import PostalMime from "postal-mime";

/** Something that arrived: an e-mail by SMTP or an alert group by webhook. */
export type Message = MailMessage | WebhookMessage;

interface Received {
  /** Counts up from 1. */
  readonly id: number;
  readonly receivedMs: number;
  readonly subject: string;
  /** Whether it tells that alerts are firing, that they are resolved, or neither. */
  readonly status: "firing" | "resolved" | "other";
}

export interface MailMessage extends Received {
  readonly kind: "mail";
  readonly from: string;
  readonly to: string;
  readonly html: string;
  readonly text: string;
}

export interface WebhookMessage extends Received {
  readonly kind: "webhook";
  /** The body as it was sent, indented. */
  readonly json: string;
}

/** Messages in order of arrival; the oldest go when there are more than `capacity`. */
export interface Inbox {
  readonly addMail: (raw: Uint8Array) => Promise<MailMessage>;
  readonly addWebhook: (body: object) => WebhookMessage;
  /** Newest first. */
  readonly messages: () => readonly Message[];
  readonly find: (id: number) => Message | undefined;
}

/** An inbox in memory. `onMessage` is called with each message that arrives. */
export function createInbox({
  capacity,
  nowMs,
  onMessage,
}: {
  capacity: number;
  nowMs: () => number;
  onMessage: (message: Message) => void;
}): Inbox {
  const kept: Message[] = [];
  let lastId = 0;

  function keep<T extends Message>(message: T): T {
    kept.unshift(message);
    kept.length = Math.min(kept.length, capacity);
    onMessage(message);
    return message;
  }

  return {
    messages: () => kept,
    find: (id) => kept.find((message) => message.id === id),
    async addMail(raw) {
      const mail = await PostalMime.parse(raw);
      return keep({
        kind: "mail",
        id: ++lastId,
        receivedMs: nowMs(),
        subject: mail.subject ?? "(no subject)",
        status: statusOf(mail.subject ?? ""),
        from: mail.from?.address ?? "",
        to: (mail.to ?? []).map(({ address }) => address).join(", "),
        html: mail.html ?? "",
        text: mail.text ?? "",
      });
    },
    addWebhook(body) {
      // Anybody may post: a field that isn't what the Alertmanager sends counts as absent.
      const { status, groupLabels, alerts } = body as {
        readonly status?: unknown;
        readonly groupLabels?: unknown;
        readonly alerts?: unknown;
      };
      const state = status === "firing" || status === "resolved" ? status : "other";
      const group = typeof groupLabels === "object" && groupLabels !== null ? Object.values(groupLabels).join(" ") : "";
      return keep({
        kind: "webhook",
        id: ++lastId,
        receivedMs: nowMs(),
        subject: `[${state.toUpperCase()}:${Array.isArray(alerts) ? alerts.length : 0}] ${group}`,
        status: state,
        json: JSON.stringify(body, undefined, 2),
      });
    },
  };
}

/** The Alertmanager's default subject starts with `[FIRING:2]` or `[RESOLVED]`. */
function statusOf(subject: string): Message["status"] {
  if (subject.startsWith("[FIRING")) return "firing";
  return subject.startsWith("[RESOLVED") ? "resolved" : "other";
}
