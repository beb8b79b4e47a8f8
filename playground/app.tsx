/** The page: its head, the tabs, and what they show. */

import type { ComponentType } from "preact";
import { lazy } from "./lazy.tsx";
import { addressOf, navigate, openTarget, route, type Tab } from "./route.ts";
import type { Target } from "./target.ts";
import { ThemeToggle } from "./theme.tsx";

/** The panel that makes files, if it is there. */
const makers = import.meta.glob<{ MakePanel: ComponentType<{ onOpen(target: Target): void }> }>("./make/panel.tsx");
const [loadMaker] = Object.values(makers);
const MakePanel = lazy(async () => (await (loadMaker as NonNullable<typeof loadMaker>)()).MakePanel);

const TABS: readonly { readonly tab: Tab; readonly title: string }[] = [
  { tab: "open", title: "Open" },
  ...(loadMaker === undefined ? [] : [{ tab: "make" as const, title: "Make" }]),
];

/** The whole page. */
export function App() {
  const { tab } = route.value;
  return (
    <>
      <header class="head">
        <a
          class="wordmark"
          href={addressOf({ tab: "open", target: undefined })}
          onClick={(event) => follow(event, "open")}
        >
          parcode
        </a>
        <nav class="tabs" aria-label="Main">
          {TABS.map(({ tab: name, title }) => (
            <a
              key={name}
              href={addressOf({ tab: name, target: undefined })}
              aria-current={tab === name ? "page" : undefined}
              onClick={(event) => follow(event, name)}
            >
              {title}
            </a>
          ))}
        </nav>
        <ThemeToggle />
      </header>
      <main>{tab === "make" ? <MakePanel onOpen={openTarget} /> : <p>…</p>}</main>
    </>
  );
}

function follow(event: MouseEvent, tab: Tab): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigate({ tab, target: undefined, path: "", view: "values" });
}
