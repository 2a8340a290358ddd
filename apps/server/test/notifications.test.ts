import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import type { NotificationView } from "@ferula/query-api";
import { createNotifications, NOTIFICATION } from "../src/notifications.ts";

function start(maxSubscribers = 2) {
  const registry = new Registry();
  let nowMs = 0;
  const notifications = createNotifications({ maxSubscribers, nowMs: () => ++nowMs, registry });
  const listen = (accepts = true) => {
    const heard: (NotificationView | "end")[] = [];
    const take = (notification: NotificationView): boolean => {
      heard.push(notification);
      return accepts;
    };
    return { heard, unsubscribe: notifications.subscribe({ take, end: () => void heard.push("end") }) };
  };
  return { notifications, listen, metrics: () => registry.metrics() };
}

const { startingUp, configurationUnsuccessful } = NOTIFICATION;

test("one that is added twice is one, with the later time", () => {
  const { notifications } = start();
  notifications.add(startingUp);
  notifications.add(configurationUnsuccessful);
  notifications.add(startingUp);
  expect(notifications.list()).toEqual([
    { text: startingUp, dateMs: 3, isActive: true },
    { text: configurationUnsuccessful, dateMs: 2, isActive: true },
  ]);
});

test("who listens hears what is, what comes and what goes, until it leaves", () => {
  const { notifications, listen } = start();
  notifications.add(startingUp);
  const { heard, unsubscribe } = listen();
  notifications.add(configurationUnsuccessful);
  notifications.remove(startingUp);
  notifications.remove(startingUp);
  unsubscribe?.();
  notifications.remove(configurationUnsuccessful);
  expect(heard).toEqual([
    { text: startingUp, dateMs: 1, isActive: true },
    { text: configurationUnsuccessful, dateMs: 2, isActive: true },
    { text: startingUp, dateMs: 1, isActive: false },
  ]);
  expect(notifications.list()).toEqual([]);
});

test("no more listen than may, all are sent away at the end, and it is counted", async () => {
  const { notifications, listen, metrics } = start(1);
  const { heard } = listen(false);
  expect(listen().unsubscribe).toBeUndefined();
  expect(await metrics()).toContain("prometheus_api_notification_active_subscribers 1\n");
  notifications.add(startingUp);
  notifications.end();
  expect(heard.at(-1)).toBe("end");
  const text = await metrics();
  for (const row of ["active_subscribers 0", "updates_sent_total 1", "updates_dropped_total 1"]) {
    expect(text).toContain(`prometheus_api_notification_${row}\n`);
  }
});
