/**
 * Import this first, for its effect: from then on the largest buffer that anybody asks for is known. A claim in a file
 * must not be allocated before it was checked. What is asked for is counted in bytes, and not given if it is absurd.
 */

/** No test needs as much; the machine must not have to give it. */
const ABSURD_BYTES = 2 ** 30;

let largest = 0;

/** Runs `work` and returns the largest buffer in bytes that was asked for meanwhile. */
export async function largestAllocation(work: () => unknown): Promise<number> {
  largest = 0;
  await work();
  return largest;
}

function note(byteLength: unknown): void {
  if (typeof byteLength !== "number" || !(byteLength > largest)) return;
  largest = byteLength;
  if (byteLength > ABSURD_BYTES) throw new Error(`Somebody asks for a buffer of ${byteLength} bytes.`);
}

function guarded<Class extends new (...parameters: any[]) => object>(original: Class, elementBytes: number): Class {
  return new Proxy(original, {
    construct(target, parameters, newTarget) {
      if (typeof parameters[0] === "number") note(parameters[0] * elementBytes);
      return Reflect.construct(target, parameters, newTarget);
    },
  });
}

const names = [
  ...(["Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array"] as const),
  ...(["Float32Array", "Float64Array", "BigUint64Array", "BigInt64Array"] as const),
];
for (const name of names) {
  Object.assign(globalThis, { [name]: guarded(globalThis[name] as any, globalThis[name].BYTES_PER_ELEMENT) });
}
globalThis.ArrayBuffer = guarded(ArrayBuffer, 1);
