/** Parts of the page that are loaded when they are first shown. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorNote } from "./failure.tsx";

/** A component that `load` brings; until then there is a word on it, and its failure is shown. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, redraw] = useState(0);
    const [failure, setFailure] = useState<unknown>();
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then((component) => {
        loaded = component;
        redraw((count) => count + 1);
      }, setFailure);
    }, []);
    if (failure !== undefined) return <ErrorNote error={failure} />;
    if (loaded === undefined) return <p class="note">Loading …</p>;
    const Loaded = loaded;
    return <Loaded {...props} />;
  };
}
