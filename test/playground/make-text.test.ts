// Text that somebody brings along: read, or refused with the place and what to do.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../playground/make/input-error.ts";
import { jsonError } from "../../playground/make/json-fault.ts";
import { readText, type TextFormat } from "../../playground/make/text-input.ts";

async function read(content: string | Blob, format?: TextFormat, hasHeader = true) {
  return await readText({ name: "pasted", content, format, hasHeader });
}

async function refusal(content: string | Blob, format?: TextFormat, hasHeader?: boolean): Promise<string> {
  const error = await read(content, format, hasHeader).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof InputError)) throw error ?? new Error("it was read");
  return [error.where, error.message, error.advice].join(" | ");
}

describe("JSON", () => {
  test.each([
    [
      '{"a": 1,}',
      'line 1, column 9 | This is no JSON: expected a name in quotes ", found “}”. | Remove the comma in front of it.',
    ],
    [
      "[1,\n 2,\n]",
      "line 3, column 1 | This is no JSON: expected a value, found “]”. | Remove the comma in front of it.",
    ],
    [
      "{'a': 1}",
      "line 1, column 2 | This is no JSON: expected a name in quotes \", found “'”. | JSON quotes with \" and not with '.",
    ],
    [
      "[1 2]",
      "line 1, column 4 | This is no JSON: expected a comma or ], found “2”. | Is a comma missing in front of it?",
    ],
    [
      "[1, NaN]",
      "line 1, column 5 | This is no JSON: expected a value, found “NaN”. | JSON has no such number: write null, or a text.",
    ],
    [
      '{"a": 1\n// why',
      "line 2, column 1 | This is no JSON: expected a comma or }, found “/”. | JSON has no comments: remove it.",
    ],
    [
      '{"a": "b',
      'line 1, column 7 | This is no JSON: expected a text that ends with ", found “"”. | The text that begins here has no end.',
    ],
    [
      '["a\nb"]',
      'line 1, column 4 | This is no JSON: expected the " that ends a text, found the end of the line. | Write \\n for a new line, and \\t for a tab.',
    ],
    [
      "[1",
      "line 1, column 3 | This is no JSON: expected a comma or ], found the end of the text. | The text ends too early: is it complete?",
    ],
    [
      "[01]",
      "line 1, column 3 | This is no JSON: expected a comma or ], found “1”. | Is a comma missing in front of it?",
    ],
  ])("is refused where it ends: %j", async (text, words) => {
    expect(await refusal(text, "json")).toBe(words);
  });

  test("is found wrong exactly where JSON.parse refuses it", () => {
    const edit = fc.record({
      at: fc.nat(200),
      remove: fc.nat(2),
      add: fc.constantFrom("", ",", "]", "{", '"', "\\", "1", "-", "\n", "x", "."),
    });
    const some = fc.oneof(
      fc.json(),
      fc.tuple(fc.json(), fc.constantFrom(1, 2)).map(([json, n]) => JSON.stringify(JSON.parse(json), null, n)),
    );
    fc.assert(
      fc.property(some, fc.array(edit, { maxLength: 2 }), (json, edits) => {
        let text = json;
        for (const { at, remove, add } of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + add + text.slice(place + remove);
        }
        const isRefused = !parses(text);
        expect(jsonError(text).where === undefined).toBe(!isRefused);
        if (!isRefused) return;
        // All that is in front of the place can still become JSON; what stands there cannot.
        const [line = 0, column = 0] = (jsonError(text).where?.match(/\d+/g) ?? []).map(Number);
        expect(line).toBeGreaterThan(0);
        const at =
          text
            .split("\n")
            .slice(0, line - 1)
            .join("\n").length +
          (line > 1 ? 1 : 0) +
          column -
          1;
        const position = /position (\d+)/.exec(messageOf(text))?.[1];
        // Engines point to the fault in a text, we to the beginning of one that does not end.
        if (position !== undefined && !/Unterminated|escape|control/.test(messageOf(text))) {
          expect(Math.abs(Number(position) - at)).toBeLessThanOrEqual(16);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("may be deep", () => {
    const text = `${"[".repeat(100_000)}}`;
    expect(jsonError(text).where).toBe("line 1, column 100001");
  });
});

describe("formats", () => {
  test.each([
    ['{"a":1}\n{"a":2}\n', "ndjson"],
    ['{"a":1}', "json"],
    ['[\n{"a":1},\n{"a":2}]', "json"],
    ["a,b\n1,2", "csv"],
    ["[1,2]\n[3,4]", "ndjson"],
  ])("are found out: %j", async (text, format) => {
    expect((await read(text)).format).toBe(format);
  });

  test("NDJSON has a line for each value, and says in which one it is wrong", async () => {
    expect((await read('{"a":1}\r\n\r\n{"a":2}', "ndjson")).value).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await refusal('{"a":1}\n\n{"a":}\n', "ndjson")).toBe(
      "line 3, column 6 | This is no JSON: expected a value, found “}”. | Correct it there, and try again.",
    );
  });

  test("files may be UTF-16, and nothing else but UTF-8", async () => {
    const utf16 = new Uint8Array(new Uint16Array([0xfeff, ...[..."[1,2]"].map((c) => c.charCodeAt(0))]).buffer);
    expect((await read(new Blob([utf16]))).value).toEqual([1, 2]);
    expect((await read(new Blob(["\uFEFF[3]"]))).value).toEqual([3]);
    expect(await refusal(new Blob([new Uint8Array([0x61, 0x2c, 0xe9, 0x2c])]))).toContain(
      "The file is no text in UTF-8.",
    );
    expect(await refusal(" \n ")).toContain("The text is empty.");
  });
});

describe("CSV", () => {
  test("columns are numbers, booleans or texts, and empty cells null where they can be", async () => {
    const { value, notes } = await read(
      'id;name;alive;score;zip\n1;"Ann; the first";true;1.5;007\n\n2;;FALSE;;12\n',
      "csv",
    );
    expect(value).toEqual([
      { id: 1, name: "Ann; the first", alive: true, score: 1.5, zip: "007" },
      { id: 2, name: "", alive: false, score: null, zip: "12" },
    ]);
    expect(notes).toEqual([]);
  });

  test("gives back any table that was written with quotes", async () => {
    const cell = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.constantFrom('"', ",", ";", "\n", "\r\n", "a b", " "),
    );
    const table = fc.array(
      fc.record({ id: fc.integer(), score: fc.double({ noNaN: true, min: -1e15, max: 1e15 }), name: cell }),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        // A letter in front, so that no column of texts looks like one of numbers; numbers have no -0.
        const expected = rows.map((row) => ({ ...row, score: row.score + 0, name: `n${row.name}` }));
        const lines = expected.map(({ id, score, name }) => `${id},${score},${quoted(name)}`);
        expect((await read(["id,score,name", ...lines].join("\r\n"), "csv")).value).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("says why a column is text", async () => {
    const long = await read("id\n9007199254740993\n2", "csv");
    expect(long.value).toEqual([{ id: "9007199254740993" }, { id: "2" }]);
    expect(long.notes[0]?.text).toContain("beyond 2^53");
    const { notes } = await read('price,weight,2024\n1,"1,5",x\n2,"2,5",y\nn/a,"3,5",z\n4,"4,0",z', "csv");
    expect(notes.map(({ path, text }) => `${path} ${text}`)).toEqual([
      '_2024 is the name of column 3, since a field cannot be called "2024".',
      'price is mostly numbers, and stays text because of "n/a" in row 4: empty that cell to get numbers.',
      "weight looks like numbers with decimal commas, and stays text: write 1.5 for 1,5 to get numbers.",
    ]);
  });

  test.each([
    [
      "a,b\n1,2\n3\n",
      "row 3 | This row has 1 cell, and the row of names has 2. | Add the missing cells, or leave them empty between separators.",
    ],
    [
      "a,b\n1,2,3\n",
      "row 2 | This row has 3 cells, and the row of names has 2. | Put cells that contain “,” into quotes, or add a name for each column.",
    ],
    [
      "a,a\n1,2\n",
      'row 1, columns 1 and 2 | Two columns are called "a". | Give each column a name of its own, or say that the first row has no names.',
    ],
    [
      'a,b\n1,"2\n3,4',
      'row 2 | A quoted cell has no closing quote. | Close it with ", and write a quote inside of a cell as "".',
    ],
    [
      "a,b\n",
      " | There is a row of names, and no row of data. | If the first row is data already, say that the first row has no names.",
    ],
  ])("is refused with the row: %j", async (text, words) => {
    expect(await refusal(text, "csv")).toBe(words);
  });

  test("may have no names", async () => {
    expect((await read("1,2\n3,4", "csv", false)).value).toEqual([
      { column1: 1, column2: 2 },
      { column1: 3, column2: 4 },
    ]);
    expect(await refusal("1,2\n3", "csv", false)).toContain("the first row has 2");
  });
});

function parses(text: string): boolean {
  return messageOf(text) === "";
}

function messageOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
