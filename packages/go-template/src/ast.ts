/** A template's text, by which its nodes are located in errors. */
export interface Source {
  /** The name given to `parse`. */
  readonly name: string;
  readonly text: string;
}

/** One template: the text's own, or one of its `define` and `block` clauses. */
export interface Template {
  readonly name: string;
  readonly source: Source;
  readonly root: ListNode;
}

interface At {
  /** Index into the source's text, in UTF-16 units. */
  readonly pos: number;
}

/** The nodes of a body, in order. */
export interface ListNode extends At {
  readonly kind: "list";
  readonly nodes: readonly Statement[];
}

/** What a body consists of. */
export type Statement = TextNode | ActionNode | BranchNode | JumpNode | TemplateNode;

export interface TextNode extends At {
  readonly kind: "text";
  readonly text: string;
}

export interface ActionNode extends At {
  readonly kind: "action";
  readonly line: number;
  readonly pipe: PipeNode;
}

export interface BranchNode extends At {
  readonly kind: "if" | "range" | "with";
  readonly line: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}

export interface JumpNode extends At {
  readonly kind: "break" | "continue";
  readonly line: number;
}

export interface TemplateNode extends At {
  readonly kind: "template";
  readonly line: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

/** Commands whose results feed each other, and the variables that receive the last. */
export interface PipeNode extends At {
  readonly kind: "pipe";
  readonly line: number;
  readonly isAssign: boolean;
  readonly variables: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}

/** An operand and its arguments. */
export interface CommandNode extends At {
  readonly kind: "command";
  readonly args: readonly Operand[];
}

/** What can stand as a word of a command. */
export type Operand =
  | BoolNode
  | ChainNode
  | DotNode
  | FieldNode
  | IdentifierNode
  | NilNode
  | NumberNode
  | PipeNode
  | StringNode
  | VariableNode;

export interface BoolNode extends At {
  readonly kind: "bool";
  readonly value: boolean;
}

/** Fields of a parenthesised pipeline or of a function's result. */
export interface ChainNode extends At {
  readonly kind: "chain";
  readonly operand: Operand;
  readonly fields: readonly string[];
}

export interface DotNode extends At {
  readonly kind: "dot";
}

export interface FieldNode extends At {
  readonly kind: "field";
  readonly fields: readonly string[];
}

export interface IdentifierNode extends At {
  readonly kind: "identifier";
  readonly name: string;
}

export interface NilNode extends At {
  readonly kind: "nil";
}

export interface NumberNode extends At {
  readonly kind: "number";
  readonly text: string;
  /** The value as an integer, when it has one. */
  readonly int: number | bigint | undefined;
  readonly float: number;
  /** Whether the spelling makes it a float64 where no type is asked for. */
  readonly isFloat: boolean;
}

export interface StringNode extends At {
  readonly kind: "string";
  /** As written, with its quotes. */
  readonly quoted: string;
  readonly text: string;
}

export interface VariableNode extends At {
  readonly kind: "variable";
  /** With its dollar sign. */
  readonly name: string;
  readonly fields: readonly string[];
}

/** Every node an error can point at. */
export type Node = Statement | ListNode | Operand | CommandNode;

/** Writes a node as Go's errors quote it. */
export function formatNode(node: Node): string {
  switch (node.kind) {
    case "list":
      return node.nodes.map(formatNode).join("");
    case "text":
      return node.text;
    case "action":
      return `{{${formatNode(node.pipe)}}}`;
    case "if":
    case "range":
    case "with": {
      const otherwise = node.elseList ? `{{else}}${formatNode(node.elseList)}` : "";
      return `{{${node.kind} ${formatNode(node.pipe)}}}${formatNode(node.list)}${otherwise}{{end}}`;
    }
    case "break":
    case "continue":
      return `{{${node.kind}}}`;
    case "template":
      return `{{template ${JSON.stringify(node.name)}${node.pipe ? ` ${formatNode(node.pipe)}` : ""}}}`;
    case "pipe": {
      const variables = node.variables.map(formatNode).join(", ");
      const assigns = variables === "" ? "" : `${variables} ${node.isAssign ? "=" : ":="} `;
      return assigns + node.commands.map(formatNode).join(" | ");
    }
    case "command":
      return node.args.map((arg) => (arg.kind === "pipe" ? `(${formatNode(arg)})` : formatNode(arg))).join(" ");
    case "bool":
      return String(node.value);
    case "chain": {
      const operand = node.operand.kind === "pipe" ? `(${formatNode(node.operand)})` : formatNode(node.operand);
      return [operand, ...node.fields].join(".");
    }
    case "dot":
      return ".";
    case "field":
      return node.fields.map((field) => `.${field}`).join("");
    case "identifier":
      return node.name;
    case "nil":
      return "nil";
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "variable":
      return [node.name, ...node.fields].join(".");
  }
}

/** `name:line:column` of a position; the column counts bytes from 0, as Go does. */
export function locate(source: Source, pos: number): string {
  const before = source.text.slice(0, pos);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `${source.name}:${line}:${Buffer.byteLength(before.slice(lineStart))}`;
}
