/** What reading costs, as it happens: every read of the open file, its bytes, and where in the file they lie. */

import { type ByteRange, blobSource, type HttpSourceOptions, type Source } from "parcode-web";
import { element, grouped, sized } from "./dom.ts";

interface Read {
  readonly range: ByteRange | undefined;
  readonly started: number;
  bytes?: number;
  milliseconds?: number;
  /** What came instead of bytes. */
  problem?: string;
}

interface Answer<T> {
  readonly result: T;
  readonly bytes: number;
  readonly problem?: string;
}

/** Every read of one open file. */
export class ReadLog {
  private readonly reads: Read[] = [];
  private readonly place: HTMLElement;
  private fileBytes = 0;
  private drawing = false;

  constructor(place: HTMLElement) {
    this.place = place;
    this.draw();
  }

  /** The length of the file, once it is known: the strip shows the reads in it. */
  setFileBytes(bytes: number): void {
    this.fileBytes = bytes;
    this.draw();
  }

  /** Reads and bytes so far. */
  get totals(): { readonly reads: number; readonly bytes: number } {
    return { reads: this.reads.length, bytes: this.reads.reduce((sum, read) => sum + (read.bytes ?? 0), 0) };
  }

  /** `fetch` that notes what it is asked for. */
  readonly fetch: NonNullable<HttpSourceOptions["fetch"]> = async (url, init) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init.headers).get("Range") ?? "") ?? [];
    const asked = first === undefined ? undefined : { start: Number(first), end: Number(last) + 1 };
    return await this.note(asked, async () => {
      const response = await fetch(url, init);
      if (!response.ok) return { result: response, bytes: 0, problem: String(response.status) };
      return { result: response, bytes: Number(response.headers.get("Content-Length") ?? 0) };
    });
  };

  /** A source over a file of this machine that notes what it is asked for. */
  sourceOf(file: File): Source {
    const source = blobSource(file, file.name);
    return {
      name: source.name,
      byteLength: file.size,
      size: (options) => source.size(options),
      read: (range, options) =>
        this.note(range, async () => {
          const result = await source.read(range, options);
          return { result, bytes: result.byteLength };
        }),
    };
  }

  private async note<T>(range: ByteRange | undefined, run: () => Promise<Answer<T>>): Promise<T> {
    const read: Read = { range, started: performance.now() };
    this.reads.push(read);
    this.schedule();
    try {
      const { result, bytes, problem } = await run();
      read.bytes = bytes;
      if (problem !== undefined) read.problem = problem;
      return result;
    } catch (error) {
      read.problem = "failed";
      throw error;
    } finally {
      read.milliseconds = performance.now() - read.started;
      this.schedule();
    }
  }

  private schedule(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  }

  private draw(): void {
    const { reads, bytes } = this.totals;
    const rows = this.reads.map((read, index) => this.row(read, index));
    const head = ["bytes of the file", "bytes", "ms"].map((title) => element("th", { scope: "col" }, title));
    const of = this.fileBytes > 0 ? ` of ${sized(this.fileBytes)}` : "";
    const table = element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows),
      element(
        "tfoot",
        {},
        element("tr", {}, cell(reads === 1 ? "1 read" : `${grouped(reads)} reads`), cell(grouped(bytes)), cell("")),
      ),
    );
    const summary = element(
      "p",
      { className: "note" },
      `${sized(bytes)}${of} in ${reads} ${reads === 1 ? "read" : "reads"}`,
    );
    this.place.replaceChildren(this.strip(), summary, element("div", { className: "scroll", tabIndex: 0 }, table));
  }

  private row(read: Read, index: number): HTMLElement {
    const { range, bytes, milliseconds, problem } = read;
    const where = range === undefined ? "all" : `${grouped(range.start)} – ${grouped(range.end - 1)}`;
    const amount = problem ?? (bytes === undefined ? "…" : grouped(bytes));
    const time = milliseconds === undefined ? "" : milliseconds.toFixed(0);
    const place = element("td", { className: "range", title: `read ${index + 1}` }, where);
    return element("tr", {}, place, cell(amount), cell(time));
  }

  private strip(): HTMLElement {
    const strip = element("div", { className: "strip", ariaHidden: "true" });
    if (this.fileBytes === 0) return strip;
    for (const { range } of this.reads) {
      if (range === undefined) continue;
      const mark = element("span");
      const end = Math.min(range.end, this.fileBytes);
      mark.style.left = `${(100 * range.start) / this.fileBytes}%`;
      mark.style.width = `${(100 * (end - range.start)) / this.fileBytes}%`;
      strip.append(mark);
    }
    return strip;
  }
}

function cell(text: string): HTMLElement {
  return element("td", {}, text);
}
