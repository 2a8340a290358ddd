import { formatRfc3339 } from "@ferula/durations";
import type { MetricFamily } from "@ferula/exposition";
import { compareUtf8, formatFloat, isLegacyLabelName, type Labels, type NameValidation } from "@ferula/model";
import { isLastPushSuccessful, PUSH_FAILURE_TIME, PUSH_TIME, timeOf, type Group, type Groups, type StoredFamily } from "../store/group.ts";
import { groupPath } from "../url/grouping-key.ts";
import { sortedGroups } from "./group-order.ts";
import { html, nothing, type Html } from "./html.ts";

/** What the page needs beside the groups. */
export interface MetricsPageOptions {
  readonly validation: NameValidation;
  /** Whether all groups can be dropped by a button. */
  readonly hasAdminApi: boolean;
}

/** Every group with its families, and buttons that delete. */
export function metricsPage(groups: Groups, options: MetricsPageOptions): Html {
  if (groups.size === 0) return html`<p class="empty">Nothing has been pushed yet.</p>`;
  return html`<div class="bar">
      <p>${groups.size} ${groups.size === 1 ? "group" : "groups"}</p>
      ${wipeButton(options)}
    </div>
    ${sortedGroups(groups).map((group) => groupSection(group, options))}`;
}

function wipeButton({ hasAdminApi }: MetricsPageOptions): Html {
  if (!hasAdminApi) return nothing;
  return html`<button class="danger" data-method="PUT" data-path="./api/v1/admin/wipe" data-question="Delete all groups?">
    Delete all groups
  </button>`;
}

function groupSection(group: Group, { validation }: MetricsPageOptions): Html {
  const { labels, families } = group;
  const isFailed = !isLastPushSuccessful(group);
  const path = groupPath(labels, validation);
  const question = `Delete the group ${labelText(labels)}?`;
  const sorted = [...families.values()].sort((a, b) => compareUtf8(a.family.name, b.family.name));
  return html`<details class="group" data-key="${path}">
    <summary>
      <span class="pills">${pills(labels)}</span>${isFailed ? html`<span class="badge failed">Last push failed!</span>` : nothing}
      <span class="when">last pushed: ${moment(timeOf(group, PUSH_TIME))}</span>
    </summary>
    ${isFailed ? html`<p class="when">last failed push: ${moment(timeOf(group, PUSH_FAILURE_TIME))}</p>` : nothing}
    <button class="danger" data-method="DELETE" data-path="./${path}" data-question="${question}">Delete group</button>
    ${sorted.map(familySection)}
  </details> `;
}

/** The job first, then the others as they are sorted. */
function pills(labels: Labels): Html[] {
  const shown: Html[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i];
    const kind = name === "job" ? "job" : name === "instance" ? "instance" : "other";
    const pill = html`<span class="pill ${kind}">${shownName(name)}="${labels[i + 1]}"</span> `;
    if (name === "job") shown.unshift(pill);
    else shown.push(pill);
  }
  return shown;
}

function familySection({ pushedMs, family }: StoredFamily): Html {
  return html`<details class="family">
    <summary>
      <code>${family.name}</code> <span class="badge">${family.type}</span>
      <span class="when">last pushed: ${moment(pushedMs / 1000)}</span>
    </summary>
    <p>${family.help ?? ""}</p>
    <table>
      <thead>
        <tr>
          <th>Labels</th>
          <th>Value</th>
        </tr>
      </thead>
      <tbody>
        ${rows(family)}
      </tbody>
    </table>
  </details> `;
}

function rows(family: MetricFamily): Html[] {
  switch (family.type) {
    case "summary":
      return family.metrics.map(({ labels, quantiles, count, sum }) =>
        row(
          labels,
          parts(
            quantiles.map(({ quantile, value }) => [`quantile ${formatFloat(quantile)}`, value] as const),
            count,
            sum,
          ),
        ),
      );
    case "histogram":
    case "gaugehistogram":
      return family.metrics.map(({ labels, buckets, count, sum }) =>
        row(
          labels,
          parts(
            buckets.map(({ upperBound, cumulativeCount }) => [`≤ ${formatFloat(upperBound)}`, cumulativeCount] as const),
            count,
            sum,
          ),
        ),
      );
    default:
      return family.metrics.map(({ labels, value }) => row(labels, html`${formatFloat(value)}`));
  }
}

function row(labels: Labels, value: Html): Html {
  return html`<tr>
    <td>${pills(labels)}</td>
    <td class="value">${value}</td>
  </tr> `;
}

function parts(pairs: readonly (readonly [string, number])[], count: number, sum: number): Html {
  const all = [...pairs, ["count", count] as const, ["sum", sum] as const];
  return html`<dl>
    ${all.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${formatFloat(value)}</dd>`,
    )}
  </dl>`;
}

function labelText(labels: Labels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${shownName(labels[i])}="${labels[i + 1]}"`);
  return pairs.join(", ");
}

/** Names that PromQL needs quotes for stand in quotes. */
function shownName(name: string): string {
  return isLegacyLabelName(name) ? name : `"${name}"`;
}

/** Zero is what stands for never. */
function moment(seconds: number | undefined): string {
  return seconds === undefined || seconds === 0 ? "never" : formatRfc3339(Math.floor(seconds) * 1000);
}
