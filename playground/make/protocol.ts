/** What a page and the worker that makes files for it say to each other. */

import type { Failure } from "./failure.ts";
import type { Built, Material, Order, Step, Understood } from "./maker.ts";
import type { Arrangement } from "./rows.ts";

/** Calls of a maker, by name: what they take and give. */
export interface Calls {
  read: { readonly argument: Material; readonly result: Understood };
  arrange: { readonly argument: Arrangement | undefined; readonly result: Understood };
  build: { readonly argument: Order; readonly result: Built };
}

/** To the worker. */
export type Request =
  | {
      [C in keyof Calls]: { readonly id: number; readonly call: C; readonly argument: Calls[C]["argument"] };
    }[keyof Calls]
  | { readonly id: number; readonly call: "abort" };

/** From the worker. The first one says that it is there. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "step"; readonly id: number; readonly step: Step }
  | { readonly kind: "result"; readonly id: number; readonly result: Calls[keyof Calls]["result"] }
  | { readonly kind: "failure"; readonly id: number; readonly failure: Failure };

/** A failure on the other side. */
export class RemoteFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.what);
    this.failure = failure;
  }
}
