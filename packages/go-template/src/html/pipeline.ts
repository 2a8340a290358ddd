import type { CommandNode, PipeNode } from "../ast.ts";
import type { Context } from "./context.ts";
import { EscapeProblem, isComment } from "./context.ts";

/** The escapers that a value needs in context `c` (already nudged), in order. `action` is quoted in errors. */
export function escapersFor(c: Context, action: string): string[] {
  const names = contentEscapers(c, action);
  if (c.delim === "SpaceOrTagEnd") names.push("$nospace");
  else if (c.delim !== "None") names.push("$attr");
  return names;
}

/**
 * Puts escapers behind a pipeline. A pipeline that already ends in `html` or `urlquery` keeps it in place of the
 * escaper that does the same.
 */
export function withEscapers(pipe: PipeNode, escapers: readonly string[]): PipeNode {
  const commands = [...pipe.commands];
  const names = [...escapers];
  const last = commandName(commands[commands.length - 1]);
  if (last !== undefined && isPredefined(last)) {
    const { args, pos } = commands[commands.length - 1];
    if (commands.length === 1 && args.length > 1) {
      // The arguments become a pipeline of their own, so that the predefined escaper stands last.
      commands[0] = { kind: "command", pos, args: [{ kind: "identifier", pos: args[0].pos, name: "$args" }, ...args.slice(1)] };
      commands.push(identifierCommand(last, pipe.pos));
    }
    const replaced = names.findIndex((name) => equivalents[name] === last);
    if (replaced >= 0) {
      commands.pop();
      names.forEach((name, i) => {
        if (equivalents[name] === last) names[i] = last;
      });
    }
  }
  for (const name of names) {
    const before = commands.length > 0 ? commandName(commands[commands.length - 1]) : undefined;
    if (before !== undefined && (before === name || redundant[before]?.includes(name))) continue;
    commands.push(identifierCommand(name, pipe.pos));
  }
  return { ...pipe, commands };
}

/** `html` and `urlquery` may only stand last, and `html` does not do for an attribute without quotes. */
export function checkPredefined(c: Context, pipe: PipeNode): void {
  pipe.commands.forEach((command, i) => {
    const name = commandName(command);
    if (name === undefined || !isPredefined(name)) return;
    const isLast = i === pipe.commands.length - 1;
    if (!isLast || (c.state === "Attr" && c.delim === "SpaceOrTagEnd" && name === "html")) {
      throw new EscapeProblem(`predefined escaper "${name}" disallowed in template`);
    }
  });
}

/** Which function of templates does what an escaper does. */
const equivalents: Readonly<Record<string, string | undefined>> = {
  $attr: "html",
  $html: "html",
  $rcdata: "html",
  $url: "urlquery",
  $urlNormalize: "urlquery",
};

/** Escapers that change nothing in the output of another. */
const redundant: Readonly<Record<string, readonly string[] | undefined>> = {
  $comment: ["$attr", "$html"],
  $css: ["$attr"],
  $jsRegexp: ["$attr"],
  $jsString: ["$attr"],
  $jsTemplate: ["$attr"],
  $url: ["$urlNormalize"],
};

function contentEscapers(c: Context, action: string): string[] {
  switch (c.state) {
    case "URL":
    case "CSSDqStr":
    case "CSSSqStr":
    case "CSSDqURL":
    case "CSSSqURL":
    case "CSSURL":
      return urlEscapers(c, action);
    case "MetaContentURL":
      return ["$urlFilter"];
    case "JS":
      return ["$jsValue"];
    case "JSDqStr":
    case "JSSqStr":
      return ["$jsString"];
    case "JSTmplLit":
      return ["$jsTemplate"];
    case "JSRegexp":
      return ["$jsRegexp"];
    case "CSS":
      return ["$cssValue"];
    case "Text":
      return ["$html"];
    case "RCDATA":
      return ["$rcdata"];
    case "Attr":
    case "MetaContent":
      return [];
    case "AttrName":
      return ["$htmlName"];
    case "Srcset":
      return ["$srcset"];
    default:
      if (!isComment(c.state)) throw new Error(`BUG: an action in state ${c.state}`);
      return ["$comment"];
  }
}

function urlEscapers(c: Context, action: string): string[] {
  const isCssString = c.state === "CSSDqStr" || c.state === "CSSSqStr";
  const body = isCssString ? "$css" : "$urlNormalize";
  switch (c.urlPart) {
    case "None":
      return ["$urlFilter", body];
    case "PreQuery":
      return [body];
    case "QueryOrFrag":
      return ["$url"];
    case "Unknown":
      throw new EscapeProblem(`${action} appears in an ambiguous context within a URL`);
  }
}

function commandName(command: CommandNode): string | undefined {
  const [first] = command.args;
  return first.kind === "identifier" ? first.name : undefined;
}

function isPredefined(name: string): boolean {
  return name === "html" || name === "urlquery";
}

function identifierCommand(name: string, pos: number): CommandNode {
  return { kind: "command", pos, args: [{ kind: "identifier", pos, name }] };
}
