/** What is wrong with a request, as upstream's framework tells: a code above 600 says which rule it breaks. */
export class RequestProblem extends Error {
  override name = "RequestProblem";
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A field that must be there is not. */
export function missing(field: string): RequestProblem {
  return new RequestProblem(422, 602, `${field} in body is required`);
}

/** A field's text is not of its format. */
export function malformed(field: string, format: string, text: string): RequestProblem {
  return new RequestProblem(422, 601, `${field} in body must be of type ${format}: ${JSON.stringify(text)}`);
}

/** A list holds too little. */
export function tooFew(field: string, minimum: number): RequestProblem {
  return new RequestProblem(422, 612, `${field} in body should have at least ${minimum} items`);
}

/** The body, which upstream calls `name`, can't be read. */
export function unreadable(name: string, reason: string): RequestProblem {
  return new RequestProblem(400, 400, `parsing ${name} body from "" failed, because ${reason}`);
}

/** A handler's refusal: upstream answers with the text alone, as a JSON string. */
export class ApiRefusal extends Error {
  override name = "ApiRefusal";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
