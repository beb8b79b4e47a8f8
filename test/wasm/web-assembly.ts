/** WebAssembly that counts what is made of it, or refuses some of it. */

/** WebAssembly with some of its parts replaced. */
export function replaced(parts: object): typeof WebAssembly {
  return Object.assign(Object.create(WebAssembly), parts);
}

/** WebAssembly that counts what is made of it. */
export function counting(): { webAssembly: typeof WebAssembly; made: { modules: number; instances: number } } {
  const made = { modules: 0, instances: 0 };
  class Module extends WebAssembly.Module {
    constructor(bytes: BufferSource) {
      super(bytes);
      made.modules++;
    }
  }
  class Instance extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      super(module, imports);
      made.instances++;
    }
  }
  return { webAssembly: replaced({ Module, Instance }), made };
}

/** WebAssembly as a policy refuses it; test/node/policy.test.ts has whole pages under a real one. */
export function refusing(): { webAssembly: typeof WebAssembly; asked: () => number } {
  let asked = 0;
  class Module {
    constructor() {
      asked++;
      throw new WebAssembly.CompileError("Refused to compile or instantiate WebAssembly module");
    }
  }
  return { webAssembly: replaced({ Module }), asked: () => asked };
}

/** The WebAssembly of a frame whose policy has no 'wasm-unsafe-eval', and what removes the frame. */
export async function refusedByPolicy(): Promise<{ webAssembly: typeof WebAssembly; remove: () => void }> {
  const frame = document.createElement("iframe");
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="script-src 'self'">`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  const { WebAssembly: webAssembly } = frame.contentWindow as unknown as { WebAssembly: typeof WebAssembly };
  return { webAssembly, remove: () => frame.remove() };
}
