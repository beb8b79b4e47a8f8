/** Bytes: as a picture or text where they are one, as hex, and to be saved. */

import type { BytesHandle } from "parcode-web";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { useLoaded } from "../loaded.ts";
import { counted, grouped, sized } from "../text.ts";
import { type ByteItems, HexView } from "./hex-view.tsx";
import { type ImageForm, imageForm, MAX_PIXELS, plainText } from "./image.ts";
import { isHandle, type Place } from "./place.ts";
import { TextView } from "./text-view.tsx";

/** Pictures up to this size are read unasked. */
const UNASKED_BYTES = 8 * 1024 * 1024;
const TEXT_BYTES = 64 * 1024;

interface Props {
  readonly session: Session;
  readonly place: Place;
  readonly path: string;
}

/** Bytes in the file or in memory, in one form. */
async function bytesOf({ view }: Place, signal: AbortSignal): Promise<{ bytes: ByteItems; start: Uint8Array }> {
  if (!isHandle(view)) {
    const all = view as Uint8Array;
    const bytes = { count: all.length, read: async (from: number, to: number) => all.slice(from, to) };
    return { bytes, start: all.slice(0, TEXT_BYTES) };
  }
  const handle = view as unknown as BytesHandle;
  // The beginning first: it brings along what says how many there are.
  const start = await handle.slice(0, TEXT_BYTES, { signal });
  const count = await handle.count({ signal });
  return { bytes: { count, read: (from, to, own) => handle.slice(from, to, { signal: own }) }, start };
}

/** The bytes at a path. */
export function BytesView({ place, path }: Props) {
  const { value, failure } = useLoaded((signal) => bytesOf(place, signal), [place.view]);
  const [isHex, setHex] = useState(false);
  const text = useMemo(() => (value === undefined ? undefined : plainText(value.start)), [value]);
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (value === undefined) return <p class="note">Reading …</p>;
  const { bytes, start } = value;
  const image = imageForm(start);
  const isText = image === undefined && text !== undefined && bytes.count > 0;
  const kind = image === undefined ? (isText ? "text" : "bytes") : `${image.name} image`;
  return (
    <div class="stack-small">
      <div class="row">
        <span class="list-count">
          {kind}, {sized(bytes.count)}
        </span>
        {(image !== undefined || isText) && (
          <button type="button" class="button small" aria-pressed={isHex} onClick={() => setHex(!isHex)}>
            Hex
          </button>
        )}
        <SaveButton bytes={bytes} place={place} name={fileName(path, image)} />
      </div>
      {image !== undefined && !isHex && <Picture bytes={bytes} image={image} path={path} />}
      {isText && !isHex && (
        <>
          <TextView text={text} />
          {bytes.count > start.length && (
            <p class="note">The first {counted(start.length, "byte")} are shown as text.</p>
          )}
        </>
      )}
      {(isHex || (image === undefined && !isText)) && <HexView bytes={bytes} label="Bytes" />}
    </div>
  );
}

function fileName(path: string, image: ImageForm | undefined): string {
  const plain =
    path
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(-60) || "bytes";
  return image === undefined ? `${plain}.bin` : `${plain}.${image.name.toLowerCase()}`;
}

interface PictureProps {
  readonly bytes: ByteItems;
  readonly image: ImageForm;
  readonly path: string;
}

function Picture({ bytes, image, path }: PictureProps) {
  const { size } = image;
  const isHuge = size !== undefined && size.width * size.height > MAX_PIXELS;
  const [isWanted, setWanted] = useState(bytes.count <= UNASKED_BYTES);
  const [isBroken, setBroken] = useState(false);
  const { value: url, failure } = useLoaded(
    async (signal) => {
      if (!isWanted || isHuge) return undefined;
      const all = await bytes.read(0, bytes.count, signal);
      return URL.createObjectURL(new Blob([all as Uint8Array<ArrayBuffer>], { type: image.type }));
    },
    [bytes, isWanted, isHuge],
  );
  useEffect(() => {
    if (url === undefined) return;
    return () => URL.revokeObjectURL(url);
  }, [url]);
  const pixels = size === undefined ? "" : `${grouped(size.width)} × ${grouped(size.height)} pixels`;
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (isHuge) return <p class="nothing">The picture has {pixels}: too many to draw here. Save it instead.</p>;
  if (isBroken) return <p class="nothing">It begins as a {image.name} image, and does not go on as one.</p>;
  if (!isWanted) {
    return (
      <button type="button" class="button" onClick={() => setWanted(true)}>
        Read the picture, {sized(bytes.count)}
      </button>
    );
  }
  if (url === undefined) return <p class="note">Reading …</p>;
  return (
    <figure class="picture">
      <img src={url} alt={path} onError={() => setBroken(true)} />
      {pixels !== "" && <figcaption class="note">{pixels}</figcaption>}
    </figure>
  );
}

interface SaveProps {
  readonly bytes: ByteItems;
  readonly place: Place;
  readonly name: string;
}

/** Saves all bytes as a file of this machine, of no type that a browser would run. */
function SaveButton({ bytes, place, name }: SaveProps) {
  const [failure, setFailure] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      const { view } = place;
      const all = isHandle(view)
        ? await new Response((view as unknown as BytesHandle).stream()).blob()
        : new Blob([(await bytes.read(0, bytes.count, new AbortController().signal)) as Uint8Array<ArrayBuffer>]);
      const url = URL.createObjectURL(all.slice(0, all.size, "application/octet-stream"));
      Object.assign(document.createElement("a"), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      setFailure(error);
    }
    setSaving(false);
  };
  return (
    <>
      <button type="button" class="button small" disabled={isSaving} onClick={() => void save()}>
        Save as …
      </button>
      {failure !== undefined && <ErrorNote error={failure} />}
    </>
  );
}
