/** The root as the mirror shows it: inline fields as values, chunks as questions that cost a read when they are asked. */

import { element, grouped, sized } from "./dom.ts";
import { failureText } from "./failure.ts";
import type { ReadLog } from "./reads.ts";
import { contentOf, keyOf, kindText, type SchemaView } from "./schemas.ts";
import { valueText } from "./value-text.ts";

/** What the methods of a handle come down to here. */
interface AnyHandle {
  load(): Promise<unknown>;
  count(): Promise<number>;
  atLazy(index: number): Promise<unknown>;
  slice(start: number, end: number): Promise<unknown>;
  getLazy(key: unknown): Promise<unknown>;
}

/** Items of a list of numbers that are shown at once. */
const SLICE_ITEMS = 100;

/** The view of a value, mirror or handle. */
export function viewOf(schema: SchemaView, value: unknown, log: ReadLog): HTMLElement {
  const content = contentOf(schema);
  if (content.kind === "struct" && content.fields !== undefined && typeof value === "object" && value !== null) {
    return fieldsOf(content.fields, value as Record<string, unknown>, log);
  }
  if (isHandle(value)) return handleView(content, value, log);
  const text = valueText(value);
  if (!text.includes("\n") && text.length < 200) return element("span", { className: "value" }, text);
  // Long ones scroll, also by keyboard.
  return element("pre", { className: "value", tabIndex: 0 }, text);
}

function fieldsOf(
  fields: Readonly<Record<string, SchemaView>>,
  values: Readonly<Record<string, unknown>>,
  log: ReadLog,
): HTMLElement {
  const rows = Object.entries(fields).map(([name, schema]) => {
    const value = values[name];
    const kind = element("span", { className: "kind" }, `${kindText(schema)} `);
    return element(
      "div",
      { className: "field" },
      element("span", { className: "name" }, name),
      kind,
      viewOf(schema, value, log),
    );
  });
  return element("div", {}, ...rows);
}

function isHandle(value: unknown): value is AnyHandle {
  return typeof value === "object" && value !== null && "load" in value && typeof value.load === "function";
}

function handleView(schema: SchemaView, handle: AnyHandle, log: ReadLog): HTMLElement {
  const { kind } = schema;
  const count = element("span", { className: "kind" });
  const answer = element("div");
  const ask = { answer, log };
  const questions: HTMLElement[] = [];
  if (kind === "vec" && schema.item !== undefined) {
    const { item } = schema;
    questions.push(
      question(ask, { label: "index", number: 0, button: "Read item" }, async (text) =>
        viewOf(item, await handle.atLazy(Number(text)), log),
      ),
    );
  } else if (schema.key !== undefined && schema.value !== undefined) {
    const { key, value } = schema;
    questions.push(
      question(ask, { label: "key", button: "Look up" }, async (text) => {
        const found = await handle.getLazy(keyOf(key, text));
        return found === undefined
          ? element("p", { className: "note" }, "There is no such key.")
          : viewOf(value, found, log);
      }),
    );
  } else if (kind === "typed" || kind === "bytes") {
    questions.push(
      question(ask, { label: "from item", number: 0, button: `Read ${SLICE_ITEMS}` }, async (text) =>
        viewOf(schema, await handle.slice(Number(text), Number(text) + SLICE_ITEMS), log),
      ),
    );
  } else {
    questions.push(question(ask, { button: "Read" }, async () => viewOf(schema, await handle.load(), log)));
  }
  // Known from the structure for most; where it is not, finding out must not cost a read unasked.
  if (kind === "vec" || kind === "typed" || kind === "bytes") showCount(handle, count);
  return element("div", {}, count, ...questions, answer);
}

function showCount(handle: AnyHandle, place: HTMLElement): void {
  handle.count().then(
    (count) => place.replaceChildren(`${grouped(count)} items`),
    () => place.replaceChildren("the number of items cannot be read"),
  );
}

interface Ask {
  readonly answer: HTMLElement;
  readonly log: ReadLog;
}

/** A small form: an input if there is something to say, a button, and behind it what the answer has cost. */
function question(
  { answer, log }: Ask,
  { label, number, button }: { label?: string; number?: number; button: string },
  run: (text: string) => Promise<HTMLElement>,
): HTMLElement {
  const input = label === undefined ? undefined : element("input", { ariaLabel: label, placeholder: label });
  if (input !== undefined && number !== undefined) {
    Object.assign(input, { type: "number", min: "0", step: "1", required: true, value: String(number) });
  }
  const submit = element("button", {}, button);
  const cost = element("span", { className: "cost" });
  cost.role = "status";
  const form = element("form", { className: "ask" }, ...(input ? [input] : []), submit, cost);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const before = log.totals;
    const start = performance.now();
    try {
      answer.replaceChildren(await run(input?.value.trim() ?? ""));
    } catch (error) {
      answer.replaceChildren(element("div", { className: "failed" }, ...failureText(error)));
    }
    const { reads, bytes } = log.totals;
    const milliseconds = (performance.now() - start).toFixed(0);
    const made = reads - before.reads;
    cost.textContent =
      made === 0
        ? "no read"
        : `${made === 1 ? "one read" : `${made} reads`}, ${sized(bytes - before.bytes)}, ${milliseconds} ms`;
    submit.disabled = false;
  });
  return form;
}
