/** The first screen: what this is, examples, and every way to open a file. */

import "./start.css";
import { useEffect, useState } from "preact/hooks";
import { navigate, openTarget, START } from "../route.ts";
import { sized } from "../text.ts";
import { EXAMPLES, type Example, exampleSizes } from "./examples.ts";
import { StoredFiles } from "./stored-files.tsx";

/** Opens a file of this machine, if there is one. */
export function fileDropped(file: File | undefined): void {
  if (file !== undefined) openTarget({ kind: "file", file, name: file.name });
}

/** The first screen. */
export function StartPage() {
  return (
    <div class="start">
      <section class="hero">
        <h1>Open a file of any size. Read only what you touch.</h1>
        <p>
          A <code>.par</code> file holds typed data in small parts. Open one here, from the web or from your machine:
          its map comes with the first request, and each click reads the few kilobytes that it needs. You see every byte
          that is read. Nothing is uploaded.
        </p>
      </section>
      <Examples />
      <section class="panel stack" aria-labelledby="own-title">
        <h2 id="own-title">Your own file</h2>
        <UrlForm />
        <FileField />
        <StoredFiles />
      </section>
    </div>
  );
}

function Examples() {
  const [sizes, setSizes] = useState<ReadonlyMap<string, number>>();
  useEffect(() => {
    void exampleSizes().then(setSizes);
  }, []);
  // Shown at once, so that nothing moves; taken away in a page that was built without them.
  const shown = EXAMPLES.filter(({ name }) => sizes === undefined || sizes.has(name));
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="examples-title">
      <h2 id="examples-title" class="section-title">
        Start with an example
      </h2>
      <ul class="cards">
        {shown.map((example) => (
          <ExampleCard key={example.name} example={example} size={sizes?.get(example.name)} />
        ))}
      </ul>
    </section>
  );
}

function ExampleCard({ example, size }: { readonly example: Example; readonly size: number | undefined }) {
  const { name, title, text } = example;
  const open = (): void => navigate({ ...START, target: { kind: "example", name } });
  return (
    <li>
      <button type="button" class="card" onClick={open}>
        <Motif name={name} />
        <span class="card-title">{title}</span>
        <span class="card-text">{text}</span>
        <span class="card-size">{size === undefined ? "\u00a0" : sized(size)}</span>
      </button>
    </li>
  );
}

/** A small drawing for each example: points, lines of text, tiles. */
function Motif({ name }: { readonly name: string }) {
  if (name === "words") {
    const widths = [46, 62, 38, 54];
    return (
      <svg class="motif" viewBox="0 0 96 48" aria-hidden="true">
        {widths.map((width, i) => (
          <g key={width}>
            <rect x="8" y={6 + i * 10} width="14" height="5" rx="1.5" class="motif-lit" />
            <rect x="26" y={6 + i * 10} width={width} height="5" rx="1.5" class="motif-dim" />
          </g>
        ))}
      </svg>
    );
  }
  const tiles = name === "atlas";
  const marks = Array.from({ length: 36 }, (_, i) => ({ x: (i % 9) * 9.6 + 8, y: Math.floor(i / 9) * 10 + 6, i }));
  return (
    <svg class="motif" viewBox="0 0 96 48" aria-hidden="true">
      {marks.map(({ x, y, i }) =>
        tiles ? (
          <rect key={i} x={x} y={y} width="7.5" height="7.5" rx="1.5" class={i % 7 === 3 ? "motif-lit" : "motif-dim"} />
        ) : (
          <circle
            key={i}
            cx={x + ((i * 5) % 7)}
            cy={y + ((i * 3) % 6)}
            r={1.3 + ((i * 7) % 4) * 0.5}
            class={i % 8 === 2 ? "motif-lit" : "motif-dim"}
          />
        ),
      )}
    </svg>
  );
}

function UrlForm() {
  const [url, setUrl] = useState("");
  const [problem, setProblem] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    const text = url.trim();
    if (text === "") return setProblem("Paste the address of a .par file first.");
    if (!URL.canParse(text, location.href)) return setProblem("This is no address.");
    openTarget({ kind: "url", url: text });
  };
  return (
    <form class="labelled" autocomplete="off" onSubmit={submit}>
      <label for="url">From the web</label>
      <div class="row">
        <input
          id="url"
          class="field mono grow"
          type="text"
          inputMode="url"
          spellcheck={false}
          placeholder="https://example.org/world.par"
          value={url}
          aria-describedby={problem === "" ? undefined : "url-problem"}
          onInput={(event) => {
            setUrl(event.currentTarget.value);
            setProblem("");
          }}
        />
        <button type="submit" class="button primary">
          Open
        </button>
      </div>
      {problem !== "" && (
        <p id="url-problem" class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function FileField() {
  return (
    <div class="labelled">
      <label for="file">From this machine</label>
      <div class="drop-zone">
        <input
          id="file"
          type="file"
          onChange={(event) => {
            fileDropped(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
        <span class="note">or drop a file anywhere on this page</span>
      </div>
    </div>
  );
}
