/** The panel that makes files: data, the schema made from it, how and where to write, and what came of it. */

import "./make.css";
import { useEffect } from "preact/hooks";
import type { Target } from "../target.ts";
import { readMaterial } from "./actions.ts";
import { DataPart } from "./data-part.tsx";
import { FilePart } from "./file-part.tsx";
import { OutcomePart } from "./outcome-part.tsx";
import { SchemaPart } from "./schema-part.tsx";
import * as state from "./state.ts";
import { StoredPart } from "./stored-part.tsx";

/** Makes files, and hands them to `onOpen` when the person wants to look into one. */
export function MakePanel({ onOpen }: { readonly onOpen: (target: Target) => void }) {
  const take = (taken: File | undefined): void => {
    if (taken === undefined) return;
    if (/\.par$/i.test(taken.name)) return onOpen({ kind: "file", file: taken, name: taken.name });
    state.origin.value = "file";
    state.file.value = taken;
    void readMaterial();
  };
  useEffect(() => {
    // Before anybody else in the page hears of it: what is dropped here is data.
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    const mine = (event: DragEvent): void => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    addEventListener("dragover", mine, options);
    addEventListener(
      "drop",
      (event) => {
        mine(event);
        take(event.dataTransfer?.files[0]);
      },
      options,
    );
    return () => listening.abort();
  }, []);
  return (
    <div class="make">
      <header class="make-head">
        <h1>Make a file</h1>
        <p class="note">From your data or a made-up world, in this browser. Nothing is uploaded.</p>
      </header>
      <div class="make-columns">
        <div class="stack">
          <DataPart onFile={take} />
          <FilePart />
        </div>
        <div class="stack">
          <OutcomePart onOpen={onOpen} />
          <SchemaPart />
        </div>
      </div>
      <StoredPart onOpen={onOpen} />
    </div>
  );
}
