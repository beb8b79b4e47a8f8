/** What is going on, what went wrong, or what came of it. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Target } from "../target.ts";
import { grouped, lasted, percent, sized } from "../text.ts";
import { cancel, download } from "./actions.ts";
import type { Failure } from "./failure.ts";
import { FrameChart, frameText } from "./frame-chart.tsx";
import * as state from "./state.ts";
import { FORMAT_NAMES } from "./text-input.ts";

/** The speed of less says nothing. */
const FAST_BYTES = 1e6;

/** Reading is too short to be shown, mostly. */
const SHORT_MILLISECONDS = 150;

export function OutcomePart({ onOpen }: { readonly onOpen: (target: Target) => void }) {
  const run = state.run.value;
  const failure = state.failure.value;
  const result = state.result.value;
  const isShown = run !== undefined && (run.kind === "build" || run.milliseconds > SHORT_MILLISECONDS);
  const place = useRef<HTMLDivElement>(null);
  const isReading = run?.kind === "read" || (state.understood.value === undefined && failure !== undefined);
  const isBuilding = run?.kind === "build";
  // In a narrow window it may be out of sight.
  useEffect(() => {
    if (isBuilding || result !== undefined) place.current?.scrollIntoView({ block: "nearest" });
  }, [isBuilding, result]);
  return (
    <div aria-live="polite" class={isReading ? "make-outcome make-outcome-reading" : "make-outcome"} ref={place}>
      {isShown && run !== undefined && <RunView run={run} />}
      {failure !== undefined && <FailureView failure={failure} />}
      {result !== undefined && <ResultView result={result} onOpen={onOpen} />}
    </div>
  );
}

function RunView({ run }: { readonly run: state.Run }) {
  const { step, done } = run.step;
  return (
    <section class="panel stack" aria-label="Progress">
      <div class="row">
        <strong class="grow">
          {step} {done !== undefined && <span class="make-figure">{Math.floor(done * 100)} %</span>}
        </strong>
        <span class="note make-figure">{lasted(run.milliseconds)}</span>
        <button type="button" class="button small" onClick={cancel}>
          Cancel
        </button>
      </div>
      <progress aria-label={step} max={1} {...(done === undefined ? {} : { value: done })} />
      <FrameChart smoothness={run.smoothness} />
      <p class="note">
        {run.isRemote ? "In a thread of its own." : "On this page's thread."} {frameText(run.smoothness)}
      </p>
    </section>
  );
}

function FailureView({ failure }: { readonly failure: Failure }) {
  if (failure.isCancelled === true) {
    return (
      <p class="panel note">
        {failure.what} {failure.advice}
      </p>
    );
  }
  return (
    <div class="failed" role="alert">
      <p class="failed-what">{failure.what}</p>
      {failure.where !== undefined && (
        <p>
          At <code>{failure.where}</code>
        </p>
      )}
      {failure.snippet !== undefined && (
        <pre class="make-snippet" aria-hidden="true">
          {failure.snippet.text}
          {"\n"}
          {" ".repeat(failure.snippet.at)}▲
        </pre>
      )}
      {failure.advice !== undefined && <p>{failure.advice}</p>}
      {failure.message !== undefined && <p class="failed-message">{failure.message}</p>}
    </div>
  );
}

function ResultView({ result, onOpen }: { readonly result: state.Result; readonly onOpen: (target: Target) => void }) {
  const { report, blob } = result.built;
  return (
    <section class="panel stack make-result" aria-labelledby="make-result">
      <h2 id="make-result">
        {result.name}: {together(sized(report.byteLength))} in {together(lasted(result.milliseconds))}
      </h2>
      <div class="row">
        <button type="button" class="button primary" onClick={() => onOpen(result.target)}>
          Open it
        </button>
        {blob !== undefined && (
          <button type="button" class="button" onClick={() => download(result.name, blob)}>
            Download
          </button>
        )}
      </div>
      <dl class="make-facts">
        <Facts result={result} />
      </dl>
    </section>
  );
}

/** A number and its unit stay on one line. */
function together(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

function Facts({ result }: { readonly result: state.Result }) {
  const { report } = result.built;
  const { text } = result;
  const perSecond = (report.rawBytes * 1000) / Math.max(report.milliseconds, 0.1);
  return (
    <>
      {text !== undefined && (
        <Fact name="Size">
          {percent(report.byteLength / text.byteLength)} of {sized(text.byteLength)} of {FORMAT_NAMES[text.format]}
        </Fact>
      )}
      <Fact name="Values">
        {sized(report.rawBytes)} in {grouped(report.chunks)} chunks
        {result.order.compression !== "none" && `, ${sized(report.storedBytes)} compressed`}
      </Fact>
      <Fact name="Writing">
        {lasted(report.milliseconds)}
        {report.rawBytes >= FAST_BYTES && `, ${sized(perSecond)} of values a second`}
      </Fact>
      {result.order.compression !== "none" && <Fact name="Compressed by">{compressors(result)}</Fact>}
      <Fact name="This page">{frameText(result.smoothness)}</Fact>
      {report.pin !== undefined && (
        <Fact name="Pin">
          <code class="make-pin">{report.pin}</code>
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function compressors({ built, isRemote }: state.Result): string {
  const { mode, workers, fallback } = built.report;
  const here = isRemote ? "the thread that wrote it" : "this page's thread";
  if (mode === "workers") return workers === 1 ? "one worker" : `${workers} workers`;
  return fallback === undefined ? here : `${here}, since there were no workers: ${fallback}`;
}
