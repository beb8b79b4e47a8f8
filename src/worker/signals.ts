/** Step 4', many tasks and one signal: whoever waits for it is told, by one listener, which Node warns of ten without. */

type Stop = (reason: unknown) => void;

/** Who is to be told when a signal is aborted. */
export class Signals {
  private readonly groups = new Map<AbortSignal, { readonly stops: Set<Stop>; readonly listener: () => void }>();

  /** Calls `stop` with the reason when `signal` is aborted, until the function that it gives is called. */
  add(signal: AbortSignal, stop: Stop): () => void {
    let group = this.groups.get(signal);
    if (group === undefined) {
      const stops = new Set<Stop>();
      const listener = () => {
        for (const each of [...stops]) each(signal.reason);
      };
      group = { stops, listener };
      this.groups.set(signal, group);
      signal.addEventListener("abort", listener);
    }
    const { stops, listener } = group;
    stops.add(stop);
    return () => {
      // A signal may live long and see many tasks: each leaves nothing behind.
      if (!stops.delete(stop) || stops.size > 0) return;
      signal.removeEventListener("abort", listener);
      this.groups.delete(signal);
    };
  }
}
