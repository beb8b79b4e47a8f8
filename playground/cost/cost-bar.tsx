/** What reading has cost so far, beside the size of the file. */

import type { Session } from "../file/session.ts";
import { settled } from "../loaded.ts";
import { counted, lasted, percent, sized } from "../text.ts";
import { LINES, line } from "./throttle.ts";

/** The line above the map of the file. */
export function CostBar({ session }: { readonly session: Session }) {
  const { file, log, milliseconds } = session;
  const { requests, bytes } = log.totals.value;
  void settled.value;
  const { cacheHits, retries } = file.stats;
  const share = file.byteLength === 0 ? 0 : bytes / file.byteLength;
  const isHttp = session.target.kind === "url" || session.target.kind === "example";
  const more = [
    counted(requests, isHttp ? "request" : "read"),
    ...(cacheHits > 0 ? [`${counted(cacheHits, "chunk was", "chunks were")} here already`] : []),
    ...(retries > 0 ? [counted(retries, "retry", "retries")] : []),
    `opened in ${lasted(milliseconds)}`,
  ];
  return (
    <div class="cost-bar">
      <p class="cost-total" role="status" aria-live="off">
        <span class="cost-verb">Read </span>
        <strong class="cost-bytes">{sized(bytes)}</strong>
        <span class="cost-of"> of {sized(file.byteLength)}</span>
        <span class="cost-share">{percent(share)}</span>
      </p>
      <p class="note cost-more">{more.join(" · ")}</p>
      <label class="line-choice">
        <span class="note">Connection</span>
        <select
          class="field small"
          value={line.value.name}
          onChange={(event) => {
            line.value = LINES.find(({ name }) => name === event.currentTarget.value) ?? LINES[0];
          }}
        >
          {LINES.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
