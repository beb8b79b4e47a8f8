/** What is wrong with data that somebody brought along: what was found, where, and what to do about it. */

/** A refusal of the input. Reading the same input again gives the same error. */
export class InputError extends Error {
  override readonly name = "InputError";
  /** Where: "line 3, column 14", "row 17", or a path such as `[16].price`. */
  readonly where: string | undefined;
  readonly advice: string | undefined;
  /** The line of the text that it is in. */
  readonly snippet: Snippet | undefined;

  constructor(message: string, { where, advice, snippet }: InputErrorDetails = {}) {
    super(message);
    this.where = where;
    this.advice = advice;
    this.snippet = snippet;
  }
}

export interface InputErrorDetails {
  readonly where?: string | undefined;
  readonly advice?: string | undefined;
  readonly snippet?: Snippet | undefined;
}

/** A piece of a text, and the place in it that is meant. */
export interface Snippet {
  readonly text: string;
  readonly at: number;
}

/** Something about the input that its owner should know, and that is no obstacle. */
export interface Note {
  /** Path of what it is about; "" is the whole. */
  readonly path: string;
  readonly text: string;
}

/** A step of a path: the number of an item, or a name. */
export type Step = number | string;

/** `["rows", 16, "first name"]` as `rows[16]["first name"]`. */
export function pathText(steps: readonly Step[]): string {
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** A value as it is shown in a message: short, on one line. */
export function excerpt(value: unknown): string {
  const text = typeof value === "object" && value !== null ? objectText(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function objectText(value: object): string {
  if (Array.isArray(value)) return value.length === 1 ? "a list of 1 item" : `a list of ${value.length} items`;
  const names = Object.keys(value);
  return names.length === 0 ? "an empty object" : `an object with ${names.slice(0, 3).join(", ")}`;
}
