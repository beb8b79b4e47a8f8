/** Every read, newest at the bottom: where in the file, how much, and when. */

import "./cost.css";
import { useEffect, useRef } from "preact/hooks";
import { counted, grouped, lasted, sized } from "../text.ts";
import type { Read, ReadLog } from "./log.ts";

/** Reads that are shown; older ones are in the sums. */
const SHOWN = 120;

/** A read that somebody wanted and then did not need any more. */
const STOPPED = "Aborted";

/** The list. */
export function Waterfall({ log }: { readonly log: ReadLog }) {
  const reads = log.reads.value.slice(-SHOWN);
  const { requests, bytes, cached } = log.totals.value;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [reads.length]);
  const spans = spansOf(reads);
  return (
    <section class="panel waterfall" aria-labelledby="reads-title">
      <h2 id="reads-title">Reads</h2>
      <ol ref={list} class="reads" tabIndex={0} aria-label="Reads, newest last">
        {reads.map((read) => (
          <ReadRow key={read.number} read={read} span={spans.get(read.number)} />
        ))}
      </ol>
      <p class="reads-sum">
        <strong>{counted(requests, "read")}</strong>
        <strong>{grouped(bytes)} bytes</strong>
      </p>
      {cached > 0 && (
        <p class="note">{counted(cached, "more was", "more were")} answered by bytes that had come along.</p>
      )}
    </section>
  );
}

interface Span {
  readonly left: number;
  readonly width: number;
}

/** The longest pause between two reads that is drawn as long as it was, in milliseconds. */
const MAX_PAUSE = 30;

/** Where each read stands in time, from 0 to 1. Pauses, in which nobody read, are cut short. */
function spansOf(reads: readonly Read[]): Map<number, Span> {
  let end = 0;
  let pauses = 0;
  const times = reads.map((read) => {
    const { started, milliseconds = 0 } = read;
    if (end > 0 && started - end > MAX_PAUSE) pauses += started - end - MAX_PAUSE;
    if (end === 0) pauses = started;
    end = Math.max(end, started + milliseconds);
    return { read, from: started - pauses, milliseconds };
  });
  const all = Math.max(1, end - pauses);
  return new Map(
    times.map(({ read, from, milliseconds }) => [read.number, { left: from / all, width: milliseconds / all }]),
  );
}

function ReadRow({ read, span }: { readonly read: Read; readonly span: Span | undefined }) {
  const { start, end, bytes, milliseconds, from, problem } = read;
  const where = end > start ? `at ${grouped(start)}` : "all of it";
  const time = milliseconds === undefined ? "…" : from === "cache" ? "was here" : lasted(milliseconds);
  const style = span && { left: `${100 * span.left}%`, width: `max(2px, ${100 * span.width}%)` };
  return (
    <li class={`read read-${from}${problem === undefined || problem === STOPPED ? "" : " read-failed"}`}>
      <span class="read-where">{where}</span>
      <span class="read-bytes">
        {(problem === STOPPED ? "stopped" : problem) ?? (milliseconds === undefined ? "" : sized(bytes))}
      </span>
      <span class="read-time">{time}</span>
      <span class="read-bar" aria-hidden="true">
        <span style={style} />
      </span>
    </li>
  );
}
