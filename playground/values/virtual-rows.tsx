/**
 * Rows of a list of any length, of which only those that are seen exist. A browser's elements end at some 16 million pixels, so a
 * longer list is scrolled to scale: the bar goes through all of it, wheel and keys row by row.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Safe in every browser. */
const MAX_HEIGHT = 6_000_000;
/** When nothing has moved for so long, the bar is put where it belongs. */
const IDLE_MILLISECONDS = 160;
/** A longer list is claimed by a hostile file only, and numbers would not be exact. */
const MAX_COUNT = 2 ** 43;

interface Props {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  /** The row that is chosen, if any: it is scrolled to. */
  readonly chosen?: number | undefined;
  render(index: number): ComponentChildren;
  /** Rows `start` (inclusive) to `end` (exclusive) are seen. */
  onShow(start: number, end: number): void;
  onChoose(index: number): void;
}

/** Where the view stands: `top` in pixels of the whole list, as if there were no limit. */
interface Scroll {
  readonly top: number;
  readonly height: number;
}

/** The rows that are seen. */
export function VirtualRows(props: Props) {
  const { rowHeight, label, chosen, render, onShow, onChoose } = props;
  const count = Math.min(props.count, MAX_COUNT);
  const { box, scroll, scrollTo } = useScaledScroll(count * rowHeight);
  const [active, setActive] = useState(chosen ?? 0);
  const first = Math.min(Math.max(0, count - 1), Math.floor(scroll.top / rowHeight));
  const end = Math.min(count, Math.ceil((scroll.top + scroll.height) / rowHeight));

  useEffect(() => onShow(first, end), [first, end]);
  const show = (index: number): void => {
    const top = index * rowHeight;
    if (top < scroll.top) scrollTo(top);
    else if (top + rowHeight > scroll.top + scroll.height) scrollTo(top + rowHeight - scroll.height);
  };
  useEffect(() => {
    if (chosen === undefined || chosen >= count) return;
    setActive(chosen);
    const top = chosen * rowHeight;
    if (top < scroll.top || top + rowHeight > scroll.top + scroll.height) scrollTo(top - scroll.height / 2);
  }, [chosen, scroll.height > 0]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === " ") onChoose(active);
    else {
      const page = Math.max(1, Math.floor(scroll.height / rowHeight) - 1);
      const next = keyTarget(event.key, active, page, count);
      if (next === undefined) return;
      setActive(next);
      show(next);
    }
    event.preventDefault();
  };
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  const id = (index: number): string => `row-${index}`;
  return (
    <div
      ref={box}
      class="rows"
      style={{ maxHeight: `${count * rowHeight + 2}px` }}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active >= first && active < end ? id(active) : undefined}
      onKeyDown={onKeyDown}
    >
      <div class="rows-view" style={{ height: `${scroll.height}px` }}>
        {rows.map((index) => (
          <div
            key={index}
            id={id(index)}
            role="option"
            aria-selected={index === chosen}
            aria-posinset={index + 1}
            aria-setsize={count}
            class={index === active ? "rows-row rows-active" : "rows-row"}
            style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight - scroll.top}px)` }}
            onClick={() => {
              setActive(index);
              onChoose(index);
            }}
          >
            {render(index)}
          </div>
        ))}
      </div>
      <div style={{ height: `${Math.max(0, Math.min(count * rowHeight, MAX_HEIGHT) - scroll.height)}px` }} />
    </div>
  );
}

/** The row that a key leads to. */
function keyTarget(key: string, active: number, page: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}

function useScaledScroll(total: number) {
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState<Scroll>({ top: 0, height: 0 });
  const state = useRef({ top: 0, last: 0, timer: 0 as unknown as ReturnType<typeof setTimeout> });
  const isScaled = total > MAX_HEIGHT;
  const height = Math.min(total, MAX_HEIGHT);

  const place = (top: number, view: number): void => {
    state.current.top = Math.max(0, Math.min(total - view, top));
    setScroll({ top: state.current.top, height: view });
  };
  /** Puts the bar where `top` is. */
  const align = (): void => {
    const element = box.current;
    if (element === null) return;
    const view = element.clientHeight;
    const { top } = state.current;
    const wanted = isScaled ? (top * (height - view)) / Math.max(1, total - view) : top;
    if (Math.abs(element.scrollTop - wanted) >= 1) element.scrollTop = wanted;
    state.current.last = element.scrollTop;
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onScroll = (): void => {
      const view = element.clientHeight;
      const { scrollTop } = element;
      const { last, top, timer } = state.current;
      const moved = scrollTop - last;
      state.current.last = scrollTop;
      if (moved === 0) return;
      if (!isScaled) return place(scrollTop, view);
      const isNear = Math.abs(moved) < 3 * view;
      const isAtEnd = scrollTop <= 0 || scrollTop >= height - view - 1;
      place(isNear && !isAtEnd ? top + moved : (scrollTop * (total - view)) / Math.max(1, height - view), view);
      clearTimeout(timer);
      state.current.timer = setTimeout(align, IDLE_MILLISECONDS);
    };
    const onResize = (): void => {
      place(state.current.top, element.clientHeight);
      align();
    };
    const observer = new ResizeObserver(onResize);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    onResize();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
      clearTimeout(state.current.timer);
    };
  }, [total]);
  const scrollTo = (top: number): void => {
    place(top, box.current?.clientHeight ?? 0);
    align();
  };
  return { box, scroll, scrollTo };
}
