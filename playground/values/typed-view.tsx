/** A typed array: as a plot, as a table, over another column as points, or as an image where its struct says how wide it is. */

import type { TypedHandle } from "parcode-web";
import { useMemo, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { lazy } from "../lazy.tsx";
import { useLoaded } from "../loaded.ts";
import { navigate, route } from "../route.ts";
import { counted, grouped } from "../text.ts";
import { ItemRows } from "./list-view.tsx";
import { trailOf } from "./path.ts";
import { isHandle, type Place, placeAt } from "./place.ts";
import { numberText } from "./preview.ts";
import { rootOf } from "./root.ts";
import type { PrimitiveNode } from "./schema-view.ts";

const LinePlot = lazy(async () => (await import("./line-plot.tsx")).LinePlot);
const PointPlot = lazy(async () => (await import("./point-plot.tsx")).PointPlot);
const GridPlot = lazy(async () => (await import("./point-plot.tsx")).GridPlot);

/** Elements that are read for a plot; of a longer array, a window. */
const WINDOW = 262_144;
const MAX_GRID = 4_000_000;

interface Props {
  readonly session: Session;
  readonly place: Place;
  readonly path: string;
}

/** Elements of an array. */
type Numbers = ArrayLike<number | bigint>;

interface Column {
  readonly count: number;
  slice(start: number, end: number, signal: AbortSignal): Promise<Numbers>;
}

async function columnOf(view: unknown, signal: AbortSignal): Promise<Column> {
  if (!isHandle(view)) {
    const array = view as Float64Array;
    return { count: array.length, slice: async (start, end) => array.subarray(start, end) };
  }
  const handle = view as unknown as TypedHandle<Numbers>;
  return {
    count: await handle.count({ signal }),
    slice: (start, end, own) => handle.slice(start, end, { signal: own }),
  };
}

/** What stands beside an array in its struct. */
interface Beside {
  /** Other arrays of the same length. */
  readonly columns: readonly { readonly name: string; readonly column: Column }[];
  /** Elements in a row of an image. */
  readonly width: number | undefined;
}

async function besideOf(session: Session, path: string, own: Column, signal: AbortSignal): Promise<Beside> {
  const { root } = rootOf(session);
  const trail = trailOf(path);
  const parent = trail.at(-2);
  if (root === undefined || parent === undefined) return { columns: [], width: undefined };
  const { schema, view } = await placeAt(root, parent.path, { signal });
  if (schema.kind !== "struct") return { columns: [], width: undefined };
  const fields = view as Readonly<Record<string, unknown>>;
  const { width, height } = fields;
  const isGrid = typeof width === "number" && typeof height === "number" && width * height === own.count;
  const columns: { name: string; column: Column }[] = [];
  for (const [name, field] of Object.entries(schema.fields).slice(0, 40)) {
    const inner = field.kind === "chunk" ? field.inner : field;
    if (inner.kind !== "typed" || name === trail.at(-1)?.text) continue;
    const column = await columnOf(fields[name], signal);
    if (column.count === own.count) columns.push({ name, column });
  }
  return { columns, width: isGrid && own.count <= MAX_GRID ? width : undefined };
}

/** The array at a path. */
export function TypedView({ session, place, path }: Props) {
  const { value, failure } = useLoaded(
    async (signal) => {
      const column = await columnOf(place.view, signal);
      return { column, beside: await besideOf(session, path, column, signal) };
    },
    [place.view, path],
  );
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (value === undefined) return <p class="note">Reading …</p>;
  if (value.column.count === 0) return <p class="nothing">The array is empty.</p>;
  return <Shown column={value.column} beside={value.beside} path={path} schema={place.schema} />;
}

const TABLE = "(table)";

interface ShownProps {
  readonly column: Column;
  readonly beside: Beside;
  readonly path: string;
  readonly schema: Place["schema"];
}

function Shown({ column, beside, path, schema }: ShownProps) {
  const element: PrimitiveNode = { kind: schema.kind === "typed" ? schema.element : "u8" };
  const { find } = route.value;
  const other = beside.columns.find(({ name }) => name === find);
  const kind = other !== undefined ? "points" : find === TABLE ? "table" : beside.width !== undefined ? "grid" : "line";
  const name = trailOf(path).at(-1)?.text ?? "value";
  return (
    <div class="stack-small">
      <div class="row">
        <span class="list-count">{counted(column.count, "element")}</span>
        <label class="row">
          <span class="note">Show as</span>
          <select
            class="field small"
            value={kind === "points" || kind === "table" ? find : ""}
            onChange={(event) => navigate({ find: event.currentTarget.value })}
          >
            <option value="">{beside.width === undefined ? "a line" : "an image"}</option>
            {beside.columns.map((one) => (
              <option key={one.name} value={one.name}>
                points over {one.name.slice(0, 60)}
              </option>
            ))}
            <option value={TABLE}>a table</option>
          </select>
        </label>
      </div>
      {kind === "table" ? (
        <Table column={column} path={path} element={element} />
      ) : (
        <Plot
          column={column}
          other={other}
          name={name}
          width={kind === "grid" ? beside.width : undefined}
          isSingle={element.kind === "f32"}
        />
      )}
    </div>
  );
}

interface TableProps {
  readonly column: Column;
  readonly path: string;
  readonly element: PrimitiveNode;
}

function Table({ column, path, element }: TableProps) {
  const items = useMemo(
    () => ({
      count: column.count,
      read: async (start: number, end: number, signal: AbortSignal) =>
        Array.from(await column.slice(start, end, signal)),
    }),
    [column],
  );
  return <ItemRows items={items} schema={element} path={path} />;
}

interface PlotProps {
  readonly column: Column;
  readonly other: { readonly name: string; readonly column: Column } | undefined;
  readonly name: string;
  readonly width: number | undefined;
  readonly isSingle: boolean;
}

function Plot({ column, other, name, width, isSingle }: PlotProps) {
  const [start, setStart] = useState(0);
  const length = Math.min(column.count, width === undefined ? WINDOW : MAX_GRID);
  const { value, failure } = useLoaded(
    async (signal) => {
      const [own, across] = await Promise.all([
        column.slice(start, start + length, signal),
        other?.column.slice(start, start + length, signal),
      ]);
      return { start, name, ys: numbersOf(own), xs: across && numbersOf(across), other: other?.name };
    },
    [column, other?.name, start, length],
  );
  if (failure !== undefined) return <ErrorNote error={failure} />;
  const isFresh = value !== undefined && value.other === other?.name;
  return (
    <>
      {column.count > length && <WindowSlider count={column.count} length={length} start={start} onMove={setStart} />}
      {!isFresh ? (
        <p class="note">Reading …</p>
      ) : value.xs !== undefined ? (
        <PointPlot xs={value.xs} ys={value.ys} names={[value.other ?? "", name]} />
      ) : width !== undefined ? (
        <GridPlot values={value.ys} width={width} name={name} />
      ) : (
        <LinePlot values={value.ys} start={value.start} name={name} />
      )}
      {isFresh && <Sums values={value.ys} isSingle={isSingle} />}
    </>
  );
}

function numbersOf(values: Numbers): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = Number(values[i]);
  return numbers;
}

interface SliderProps {
  readonly count: number;
  readonly length: number;
  readonly start: number;
  onMove(start: number): void;
}

function WindowSlider({ count, length, start, onMove }: SliderProps) {
  return (
    <label class="labelled">
      <span class="note">
        Elements {grouped(start)} to {grouped(Math.min(count, start + length) - 1)}
      </span>
      <input
        type="range"
        min={0}
        max={count - length}
        step={Math.max(1, Math.floor(length / 4))}
        value={start}
        onChange={(event) => onMove(Number(event.currentTarget.value))}
      />
    </label>
  );
}

function Sums({ values, isSingle }: { readonly values: Float64Array; readonly isSingle: boolean }) {
  const { least, most, mean, odd } = useMemo(() => sumsOf(values), [values]);
  return (
    <dl class="facts facts-line">
      <div>
        <dt>least</dt>
        <dd>{numberText(least, isSingle)}</dd>
      </div>
      <div>
        <dt>mean</dt>
        <dd>{mean.toPrecision(6)}</dd>
      </div>
      <div>
        <dt>greatest</dt>
        <dd>{numberText(most, isSingle)}</dd>
      </div>
      {odd > 0 && (
        <div>
          <dt>not finite</dt>
          <dd>{grouped(odd)}</dd>
        </div>
      )}
    </dl>
  );
}

function sumsOf(values: Float64Array): { least: number; most: number; mean: number; odd: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let odd = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) {
      odd++;
      continue;
    }
    if (value < least) least = value;
    if (value > most) most = value;
    sum += value;
  }
  return { least, most, mean: sum / Math.max(1, values.length - odd), odd };
}
