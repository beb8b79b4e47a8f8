/** What is in the file: its fields as a tree, and the one that is chosen. */

import "./tree.css";
import "./rows.css";
import "./values.css";
import { useMemo } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { Link } from "../link.tsx";
import { Detail } from "./detail.tsx";
import { FieldTree } from "./field-tree.tsx";
import { rootOf } from "./root.ts";

/** Tree and detail. */
export function ValuesView({ session }: { readonly session: Session }) {
  const { root, failure } = useMemo(() => rootOf(session), [session]);
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (root === undefined) {
    return (
      <div class="panel stack">
        <p>
          This file does not say what is in it. Its parts and their bytes are under{" "}
          <Link to={{ view: "chunks" }}>Chunks</Link>; with its schema, which you can write down above, its values are
          here.
        </p>
      </div>
    );
  }
  return (
    <div class="values">
      <FieldTree root={root} outline={session.outline} />
      <Detail session={session} root={root} />
    </div>
  );
}
