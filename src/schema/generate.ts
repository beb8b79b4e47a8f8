/**
 * Functions made from source text, where the platform allows it: 2.5–4 times as fast as closures, because readers are
 * inlined and object literals have a stable shape. A content security policy without 'unsafe-eval' forbids them; then
 * the closures, which do the same, are used.
 */

let allowed: boolean | undefined;

/** Whether `new Function` may work here: it has not been found out that it does not. */
export function mayGenerate(): boolean {
  return allowed !== false;
}

/** Whether `new Function` works here. Asked once; the answer of a content security policy does not change. */
export function canGenerate(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function("return true")() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/** For tests: forces closures (false), or asks the platform again (undefined). Affects codecs made from then on. */
export function setGeneration(value: false | undefined): void {
  allowed = value;
}

/**
 * Source text of a set of functions that call each other, with constants beside them.
 *
 * Names from a schema enter the text only through {@link literal}.
 */
export class SourceText {
  private readonly functions: string[] = [];
  private readonly constants: unknown[] = [];

  /** Reserves a function's name, so that a recursive body can call it before it is complete. */
  reserve(): string {
    this.functions.push("");
    return `f${this.functions.length - 1}`;
  }

  define(name: string, parameters: string, body: string): void {
    this.functions[Number(name.slice(1))] = `function ${name}(${parameters}) {\n${body}\n}`;
  }

  /** A name for a value of the outside world: a "k" and a number. */
  constant(value: unknown): string {
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  /** The function `name`, compiled. */
  compile<T>(name: string): T {
    const names = this.constants.map((_, index) => `k${index}`).join(", ");
    const text = `"use strict";\nconst [${names}] = c;\n${this.functions.join("\n")}\nreturn ${name};`;
    return new Function("c", text)(this.constants) as T;
  }
}

/** A string as source text. */
export function literal(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}
