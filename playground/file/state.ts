/** Which file is open. Follows the address: opens what it names, closes what it leaves. */

import { computed, effect, signal } from "@preact/signals";
import { route } from "../route.ts";
import type { Target } from "../target.ts";
import { type OpenChoices, openSession, type Session } from "./session.ts";

/** How far opening is. */
export type FileState =
  | { readonly kind: "none" }
  | { readonly kind: "opening"; readonly target: Target }
  | { readonly kind: "failed"; readonly target: Target; readonly choices: OpenChoices; readonly error: unknown }
  | { readonly kind: "open"; readonly session: Session };

export const fileState = signal<FileState>({ kind: "none" });

const target = computed(() => route.value.target);
let opening: AbortController | undefined;

function leave(): void {
  opening?.abort();
  const state = fileState.peek();
  if (state.kind === "open") void state.session.file.close();
}

/** Opens a target, also the one that is open, in another way. */
export async function openWith(wanted: Target, choices: OpenChoices): Promise<void> {
  leave();
  const abort = new AbortController();
  opening = abort;
  fileState.value = { kind: "opening", target: wanted };
  try {
    const session = await openSession(wanted, choices, abort.signal);
    if (abort.signal.aborted) await session.file.close();
    else fileState.value = { kind: "open", session };
  } catch (error) {
    if (!abort.signal.aborted) fileState.value = { kind: "failed", target: wanted, choices, error };
  }
}

effect(() => {
  const wanted = target.value;
  if (wanted !== undefined) void openWith(wanted, {});
  else {
    leave();
    fileState.value = { kind: "none" };
  }
});
