/** Drawing on a canvas in device pixels, in the colours of the page. */

import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "./theme.tsx";

/** Size of an element in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of an element, as it changes. */
export function useSize<E extends HTMLElement>(): { ref: { current: E | null }; size: Size } {
  const ref = useRef<E>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return { ref, size };
}

/** The canvas, cleared and as large as `size`; undefined where there is none to draw on. */
export function contextOf(canvas: HTMLCanvasElement | null, size: Size): CanvasRenderingContext2D | undefined {
  if (canvas === null || size.width === 0 || size.height === 0) return undefined;
  const scale = Math.min(3, devicePixelRatio || 1);
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const context = canvas.getContext("2d") ?? undefined;
  context?.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

/** Colours of the theme that is shown. Reading it makes a component follow the theme. */
export function colours(): { readonly [name: string]: string } & { readonly parts: readonly string[] } {
  void theme.value;
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const names = [
    "background",
    "surface",
    "raised",
    "text",
    "quiet",
    "line",
    "line-strong",
    "accent",
    "read",
    "read-soft",
  ];
  const parts = Array.from({ length: 8 }, (_, i) => value(`part-${i}`));
  return { ...Object.fromEntries(names.map((name) => [name, value(name)])), parts } as never;
}

/** The colour of part `index` of a file; that of the structure for -1. */
export function partColour(parts: readonly string[], index: number, rest: string): string {
  return index < 0 ? rest : (parts[index % parts.length] ?? rest);
}
