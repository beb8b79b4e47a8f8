/** An open file: what it is, what reading it costs, and what is in it. */

import "./file.css";
import { isParcodeError } from "parcode-web";
import { useEffect, useState } from "preact/hooks";
import { Boundary } from "../boundary.tsx";
import { CostBar } from "../cost/cost-bar.tsx";
import { FileMap } from "../cost/file-map.tsx";
import { Waterfall } from "../cost/waterfall.tsx";
import { ErrorNote } from "../failure.tsx";
import { lazy } from "../lazy.tsx";
import { Link } from "../link.tsx";
import { route } from "../route.ts";
import { exampleOf } from "../start/examples.ts";
import { targetName } from "../target.ts";
import { ValuesView } from "../values/values-view.tsx";
import { FileBar } from "./file-bar.tsx";
import type { Session } from "./session.ts";
import { type FileState, fileState, openWith } from "./state.ts";

const ChunksView = lazy(async () => (await import("../chunks/chunks-view.tsx")).ChunksView);
const CompareView = lazy(async () => (await import("../cost/compare-view.tsx")).CompareView);

/** What the address names, opened. */
export function FilePage() {
  const state = fileState.value;
  switch (state.kind) {
    case "none":
      return null;
    case "opening":
      return <Opening name={targetName(state.target)} />;
    case "failed":
      return <NotOpen state={state} />;
    case "open":
      return <OpenFile key={state.session.number} session={state.session} />;
  }
}

/** A word only where opening takes its time. */
function Opening({ name }: { readonly name: string }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setLong, 200, true);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="note" role="status">
      {isLong ? `Opening ${name} …` : ""}
    </p>
  );
}

function NotOpen({ state }: { readonly state: Extract<FileState, { kind: "failed" }> }) {
  const { target, choices, error } = state;
  const canTakeWhole = isParcodeError(error, "RangeNotSupported") && choices.whole !== true;
  return (
    <div class="stack not-open">
      <h1 class="file-name">
        <bdi>{targetName(target)}</bdi> is not open
      </h1>
      <ErrorNote error={error} />
      <div class="row">
        {canTakeWhole && (
          <button
            type="button"
            class="button primary"
            onClick={() => void openWith(target, { ...choices, whole: true })}
          >
            Load the whole file
          </button>
        )}
        <button type="button" class="button" onClick={() => void openWith(target, choices)}>
          Try again
        </button>
        {choices.schemaText !== undefined && (
          <button type="button" class="button" onClick={() => void openWith(target, {})}>
            Open without my schema
          </button>
        )}
        <Link class="button" to={{ target: undefined, path: "", find: "", view: "values" }}>
          Open another file
        </Link>
      </div>
    </div>
  );
}

const VIEWS = [
  { name: "values", title: "Values" },
  { name: "chunks", title: "Chunks" },
  { name: "compare", title: "Compare with JSON" },
] as const;

function OpenFile({ session }: { readonly session: Session }) {
  useFreshOutline(session);
  const { view, path } = route.value;
  return (
    <div class="file-page">
      <FileBar session={session} />
      <section class="panel cost" aria-label="What reading costs">
        <CostBar session={session} />
        <FileMap session={session} />
      </section>
      <Suggestions session={session} />
      <nav class="tabs view-tabs" aria-label="Views of the file">
        {VIEWS.map(({ name, title }) => (
          <Link key={name} to={{ view: name }} current={view === name}>
            {title}
          </Link>
        ))}
      </nav>
      <div class="file-columns">
        <div class="file-main">
          <Boundary of={`${view} ${path}`}>
            {view === "chunks" ? (
              <ChunksView session={session} />
            ) : view === "compare" ? (
              <CompareView session={session} />
            ) : (
              <ValuesView session={session} />
            )}
          </Boundary>
        </div>
        <Waterfall log={session.log} />
      </div>
    </div>
  );
}

/** Looks again, soon after something was read. */
function useFreshOutline({ log, outline }: Session): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = log.ranges.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        outline.refresh();
      }, 120);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [log, outline]);
}

function Suggestions({ session }: { readonly session: Session }) {
  const { target } = session;
  const example = target.kind === "example" ? exampleOf(target.name) : undefined;
  if (example === undefined) return null;
  return (
    <p class="suggestions">
      <span class="note">Try:</span>
      {example.suggestions.map(({ title, to }) => (
        <Link key={title} class="chip" to={to}>
          {title}
        </Link>
      ))}
    </p>
  );
}
