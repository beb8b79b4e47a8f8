/** Text as it is, with its own lines; of a long one, the beginning. */

import { useState } from "preact/hooks";
import { grouped } from "../text.ts";

/** Characters that are shown at first, and more on demand: lines of any length must not freeze the page. */
const FIRST = 4_000;
const STEP = 50_000;

/** The text. */
export function TextView({ text }: { readonly text: string }) {
  const [length, setLength] = useState(FIRST);
  if (text === "") return <p class="nothing">The text is empty.</p>;
  const isCut = text.length > length;
  return (
    <div>
      <pre class="text-value" tabIndex={0} dir="auto">
        {isCut ? text.slice(0, length) : text}
      </pre>
      {isCut && (
        <p class="row">
          <button type="button" class="button small" onClick={() => setLength(length + STEP)}>
            Show more
          </button>
          <span class="note">
            {grouped(length)} of {grouped(text.length)} characters
          </span>
        </p>
      )}
    </div>
  );
}
