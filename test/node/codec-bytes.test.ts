import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { lz4WasmBase64 } from "../../wasm/lz4-wasm.bytes.ts";

const packageFile = (name: string): URL => new URL(`../../node_modules/lz4-wasm/${name}`, import.meta.url);

it("the inlined WebAssembly is the installed package's", () => {
  expect(Buffer.from(lz4WasmBase64, "base64").equals(readFileSync(packageFile("lz4_wasm_bg.wasm")))).toBe(true);
});

it("the package's licence travels with it", () => {
  const text = readFileSync(new URL("../../wasm/lz4-wasm.bytes.ts", import.meta.url), "utf8");
  const plain = text.replace(/^ \* ?/gm, "");
  expect(plain).toContain(readFileSync(packageFile("LICENSE_MIT"), "utf8").trim());
});
