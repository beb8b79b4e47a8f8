/** Beside the way: what opening the file costs, and what guards it. In: how to open it. Out: findings. */
import { isParcodeError } from "../errors.ts";
import type { AsyncFile } from "../mirror/file.ts";
import type { Integrity } from "../read/pin.ts";
import type { DynamicMirror } from "../schema/handles.ts";
import type { Findings } from "./finding.ts";

/** What is known of a file that could be opened. */
export interface FileFacts {
  readonly byteLength: number;
  /** Format version: 4, or 0x8004. */
  readonly version: number;
  /** Requests and bytes that opening has cost, without a schema. */
  readonly openRequests: number;
  readonly openBytes: number;
  readonly integrity: Integrity;
  /** Whether it has a description of its schema. */
  readonly isDescribed: boolean;
}

/** Opens the file, and says what that cost. */
export async function checkFile(
  findings: Findings,
  openFile: () => Promise<AsyncFile<DynamicMirror, unknown>>,
): Promise<FileFacts | undefined> {
  let file: AsyncFile<DynamicMirror, unknown>;
  try {
    file = await openFile();
    // Where the file describes itself, its structure has been read, and this says what is wrong with it.
    if (file.schema !== undefined) void file.root;
  } catch (error) {
    if (!isParcodeError(error)) throw error;
    findings.problem(
      "file",
      error.message,
      "Upload the file again, in binary mode; parcode verify tells whether the original is whole.",
    );
    return undefined;
  }
  try {
    const { byteLength, version, integrity, schema, stats } = file;
    const { requests: openRequests, bytesRequested: openBytes } = stats;
    const facts = { byteLength, version, openRequests, openBytes, integrity, isDescribed: schema !== undefined };
    findings.ok("file", `A parcode file of version ${version}, ${byteLength} bytes.`);
    checkLayout(findings, facts);
    if (integrity !== "none")
      findings.ok(
        "checksums",
        `Each chunk has a checksum (${integrity}): damage on the way is found, and asked for again.`,
      );
    else {
      findings.warn(
        "checksums",
        "Chunks have no checksums: damage on the way, such as by a proxy, may go unnoticed.",
        "Write the file with checksums, or: parcode optimize FILE OUT.",
      );
    }
    return facts;
  } finally {
    await file.close();
  }
}

function checkLayout(findings: Findings, { openRequests, openBytes, isDescribed }: FileFacts): void {
  const cost = `${openRequests} ${openRequests === 1 ? "request opens" : "requests open"} it, of ${openBytes} bytes in all`;
  if (openRequests === 1) return findings.ok("layout", `${cost}.`);
  findings.warn(
    "layout",
    `${cost}${isDescribed ? "" : ", and its structure may take more: it has no description, so only its end was looked at"}.`,
    "Let its structure lie in front: parcode optimize FILE OUT.",
  );
}
