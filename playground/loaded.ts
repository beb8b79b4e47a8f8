/** What a component waits for. */

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

/** Changes whenever something that was waited for is there, from a file or its cache. */
export const settled = signal(0);

/** How far it is. What was there before stays until the next is here. */
export interface Loaded<T> {
  readonly value?: T;
  readonly failure?: unknown;
  readonly isPending: boolean;
}

/** What `load` gives, anew whenever `dependencies` change; whoever asked before is told to stop. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, dependencies: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({ isPending: true });
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...(before.value === undefined ? {} : { value: before.value }), isPending: true }));
    const run = async (): Promise<void> => {
      try {
        const value = await load(abort.signal);
        if (!abort.signal.aborted) setState({ value, isPending: false });
      } catch (failure) {
        if (!abort.signal.aborted) setState({ failure, isPending: false });
      }
      settled.value++;
    };
    void run();
    return () => abort.abort(new DOMException("Something else is shown now.", "AbortError"));
  }, dependencies);
  return state;
}
