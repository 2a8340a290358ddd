import { labelKeyProblems, labelValueProblems } from "./label-syntax.ts";

type Token = { readonly kind: "word" | "symbol" | "end"; readonly text: string };

const END: Token = { kind: "end", text: "" };
const SET_OPERATORS: ReadonlySet<string> = new Set(["in", "notin"]);
const ORDER_OPERATORS: ReadonlySet<string> = new Set([">", "<"]);
const OPERATORS: ReadonlySet<string> = new Set([...SET_OPERATORS, "=", "==", "!=", ...ORDER_OPERATORS]);

/**
 * Checks a selector of labels, such as `app=web,tier in (a, b),!draft`, by the grammar of Kubernetes (apimachinery pkg/labels
 * `Parse`). Throws an Error in its words.
 */
export function checkLabelSelector(text: string): void {
  const tokens = tokenize(text);
  let position = 0;
  const peek = (): Token => tokens[position] ?? END;
  const next = (): Token => tokens[position++] ?? END;
  const startsRequirement = ({ kind, text: symbol }: Token): boolean => kind === "word" || symbol === "!";

  function readRequirement(): void {
    const isAbsence = peek().text === "!";
    if (isAbsence) next();
    const key = next();
    if (key.kind !== "word") throw new Error(`found '${key.text}', expected: identifier`);
    refuse("<nil>", key.text, labelKeyProblems(key.text));
    // A key by itself asks whether the label is there.
    if (isAbsence || isEnd(peek())) return;
    const operator = next();
    if (!OPERATORS.has(operator.text)) {
      throw new Error(`found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    const values = SET_OPERATORS.has(operator.text) ? readSet() : [readOne()];
    checkValues(key.text, operator.text, [...new Set(values)].sort());
  }

  function readOne(): string {
    if (isEnd(peek())) return "";
    const value = next();
    if (value.kind !== "word") throw new Error(`found '${value.text}', expected: identifier`);
    return value.text;
  }

  /** What stands between two commas may be empty. */
  function readSet(): readonly string[] {
    const open = next();
    if (open.text !== "(") throw new Error(`found '${open.text}' expected: '('`);
    const first = peek();
    if (first.kind !== "word" && first.text !== "," && first.text !== ")") {
      throw new Error(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = [""];
    for (let token = next(); token.text !== ")"; token = next()) {
      if (token.kind === "word") values[values.length - 1] = token.text;
      else if (token.text === ",") values.push("");
      else throw new Error(`found '${token.text}', expected: ',', or identifier`);
      const after = peek();
      if (token.kind === "word" && after.text !== "," && after.text !== ")") throw new Error(`found '${after.text}', expected: ',' or ')'`);
    }
    return values;
  }

  while (peek().kind !== "end") {
    if (!startsRequirement(peek())) throw new Error(`found '${peek().text}', expected: !, identifier, or 'end of string'`);
    try {
      readRequirement();
    } catch (error) {
      throw new Error(`unable to parse requirement: ${(error as Error).message}`, { cause: error });
    }
    const after = next();
    if (!isEnd(after)) throw new Error(`found '${after.text}', expected: ',' or 'end of string'`);
    if (after.text === "," && !startsRequirement(peek())) throw new Error(`found '${peek().text}', expected: identifier after ','`);
  }
}

/** Operators need no space around them; the words `in` and `notin` do. */
function tokenize(text: string): readonly Token[] {
  return [...text.matchAll(/(==|!=|[=!(),<>])|[^=!(),<> \t\r\n]+/g)].map(([found, symbol]) => ({
    kind: symbol === undefined ? "word" : "symbol",
    text: found,
  }));
}

/** Whether a requirement ends here. */
function isEnd({ kind, text }: Token): boolean {
  return kind === "end" || text === ",";
}

function checkValues(key: string, operator: string, values: readonly string[]): void {
  values.forEach((value, i) => {
    if (ORDER_OPERATORS.has(operator) && !isInt64(value)) {
      refuse(`values[${i}]`, value, ["for 'Gt', 'Lt' operators, the value must be an integer"]);
    }
    refuse(`values[${i}][${key}]`, value, labelValueProblems(value));
  });
}

function isInt64(text: string): boolean {
  return /^[+-]?\d{1,40}$/.test(text) && BigInt(text.replace("+", "")) === BigInt.asIntN(64, BigInt(text.replace("+", "")));
}

function refuse(place: string, value: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`${place}: Invalid value: ${JSON.stringify(value)}: ${problems.join("; ")}`);
}
