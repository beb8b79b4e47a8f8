/** Beside the way: what is said of a server. In: nothing. Out: the words for it; no I/O. */

/** What was looked at. */
export type CheckName =
  | "reachable"
  | "redirects"
  | "ranges"
  | "encoding"
  | "cors"
  | "validators"
  | "caching"
  | "protocol"
  | "file"
  | "layout"
  | "checksums";

/** "problem": reading fails or may give wrong bytes. "warning": it works, and costs more than it must or notices less. */
export type FindingLevel = "ok" | "warning" | "problem";

/** One thing that was found. */
export interface Finding {
  readonly check: CheckName;
  readonly level: FindingLevel;
  /** What was found, in one line. */
  readonly text: string;
  /** What to change, in one line; for warnings and problems that somebody can change. */
  readonly remedy: string | undefined;
}

/** Collects findings in the order in which they are made. */
export class Findings {
  readonly all: Finding[] = [];

  ok(check: CheckName, text: string): void {
    this.all.push({ check, level: "ok", text, remedy: undefined });
  }

  warn(check: CheckName, text: string, remedy?: string): void {
    this.all.push({ check, level: "warning", text, remedy });
  }

  problem(check: CheckName, text: string, remedy?: string): void {
    this.all.push({ check, level: "problem", text, remedy });
  }

  /** The worst of what was found so far. */
  get level(): FindingLevel {
    const has = (level: FindingLevel): boolean => this.all.some((finding) => finding.level === level);
    return has("problem") ? "problem" : has("warning") ? "warning" : "ok";
  }
}
