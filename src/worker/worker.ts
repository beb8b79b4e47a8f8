/** Step 4', the script of a worker: serves the built-in codecs, in a browser's worker or a thread of Node. */

import { serve, type WorkerPort } from "./serve.ts";

/** Node hands over the port of a worker thread through this; a browser's worker is its own port. */
const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => { parentPort?: WorkerPort } } };

const port = process?.getBuiltinModule?.("node:worker_threads").parentPort;

if (port === undefined || port === null) serve();
else serve(undefined, port);
