/** The worker that makes files: texts of many megabytes are read and written without a word to the page's thread. */

import { failureOf } from "./failure.ts";
import { type Control, LocalMaker } from "./maker.ts";
import type { Answer, Calls, Request } from "./protocol.ts";

const maker = new LocalMaker();
const running = new Map<number, AbortController>();

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.call === "abort") running.get(request.id)?.abort();
  else void answer(request);
});
send({ kind: "ready" });

async function answer(request: Exclude<Request, { call: "abort" }>): Promise<void> {
  const { id } = request;
  const controller = new AbortController();
  running.set(id, controller);
  const control: Control = {
    signal: controller.signal,
    onStep: (step) => send({ kind: "step", id, step }),
  };
  try {
    send({ kind: "result", id, result: await run(request, control) });
  } catch (error) {
    send({ kind: "failure", id, failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
}

function run(request: Exclude<Request, { call: "abort" }>, control: Control): Promise<Calls[keyof Calls]["result"]> {
  switch (request.call) {
    case "read":
      return maker.read(request.argument, control);
    case "arrange":
      return maker.arrange(request.argument);
    case "build":
      return maker.build(request.argument, control);
  }
}

function send(answer: Answer): void {
  postMessage(answer);
}
