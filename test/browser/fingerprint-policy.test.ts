import { afterEach, expect, it, vi } from "vitest";
import { isParcodeError } from "../../src/index.ts";
import { fingerprint } from "../../src/inspect.ts";
import { refusedByPolicy } from "../wasm/web-assembly.ts";

afterEach(() => vi.unstubAllGlobals());

it("under a real Content-Security-Policy without 'wasm-unsafe-eval' an error says so, and later it works", async () => {
  const { webAssembly, remove } = await refusedByPolicy();
  vi.stubGlobal("WebAssembly", webAssembly);
  const error: unknown = await fingerprint(new Uint8Array(3), "sha256").catch((reason: unknown) => reason);
  if (!isParcodeError(error, "WebAssemblyUnavailable")) return expect.unreachable(String(error));
  expect(error.message).toContain("'wasm-unsafe-eval'");
  expect(error.actual).toContain("Content Security Policy");
  expect(error.retryable).toBe(false);
  remove();
  vi.unstubAllGlobals();
  expect(await fingerprint(new Uint8Array(0), "crc32")).toBe("crc32-00000000");
});
