/** The head of an open file: its name, what it is, and what can be done with it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { lazy } from "../lazy.tsx";
import { Link } from "../link.tsx";
import { START } from "../route.ts";
import { targetName } from "../target.ts";
import { counted, sized } from "../text.ts";
import type { Session } from "./session.ts";

const SchemaPanel = lazy(async () => (await import("./schema-panel.tsx")).SchemaPanel);

const PLACES = {
  url: "from the web",
  file: "from this machine",
  opfs: "stored in OPFS",
  indexeddb: "stored in IndexedDB",
  example: "an example",
} as const;

const GUARDS: Readonly<Record<string, string>> = {
  none: "no checksums",
  xxh64: "checksums (XXH64)",
  blake3: "checksums (BLAKE3)",
};

/** Name and facts. */
export function FileBar({ session }: { readonly session: Session }) {
  const { file, target, choices } = session;
  // Who has no values to see is told about schemas at once.
  const [isOpen, setOpen] = useState(file.schema === undefined);
  const [copied, setCopied] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who does not see the page hears what is open now; a focus that somebody has set elsewhere stays.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  const facts = [
    sized(file.byteLength),
    PLACES[target.kind],
    GUARDS[file.integrity] ?? file.integrity,
    choices.schemaText !== undefined
      ? "read with your schema"
      : file.schema === undefined
        ? "does not describe itself"
        : "describes itself",
    ...(file.metadata.size > 0 ? [counted(file.metadata.size, "note")] : []),
  ];
  return (
    <>
      <div class="file-bar">
        <div class="file-title">
          <h1 ref={heading} class="file-name" tabIndex={-1}>
            <bdi>{targetName(target)}</bdi>
          </h1>
          <p class="note">{facts.join(" · ")}</p>
        </div>
        <div class="row">
          <button type="button" class="button small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Schema
          </button>
          {target.kind !== "file" && (
            <button
              type="button"
              class="button small"
              onClick={() => void navigator.clipboard?.writeText(location.href).then(() => setCopied(true))}
            >
              {copied ? "Copied" : "Copy link"}
            </button>
          )}
          <Link class="button small" to={START}>
            Close
          </Link>
        </div>
      </div>
      {isOpen && <SchemaPanel session={session} />}
    </>
  );
}
