/** A value in a chunk of its own that is read as a whole: at once where it is small, else when the person says so. */

import { useEffect, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { sized } from "../text.ts";
import { isHandle, type Place } from "./place.ts";
import { storedBytes } from "./stored-bytes.ts";
import { ValueView } from "./value-view.tsx";

/** Values up to this size are read unasked. */
const UNASKED_BYTES = 4 * 1024 * 1024;

interface Props {
  readonly session: Session;
  readonly place: Place;
  readonly path: string;
}

/** The value, loaded. */
export function HandleView({ session, place, path }: Props) {
  const { schema, view } = place;
  const [loaded, setLoaded] = useState<{ readonly view: unknown }>();
  const [failure, setFailure] = useState<unknown>();
  const [isWanted, setWanted] = useState(() => isHandle(view) && storedBytes(session, view) <= UNASKED_BYTES);
  useEffect(() => {
    if (!isWanted || !isHandle(view)) return;
    const abort = new AbortController();
    const { signal } = abort;
    (view.load({ signal }) as Promise<unknown>).then(
      (value) => setLoaded({ view: value }),
      (error) => {
        if (!signal.aborted) setFailure(error);
      },
    );
    return () => abort.abort();
  }, [view, isWanted]);
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (loaded !== undefined) return <ValueView session={session} place={{ schema, view: loaded.view }} path={path} />;
  if (isWanted) return <p class="note">Reading …</p>;
  return (
    <button type="button" class="button" onClick={() => setWanted(true)}>
      Read {isHandle(view) ? sized(storedBytes(session, view)) : "it"}
    </button>
  );
}
