/** What was read so far, beside what the same data would cost as JSON: built from the file on request, and measured. */

import { useEffect, useRef, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { sourceOf } from "../file/source.ts";
import { counted, lasted, percent, sized } from "../text.ts";
import type { JsonAnswer, JsonQuestion, JsonReply } from "./json-worker.ts";
import { LINES, type Line, line, slowness } from "./throttle.ts";

/** A larger file as JSON would not fit into a page. */
const MAX_BYTES = 128 * 1024 * 1024;

/** For the times, where no slower connection is chosen. */
const [, , MOBILE] = LINES as readonly [Line, Line, Line, ...Line[]];

type State =
  | { readonly kind: "idle" | "working" }
  | { readonly kind: "done"; readonly answer: JsonAnswer }
  | { readonly kind: "failed"; readonly error: Error };

async function questionOf({ target, choices }: Session): Promise<JsonQuestion> {
  const isWeb = target.kind === "url" || target.kind === "example";
  const url = isWeb ? await sourceOf(target) : undefined;
  return { target: typeof url === "string" ? { kind: "url", url } : target, schemaText: choices.schemaText };
}

/** The comparison. */
export function CompareView({ session }: { readonly session: Session }) {
  const [state, setState] = useState<State>({ kind: "idle" });
  const worker = useRef<Worker | null>(null);
  useEffect(() => () => worker.current?.terminate(), []);
  const start = async (): Promise<void> => {
    setState({ kind: "working" });
    const started = new Worker(new URL("./json-worker.ts", import.meta.url), { type: "module" });
    worker.current = started;
    started.onmessage = ({ data }: MessageEvent<JsonReply>) => {
      setState(
        "answer" in data ? { kind: "done", answer: data.answer } : { kind: "failed", error: new Error(data.failure) },
      );
      started.terminate();
    };
    started.onerror = () =>
      setState({ kind: "failed", error: new Error("The worker that builds the JSON has ended.") });
    started.postMessage(await questionOf(session));
  };
  const stop = (): void => {
    worker.current?.terminate();
    setState({ kind: "idle" });
  };
  const { byteLength, schema } = session.file;
  return (
    <section class="panel stack" aria-labelledby="compare-title">
      <div>
        <h2 id="compare-title">What would JSON have cost?</h2>
        <p class="note">
          A worker reads the whole file, writes the same values as JSON, compresses it as a server would, and parses it.
          Its own reads are not counted above.
        </p>
      </div>
      {schema === undefined ? (
        <p class="nothing">Without a schema there are no values to write as JSON.</p>
      ) : byteLength > MAX_BYTES ? (
        <p class="nothing">
          The file has {sized(byteLength)}: too large to be held as JSON in a page, which is an answer too.
        </p>
      ) : state.kind === "working" ? (
        <p class="row" role="status">
          <button type="button" class="button" onClick={stop}>
            Stop
          </button>
          <span class="note">Building the JSON …</span>
        </p>
      ) : (
        state.kind !== "done" && (
          <p>
            <button type="button" class="button primary" onClick={() => void start()}>
              Build the JSON (reads all {sized(byteLength)})
            </button>
          </p>
        )
      )}
      {state.kind === "failed" && <ErrorNote error={state.error} />}
      {state.kind === "done" && <Table session={session} answer={state.answer} />}
    </section>
  );
}

interface Row {
  readonly title: string;
  readonly requests: number;
  readonly bytes: number;
  readonly parse: number | undefined;
}

function Table({ session, answer }: { readonly session: Session; readonly answer: JsonAnswer }) {
  const { requests, bytes } = session.log.totals.value;
  const { jsonBytes, gzipBytes, parseMilliseconds: parse } = answer;
  const chosen = line.value.latencyMilliseconds === 0 ? MOBILE : line.value;
  const rows: readonly Row[] = [
    { title: "what you have read here", requests, bytes, parse: undefined },
    { title: "JSON", requests: 1, bytes: jsonBytes, parse },
    { title: "JSON, compressed on its way", requests: 1, bytes: gzipBytes, parse },
  ];
  const most = Math.max(...rows.map((row) => row.bytes));
  const { byteLength } = session.file;
  return (
    <>
      <div class="scroll" tabIndex={0}>
        <table class="compare">
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col">bytes</th>
              <th scope="col">requests</th>
              <th scope="col">over {chosen.title.replace(/: .*/, "")}</th>
              <th scope="col">to parse here</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.title}>
                <th scope="row">
                  {row.title}
                  <span class="compare-bar" aria-hidden="true">
                    <span class="compare-fill" style={{ width: `${(100 * row.bytes) / most}%` }} />
                  </span>
                </th>
                <td>{sized(row.bytes)}</td>
                <td>{row.requests}</td>
                <td>{lasted(timeOver(chosen, row))}</td>
                <td>{row.parse === undefined ? "–" : lasted(row.parse)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="note">
        Times over a connection are computed ({chosen.title}; one request after the other), sizes and parsing are
        measured. The whole file has {sized(byteLength)}, {percent(byteLength / Math.max(1, gzipBytes))} of the
        compressed JSON: who needs all of the data at once, and only once, is well served by JSON. Reading all of it
        took the worker {lasted(answer.loadMilliseconds)}.
      </p>
      <p class="visually-hidden" role="status">
        Done: {counted(jsonBytes, "byte")} of JSON.
      </p>
    </>
  );
}

function timeOver(chosen: Line, { requests, bytes }: Row): number {
  return slowness({ ...chosen, latencyMilliseconds: chosen.latencyMilliseconds * requests }, bytes);
}
