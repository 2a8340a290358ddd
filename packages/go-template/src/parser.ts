import type {
  BranchNode,
  CommandNode,
  JumpNode,
  ListNode,
  Operand,
  PipeNode,
  Source,
  Statement,
  Template,
  TemplateNode,
  VariableNode,
} from "./ast.ts";
import { formatNode } from "./ast.ts";
import { TemplateError } from "./errors.ts";
import { describeToken, lex, type Token, type TokenSource, type TokenType } from "./lexer.ts";
import { parseCharConstant, parseNumber } from "./number-literal.ts";
import { quoteGo, unquoteGo } from "./strings.ts";

/** How deep parentheses and control clauses may nest, so that neither parser nor evaluator exhausts the stack. */
const MAX_NESTING = 400;

/**
 * Parses a text into its templates: the text's own, named `name`, and those it defines.
 * `hasFunction` tells which function names exist. Throws TemplateError as soon as something is wrong.
 */
export function parseTemplate(name: string, text: string, hasFunction: (name: string) => boolean): Map<string, Template> {
  const parser = new Parser({ name, text }, hasFunction);
  parser.parseTop(name);
  return parser.templates;
}

/** Whether a body holds nothing but white space, so that it must not replace a definition. */
export function isEmptyBody(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === "text" && node.text.trim() === "");
}

/** What a body ends with. */
type BodyEnd = { readonly kind: "end" | "else"; readonly pos: number };

/** Names known and loops open where the parser stands; each template has its own. */
interface Scope {
  variables: string[];
  rangeDepth: number;
  /** The line of the action being parsed, or 0. */
  actionLine: number;
}

type ControlKind = BranchNode["kind"];

class Parser {
  readonly templates: Map<string, Template> = new Map();
  private readonly source: Source;
  private readonly hasFunction: (name: string) => boolean;
  private readonly tokens: TokenSource;
  private index = 0;
  /** The last token that was looked at; errors name its line. */
  private furthest = 0;
  private nesting = 0;
  private scope: Scope = newScope();

  constructor(source: Source, hasFunction: (name: string) => boolean) {
    this.source = source;
    this.hasFunction = hasFunction;
    this.tokens = lex(source.text);
  }

  parseTop(name: string): void {
    const pos = this.peek().pos;
    const nodes: Statement[] = [];
    while (this.peek().type !== "eof") {
      if (this.peek().type === "leftDelim" && this.tokenAfterDelim() === "define") {
        this.parseDefinition();
        continue;
      }
      const node = this.textOrAction();
      if (isBodyEnd(node)) this.fail(`unexpected {{${node.kind}}}`);
      nodes.push(node);
    }
    this.add(name, { kind: "list", pos, nodes });
  }

  private tokenAfterDelim(): TokenType {
    const start = this.index;
    this.next();
    const { type } = this.nextNonSpace();
    this.index = start;
    return type;
  }

  private parseDefinition(): void {
    this.next();
    this.nextNonSpace();
    const context = "define clause";
    const name = this.stringValue(this.nextNonSpace(), context);
    this.expect("rightDelim", context);
    this.parseBody(name, context);
  }

  /** Parses a definition's body up to its end, with a scope of its own. */
  private parseBody(name: string, context: string): void {
    const outer = this.scope;
    this.scope = newScope();
    const { list, end } = this.itemList();
    if (end.kind !== "end") this.fail(`unexpected {{${end.kind}}} in ${context}`);
    this.add(name, list);
    this.scope = outer;
  }

  private add(name: string, root: ListNode): void {
    const known = this.templates.get(name);
    if (!known || isEmptyBody(known.root)) this.templates.set(name, { name, source: this.source, root });
    else if (!isEmptyBody(root)) this.fail(`template: multiple definition of template ${quoteGo(name)}`);
  }

  private itemList(): { list: ListNode; end: BodyEnd } {
    const pos = this.peekNonSpace().pos;
    const nodes: Statement[] = [];
    while (this.peekNonSpace().type !== "eof") {
      const node = this.textOrAction();
      if (isBodyEnd(node)) return { list: { kind: "list", pos, nodes }, end: node };
      nodes.push(node);
    }
    return this.fail("unexpected EOF");
  }

  private textOrAction(): Statement | BodyEnd {
    const token = this.nextNonSpace();
    if (token.type === "text") return { kind: "text", pos: token.pos, text: token.text };
    if (token.type !== "leftDelim") return this.unexpected(token, "input");
    this.scope.actionLine = token.line;
    const node = this.action();
    this.scope.actionLine = 0;
    return node;
  }

  private action(): Statement | BodyEnd {
    const token = this.nextNonSpace();
    switch (token.type) {
      case "block":
        return this.blockControl();
      case "break":
      case "continue":
        return this.jumpControl(token.type, token);
      case "else":
        return this.elseControl();
      case "end":
        return { kind: "end", pos: this.expect("rightDelim", "end").pos };
      case "if":
      case "range":
      case "with":
        return this.branchControl(token.type);
      case "template":
        return this.templateControl();
      default: {
        this.index--;
        const { pos, line } = this.peek();
        return { kind: "action", pos, line, pipe: this.pipeline("command", "rightDelim") };
      }
    }
  }

  private jumpControl(kind: JumpNode["kind"], { pos, line }: Token): JumpNode {
    const token = this.nextNonSpace();
    if (token.type !== "rightDelim") this.unexpected(token, `{{${kind}}}`);
    if (this.scope.rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos, line };
  }

  private branchControl(kind: ControlKind): BranchNode {
    this.enter();
    const declared = this.scope.variables.length;
    const pipe = this.pipeline(kind, "rightDelim");
    if (kind === "range") this.scope.rangeDepth++;
    const { list, end } = this.itemList();
    if (kind === "range") this.scope.rangeDepth--;
    const elseList = end.kind === "else" ? this.elseBody(kind, end) : undefined;
    this.scope.variables.length = declared;
    this.nesting--;
    return { kind, pos: pipe.pos, line: pipe.line, pipe, list, elseList };
  }

  /** `{{else if}}` and `{{else with}}` nest in the else body and share its end. */
  private elseBody(kind: ControlKind, { pos }: BodyEnd): ListNode {
    if ((kind === "if" || kind === "with") && this.peek().type === kind) {
      this.next();
      return { kind: "list", pos, nodes: [this.branchControl(kind)] };
    }
    const { list, end } = this.itemList();
    if (end.kind !== "end") this.fail(`expected end; found {{${end.kind}}}`);
    return list;
  }

  private elseControl(): BodyEnd {
    const token = this.peekNonSpace();
    if (token.type === "if" || token.type === "with") return { kind: "else", pos: token.pos };
    return { kind: "else", pos: this.expect("rightDelim", "else").pos };
  }

  private blockControl(): TemplateNode {
    const context = "block clause";
    const token = this.nextNonSpace();
    const name = this.stringValue(token, context);
    const pipe = this.pipeline(context, "rightDelim");
    this.enter();
    this.parseBody(name, context);
    this.nesting--;
    return { kind: "template", pos: token.pos, line: token.line, name, pipe };
  }

  private templateControl(): TemplateNode {
    const context = "template clause";
    const token = this.nextNonSpace();
    const name = this.stringValue(token, context);
    if (this.nextNonSpace().type === "rightDelim") return { kind: "template", pos: token.pos, line: token.line, name, pipe: undefined };
    this.index--;
    return { kind: "template", pos: token.pos, line: token.line, name, pipe: this.pipeline(context, "rightDelim") };
  }

  private pipeline(context: string, end: "rightDelim" | "rightParen"): PipeNode {
    const { pos, line } = this.peekNonSpace();
    const { variables, isAssign } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.type === end) break;
      if (!startsOperand(token.type)) this.unexpected(token, context);
      this.index--;
      commands.push(this.command());
    }
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    commands.slice(1).forEach((command, i) => {
      if (["bool", "dot", "nil", "number", "string"].includes(command.args[0].kind)) {
        this.fail(`non executable command in pipeline stage ${i + 2}`);
      }
    });
    return { kind: "pipe", pos, line, isAssign, variables, commands };
  }

  /** `$x :=`, `$x =` and, in a range clause, `$i, $x :=`. */
  private declarations(context: string): { variables: VariableNode[]; isAssign: boolean } {
    const variables: VariableNode[] = [];
    while (this.peekNonSpace().type === "variable") {
      const start = this.index;
      const variable = this.next();
      const next = this.nextNonSpace();
      const isComma = next.type === "char" && next.text === ",";
      if (next.type !== "assign" && next.type !== "declare" && !isComma) {
        this.index = start;
        break;
      }
      variables.push({ kind: "variable", pos: variable.pos, name: variable.text, fields: [] });
      this.scope.variables.push(variable.text);
      if (!isComma) return { variables, isAssign: next.type === "assign" };
      if (context !== "range" || variables.length >= 2) this.fail(`too many declarations in ${context}`);
      if (!["variable", "rightDelim", "rightParen"].includes(this.peekNonSpace().type)) this.fail("range can only initialize variables");
    }
    return { variables, isAssign: false };
  }

  private command(): CommandNode {
    const { pos } = this.peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.operand();
      if (operand) args.push(operand);
      const token = this.next();
      if (token.type === "space") continue;
      if (token.type === "rightDelim" || token.type === "rightParen") this.index--;
      else if (token.type !== "pipe") this.unexpected(token, "operand");
      break;
    }
    if (args.length === 0) this.fail("empty command");
    return { kind: "command", pos, args };
  }

  /** A term and the fields that directly follow it. */
  private operand(): Operand | undefined {
    const term = this.term();
    if (!term || this.peek().type !== "field") return term;
    const { pos } = this.peek();
    const fields: string[] = [];
    while (this.peek().type === "field") fields.push(this.next().text.slice(1));
    switch (term.kind) {
      case "field":
        return { ...term, pos, fields: [...term.fields, ...fields] };
      case "variable":
        return { ...term, pos, fields: [...term.fields, ...fields] };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.fail(`unexpected . after term ${quoteGo(formatNode(term))}`);
      case "chain":
      case "identifier":
      case "pipe":
        return { kind: "chain", pos, operand: term, fields };
    }
  }

  private term(): Operand | undefined {
    const token = this.nextNonSpace();
    const { pos, text } = token;
    switch (token.type) {
      case "identifier":
        if (!this.hasFunction(text)) this.fail(`function ${quoteGo(text)} not defined`);
        return { kind: "identifier", pos, name: text };
      case "dot":
      case "nil":
        return { kind: token.type, pos };
      case "variable":
        if (!this.scope.variables.includes(text)) this.fail(`undefined variable ${quoteGo(text)}`);
        return { kind: "variable", pos, name: text, fields: [] };
      case "field":
        return { kind: "field", pos, fields: [text.slice(1)] };
      case "bool":
        return { kind: "bool", pos, value: text === "true" };
      case "charConstant":
      case "number": {
        const number = token.type === "number" ? parseNumber(text) : parseCharConstant(text);
        return typeof number === "string" ? this.fail(number) : { kind: "number", pos, text, ...number };
      }
      case "leftParen": {
        if (this.nesting >= MAX_NESTING) this.fail("max expression depth exceeded");
        this.nesting++;
        const pipe = this.pipeline("parenthesized pipeline", "rightParen");
        this.nesting--;
        return pipe;
      }
      case "string":
      case "rawString":
        return { kind: "string", pos, quoted: text, text: this.unquote(text) };
      default:
        this.index--;
        return undefined;
    }
  }

  private stringValue(token: Token, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") this.unexpected(token, context);
    return this.unquote(token.text);
  }

  private unquote(literal: string): string {
    return unquoteGo(literal) ?? this.fail("invalid syntax");
  }

  private enter(): void {
    if (this.nesting >= MAX_NESTING) this.fail(`cannot nest control clauses deeper than ${MAX_NESTING}`);
    this.nesting++;
  }

  private next(): Token {
    const token = this.peek();
    this.index++;
    return token;
  }

  private peek(): Token {
    this.furthest = Math.max(this.furthest, this.index);
    return this.tokens.at(this.index);
  }

  private nextNonSpace(): Token {
    this.peekNonSpace();
    return this.next();
  }

  private peekNonSpace(): Token {
    while (this.peek().type === "space") this.index++;
    return this.peek();
  }

  private expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    return token.type === type ? token : this.unexpected(token, context);
  }

  private unexpected(token: Token, context: string): never {
    if (token.type !== "error") return this.fail(`unexpected ${describeToken(token)} in ${context}`);
    const { actionLine } = this.scope;
    const spansLines = actionLine !== 0 && actionLine !== token.line;
    const inAction = token.text.endsWith(" action") ? "" : " in action";
    return this.fail(token.text + (spansLines ? `${inAction} started at ${this.source.name}:${actionLine}` : ""));
  }

  private fail(message: string): never {
    throw new TemplateError("parse", `template: ${this.source.name}:${this.tokens.at(this.furthest).line}: ${message}`);
  }
}

function newScope(): Scope {
  return { variables: ["$"], rangeDepth: 0, actionLine: 0 };
}

function isBodyEnd(node: Statement | BodyEnd): node is BodyEnd {
  return node.kind === "end" || node.kind === "else";
}

const operandStarts: ReadonlySet<TokenType> = new Set<TokenType>([
  "bool",
  "charConstant",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "rawString",
  "string",
  "variable",
  "leftParen",
]);

function startsOperand(type: TokenType): boolean {
  return operandStarts.has(type);
}
