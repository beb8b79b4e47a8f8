import { isParcodeError } from "parcode-web";
import { expect, test } from "vitest";
import { part } from "../src/part.ts";
import { rejectionOf } from "./support/rejection.ts";

test("a part that comes is what was imported", async () => {
  expect(Object.keys(await part(import("../src/codec/none.ts")))).toEqual(["none"]);
});

test("a part that does not come is an error that says what to do", async () => {
  const missing = `./no-such-part-${1}.ts`;
  const error = await rejectionOf(part(import(/* @vite-ignore */ missing)));
  expect(isParcodeError(error, "SourceUnavailable") && error).toMatchObject({
    retryable: false,
    cause: expect.any(Error),
  });
  expect(String(error)).toMatch(/could not be loaded.*Reload the page/);
});
