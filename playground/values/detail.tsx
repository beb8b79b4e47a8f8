/** The chosen value: the way to it, what it cost to come here, the list or map it is in, and itself. */

import { useMemo, useRef } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { Link } from "../link.tsx";
import { useLoaded } from "../loaded.ts";
import { route } from "../route.ts";
import { counted, lasted, sized } from "../text.ts";
import { PathError, parsePath, trailOf } from "./path.ts";
import { type Place, placeAt } from "./place.ts";
import { lineText } from "./preview.ts";
import { typeText } from "./schema-view.ts";
import { CollectionView, isCollection, ValueView } from "./value-view.tsx";

interface Props {
  readonly session: Session;
  readonly root: Place;
}

/** The path to what holds the value of `path`, if its last step is an index or a key. */
function holderOf(path: string): string | undefined {
  try {
    const steps = parsePath(path);
    return steps.at(-1)?.kind === "key" ? (trailOf(path).at(-2)?.path ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/** What is at the path of the address. */
export function Detail({ session, root }: Props) {
  const { path } = route.value;
  const holder = holderOf(path);
  const atHolder = useLoaded(
    async (signal) =>
      holder === undefined ? undefined : { path: holder, place: await placeAt(root, holder, { signal }) },
    [session, holder],
  );
  const atPath = useLoaded(async (signal) => ({ path, place: await placeAt(root, path, { signal }) }), [session, path]);
  const here = atPath.value?.path === path ? atPath.value.place : undefined;
  const outer = atHolder.value?.path === holder ? atHolder.value : undefined;
  const found =
    outer !== undefined && isCollection(outer.place)
      ? outer
      : here !== undefined && isCollection(here) && (holder === undefined || !atHolder.isPending)
        ? { path, place: here }
        : undefined;
  // The list that is shown stays as it is, with its place in it, while items of it are chosen.
  const kept = useRef(found);
  const last = kept.current?.path;
  const isKept =
    last !== undefined && (last === holder || (last === path && (found === undefined || found.path === path)));
  const collection = isKept ? kept.current : found;
  kept.current = collection ?? kept.current;
  const isItem = collection?.path !== path;
  return (
    <section class="panel detail" aria-label="Value">
      <header class="detail-head">
        <Trail path={path} />
        {here !== undefined && <span class="detail-type mono">{typeText(here.schema, 120)}</span>}
        <StepCost session={session} path={path} />
      </header>
      {collection !== undefined && (
        <CollectionView key={collection.path} session={session} place={collection.place} path={collection.path} />
      )}
      {isItem && (
        <div class={collection === undefined ? undefined : "detail-item"} aria-live="polite">
          {collection !== undefined && (
            <h3 class="detail-item-title">
              <bdi>{lineText(path.slice(collection.path.length, 400))}</bdi>
            </h3>
          )}
          {atPath.failure !== undefined && <Failure error={atPath.failure} />}
          {atPath.isPending && here === undefined && <p class="note">Reading …</p>}
          {here !== undefined && <ValueView key={path} session={session} place={here} path={path} />}
        </div>
      )}
    </section>
  );
}

/** That something is not there is no failure of the file. */
function Failure({ error }: { readonly error: unknown }) {
  if (error instanceof PathError) return <p class="nothing">{error.message}</p>;
  return <ErrorNote error={error} />;
}

function Trail({ path }: { readonly path: string }) {
  const trail = useMemo(() => {
    try {
      return trailOf(path);
    } catch {
      return [{ path: "", text: "root" }];
    }
  }, [path]);
  return (
    <nav class="trail" aria-label="Path to the value">
      <ol>
        {trail.map((step, i) => (
          <li key={step.path}>
            {i === trail.length - 1 ? (
              <bdi aria-current="location">{lineText(step.text.slice(0, 80))}</bdi>
            ) : (
              <Link to={{ path: step.path, find: "" }}>
                <bdi>{lineText(step.text.slice(0, 80))}</bdi>
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What was read since the person came here. */
function StepCost({ session, path }: { readonly session: Session; readonly path: string }) {
  const { log } = session;
  const { value: before } = useMemo(() => ({ value: path === "" ? undefined : log.totals.peek() }), [session, path]);
  const { requests, bytes, milliseconds } = log.totals.value;
  if (before === undefined) return null;
  const made = requests - before.requests;
  const text =
    made === 0
      ? "nothing to read: it was here"
      : `${counted(made, "read")}, ${sized(bytes - before.bytes)}, ${lasted(milliseconds - before.milliseconds)}`;
  return (
    <span class="step-cost" role="status">
      {text}
    </span>
  );
}
