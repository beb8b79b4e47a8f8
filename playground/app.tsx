/** The page: its head, the tabs, and what they show. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lazy } from "./lazy.tsx";
import { Link } from "./link.tsx";
import { openTarget, route, START, type Tab } from "./route.ts";
import { fileDropped, StartPage } from "./start/start-page.tsx";
import { type Target, targetName } from "./target.ts";
import { ThemeToggle } from "./theme.tsx";

/** The panel that makes files, if it is there. */
const makers = import.meta.glob<{ MakePanel: ComponentType<{ onOpen(target: Target): void }> }>("./make/panel.tsx");
const [loadMaker] = Object.values(makers);
const MakePanel = lazy(async () => (await (loadMaker as NonNullable<typeof loadMaker>)()).MakePanel);
const FilePage = lazy(async () => (await import("./file/file-page.tsx")).FilePage);

const TABS: readonly { readonly tab: Tab; readonly title: string }[] = [
  { tab: "open", title: "Open" },
  ...(loadMaker === undefined ? [] : [{ tab: "make" as const, title: "Make" }]),
];

/** The whole page. */
export function App() {
  const { tab, target } = route.value;
  const isDropping = useDrop();
  usePaste();
  const title = tab === "make" ? "Make a file" : target === undefined ? undefined : targetName(target);
  useEffect(() => {
    document.title = title === undefined ? "parcode playground" : `${title} · parcode playground`;
  }, [title]);
  return (
    <>
      <header class="head">
        <Link class="wordmark" to={START}>
          parcode
        </Link>
        <nav class="tabs" aria-label="Main">
          {TABS.map(({ tab: name, title: text }) => (
            <Link key={name} to={{ ...START, tab: name }} current={tab === name}>
              {text}
            </Link>
          ))}
        </nav>
        <ThemeToggle />
      </header>
      <main>
        {tab === "make" && loadMaker !== undefined ? (
          <MakePanel onOpen={openTarget} />
        ) : target === undefined ? (
          <StartPage />
        ) : (
          <FilePage />
        )}
      </main>
      {isDropping && <div class="dropping">Drop the file to open it. It stays on your machine.</div>}
    </>
  );
}

/** Takes files that are dropped anywhere; says whether one is about to be. The panel that makes files has its own way. */
function useDrop(): boolean {
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    // Anywhere else a dropped file would take the place of the page, and of what was made in it.
    const isWanted = (event: DragEvent): boolean => {
      if (event.dataTransfer?.types.includes("Files") !== true || event.defaultPrevented) return false;
      event.preventDefault();
      if (route.value.tab === "open") return true;
      event.dataTransfer.dropEffect = "none";
      return false;
    };
    const over = (event: DragEvent): void => {
      if (isWanted(event)) setDropping(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent): void => {
      if (!isWanted(event)) return;
      setDropping(false);
      fileDropped(event.dataTransfer?.files[0]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return isDropping;
}

/** Takes an address or a file that is pasted where no field takes it. */
function usePaste(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const isField = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
      if (isField || route.value.tab !== "open") return;
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData("text/plain").trim() ?? "";
      if (file !== undefined) fileDropped(file);
      else if (/^https?:\/\/\S+$/.test(text)) openTarget({ kind: "url", url: text });
    };
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  }, []);
}
