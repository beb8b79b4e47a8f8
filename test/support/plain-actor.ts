/** A worker that hides WebAssembly before it loads the library: what it writes and reads, it does with the twins alone. */

Reflect.deleteProperty(globalThis, "WebAssembly");

addEventListener("message", async ({ data: [name, compression] }: MessageEvent<[string, string]>) => {
  try {
    const { fileOf, rewritten } = await import("./worlds.ts");
    const file = fileOf(name, compression);
    postMessage({ hidden: typeof WebAssembly === "undefined", file, again: rewritten(name, compression, file) });
  } catch (error) {
    postMessage(String(error));
  }
});
