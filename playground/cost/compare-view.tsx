/** What was read so far, beside what the same data would cost as JSON: built from the file on request, and measured. */

import { useEffect, useRef, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { sourceOf } from "../file/source.ts";
import { exampleOf } from "../start/examples.ts";
import { counted, lasted, sized } from "../text.ts";
import { lineText } from "../values/preview.ts";
import { contentOfSchema } from "../values/schema-view.ts";
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

async function questionOf({ target, choices }: Session, field: string): Promise<JsonQuestion> {
  const isWeb = target.kind === "url" || target.kind === "example";
  const url = isWeb ? await sourceOf(target) : undefined;
  return { target: typeof url === "string" ? { kind: "url", url } : target, schemaText: choices.schemaText, field };
}

/** The comparison. */
export function CompareView({ session }: { readonly session: Session }) {
  const [state, setState] = useState<State>({ kind: "idle" });
  const fields = fieldsOf(session);
  const [field, setField] = useState(() => plainFieldOf(session));
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
    started.postMessage(await questionOf(session, field));
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
          A worker reads the values, writes them as JSON, compresses that as a server would, and parses it. Its own
          reads are not counted above.
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
        <FieldChoice fields={fields} field={field} onChoose={setField} onStart={() => void start()} />
      )}
      {state.kind === "failed" && <ErrorNote error={state.error} />}
      {state.kind === "done" && <Table session={session} answer={state.answer} />}
    </section>
  );
}

/** Fields of the root, where it is a struct. */
function fieldsOf({ file }: Session): readonly string[] {
  const content = file.schema === undefined ? undefined : contentOfSchema(file.schema);
  return content?.kind === "struct" ? Object.keys(content.fields).slice(0, 100) : [];
}

function plainFieldOf({ target }: Session): string {
  return target.kind === "example" ? (exampleOf(target.name)?.plainField ?? "") : "";
}

interface FieldChoiceProps {
  readonly fields: readonly string[];
  readonly field: string;
  onChoose(field: string): void;
  onStart(): void;
}

/** A file may hold its data more than once, to be found by several keys; as JSON one would write it once. */
function FieldChoice({ fields, field, onChoose, onStart }: FieldChoiceProps) {
  return (
    <div class="row">
      {fields.length > 1 && (
        <label class="row">
          <span class="note">As JSON:</span>
          <select class="field small" value={field} onChange={(event) => onChoose(event.currentTarget.value)}>
            <option value="">everything</option>
            {fields.map((name) => (
              <option key={name} value={name}>
                only {lineText(name.slice(0, 60))}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="button" class="button primary" onClick={onStart}>
        Build the JSON
      </button>
    </div>
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
        measured. The whole file has {sized(byteLength)}; it may hold the same data several times, to be found by
        several keys. Who needs all of it at once, and only once, is well served by compressed JSON. Reading the values
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
