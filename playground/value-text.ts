/** Plain values as text for people: indented where they have parts, cut off where they are long. */

const MAX_CHARACTERS = 4000;
const MAX_ITEMS = 200;
const LINE_CHARACTERS = 90;

/** Items of a list that are no longer than this share lines. */
const MAX_SHORT = 24;

export function valueText(value: unknown): string {
  const text = textOf(value, "");
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)} …` : text;
}

function textOf(value: unknown, indent: string): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const entries = [...first(value)].map(([key, member]) => `${textOf(key, inner)} → ${textOf(member, inner)}`);
    return enclosed("Map {}", entries, value.size, indent);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Set) {
    const items = [...first(value as Iterable<unknown>)].map((item) => textOf(item, inner));
    const { length = 0, size = length } = value as unknown as { length?: number; size?: number };
    return enclosed(value instanceof Set ? "Set {}" : "[]", items, size, indent);
  }
  const members = Object.entries(value).map(([name, member]) => `${name}: ${textOf(member, inner)}`);
  return enclosed("{}", members, members.length, indent);
}

function* first<T>(items: Iterable<T>): Generator<T> {
  let count = 0;
  for (const item of items) {
    if (count++ === MAX_ITEMS) return;
    yield item;
  }
}

function enclosed(brackets: string, parts: readonly string[], count: number, indent: string): string {
  const open = brackets.slice(0, -1);
  const close = brackets.slice(-1);
  const all = count > parts.length ? [...parts, `… ${(count - parts.length).toLocaleString("en-US")} more`] : parts;
  if (all.length === 0) return brackets;
  const line = `${open}${all.join(", ")}${close}`;
  if (line.length + indent.length < LINE_CHARACTERS && !line.includes("\n")) return line;
  // Numbers and the like share lines, which break where the page is full.
  if (brackets === "[]" && all.every((part) => part.length <= MAX_SHORT)) return line;
  return `${open}\n${all.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
}
