/** Links within the page: they have an address, and lead there without loading it. */

import type { ComponentChildren } from "preact";
import { addressOf, navigate, type Route } from "./route.ts";

interface LinkProps {
  readonly to: Partial<Route>;
  readonly class?: string;
  readonly current?: boolean;
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** A link to another state of the page. With a key held down it opens elsewhere, as links do. */
export function Link({ to, current, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a {...rest} href={addressOf(to)} aria-current={current === true ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
