import { createHash } from "node:crypto";
import { goQuote } from "@ferula/durations";
import { PromError } from "@ferula/model";
import type { Params } from "../params/params.ts";
import type { RuleGroupView } from "../ports.ts";

/** Some of the groups, and where the next ones begin; undefined when there are no more. */
export interface RulePage {
  readonly groups: readonly RuleGroupView[];
  readonly nextToken: string | undefined;
}

/** Reads `group_limit` and `group_next_token`. Without a limit a page holds everything. */
export function readPage(params: Params): (groups: readonly RuleGroupView[]) => RulePage {
  const limitText = params.get("group_limit");
  const token = params.get("group_next_token");
  if (limitText === undefined) {
    if (token !== undefined) throw new PromError("bad_data", "group_limit needs to be present in order to paginate over the groups");
    return (groups) => ({ groups, nextToken: undefined });
  }
  if (!/^[+-]?\d+$/.test(limitText))
    throw new PromError("bad_data", `group_limit needs to be a valid number: cannot parse ${goQuote(limitText)}`);
  const limit = Number(limitText);
  if (limit <= 0) throw new PromError("bad_data", "group_limit needs to be greater than 0");
  return (groups) => {
    const start = token === undefined ? 0 : groups.findIndex((group) => tokenOf(group) === token);
    if (start < 0) throw new PromError("bad_data", `invalid group_next_token ${goQuote(token ?? "")}: were rule groups changed?`);
    const next = groups[start + limit];
    return { groups: groups.slice(start, start + limit), nextToken: next === undefined ? undefined : tokenOf(next) };
  };
}

/** A group is named by a hash, so that a token does not tell what it means and stays short (web/api/v1/api.go). */
function tokenOf({ file, name }: RuleGroupView): string {
  return createHash("sha256").update(`${file};${name}`).digest("hex");
}
