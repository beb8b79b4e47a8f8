/** Light or dark: as the system has it, until the person says otherwise. */

import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "parcode-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** What is shown. */
export const theme = signal<Theme>("light");

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
}

function show(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset.theme = next;
}

/** Shows what is wanted now, and follows the system. */
export function startTheme(): void {
  const follow = (): void => show(stored() ?? (system.matches ? "dark" : "light"));
  system.addEventListener("change", follow);
  follow();
}

function toggle(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  show(next);
  try {
    // The system's own choice need not be remembered.
    if (next === (system.matches ? "dark" : "light")) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Where nothing may be stored, the choice holds for this visit.
  }
}

/** Switches between light and dark. */
export function ThemeToggle() {
  const next = theme.value === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Show in ${next} colours`}
      title={`Show in ${next} colours`}
      onClick={toggle}
    >
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="10" cy="10" r="6.5" fill="none" stroke="currentColor" stroke-width="1.6" />
        <path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
      </svg>
    </button>
  );
}
