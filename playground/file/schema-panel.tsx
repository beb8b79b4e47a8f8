/** The schema that a file is read with: its own, to look at, or one that the person writes down. */

import { useEffect, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import { SCHEMA_EXAMPLE, schemaOf } from "./own-schema.ts";
import type { Session } from "./session.ts";
import { openWith } from "./state.ts";

/** The panel. */
export function SchemaPanel({ session }: { readonly session: Session }) {
  const { file, choices, target } = session;
  const own = useOwnSource(session);
  const [text, setText] = useState(choices.schemaText);
  const [failure, setFailure] = useState<unknown>();
  const shown = text ?? own ?? (file.schema === undefined ? SCHEMA_EXAMPLE : "");
  const submit = (event: Event): void => {
    event.preventDefault();
    try {
      schemaOf(shown);
      void openWith(target, { ...choices, schemaText: shown });
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <form class="panel stack" aria-label="Schema" onSubmit={submit}>
      <p class="note">
        {file.schema === undefined
          ? "This file does not say what is in it: it shows its chunks and their bytes. Write down its schema to see values."
          : "What the file is read with. Change it to read the file as something else: fields are found by their names."}
      </p>
      <textarea
        class="field"
        rows={Math.min(16, Math.max(5, shown.split("\n").length))}
        spellcheck={false}
        aria-label="Schema in the library's words"
        value={shown}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setFailure(undefined);
        }}
      />
      {failure !== undefined && <ErrorNote error={failure} />}
      <div class="row">
        <button type="submit" class="button primary small">
          Read with this schema
        </button>
        {choices.schemaText !== undefined && (
          <button type="button" class="button small" onClick={() => void openWith(target, {})}>
            Read as the file describes itself
          </button>
        )}
      </div>
      {file.metadata.size > 0 && (
        <dl class="facts">
          {[...file.metadata].slice(0, 50).map(([name, value]) => (
            <div key={name}>
              <dt>
                <bdi>{name.slice(0, 200)}</bdi>
              </dt>
              <dd>
                <bdi>{value.slice(0, 2000)}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </form>
  );
}

/** The file's schema as an expression, once what prints it is here. */
function useOwnSource({ file }: Session): string | undefined {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    const { schema } = file;
    if (schema === undefined) return;
    void import("./schema-source.ts").then(({ sourceOf }) => setSource(sourceOf(schema)));
  }, [file]);
  return source;
}
