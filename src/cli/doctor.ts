/** The command line: what is wrong with a server. In: a URL. Out: findings, what to change, and how, for the host that it is. */

import { connect } from "node:tls";
import type { Diagnosis } from "../doctor/diagnose.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { HOST_NAMES, hostConfiguration } from "../doctor/hosts.ts";
import type { CommandContext } from "./commands.ts";
import { type Command, CommandError } from "./usage.ts";

const WORDS = { ok: "ok      ", warning: "warning ", problem: "problem " } as const;

/** Prints the diagnosis. @throws {CommandError} There is a problem. */
export async function doctor(command: Command, { output, signal }: CommandContext): Promise<void> {
  const headers = command.headers.map(([name, value]): [string, string] => [name, value]);
  const { origin, target } = command;
  const diagnosis = await diagnose(target, { headers, signal, origin, protocolOf });
  await output.write(command.json ? `${JSON.stringify(diagnosis)}\n` : report(diagnosis));
  const count = diagnosis.findings.filter(({ level }) => level === "problem").length;
  if (count > 0) throw new CommandError(`${count} ${count === 1 ? "problem" : "problems"} with ${diagnosis.url}`);
}

function report(diagnosis: Diagnosis): string {
  const lines = diagnosis.findings.flatMap(({ level, check, text, remedy }) => [
    `${WORDS[level]} ${check}: ${text}`,
    ...(remedy === undefined ? [] : [`          ${remedy}`]),
  ]);
  return `${[...lines, ...configurationOf(diagnosis)].join("\n")}\n`;
}

/** Where something about headers is to be changed: how, on this host, or on all that are known. */
function configurationOf({ findings, host }: Diagnosis): string[] {
  const isConfigured = new Set(["ranges", "encoding", "cors", "validators", "caching"]);
  if (!findings.some(({ level, check }) => level !== "ok" && isConfigured.has(check))) return [];
  const names = host === undefined ? HOST_NAMES : [host];
  return names.flatMap((name) => {
    const { title, where, text } = hostConfiguration(name);
    return ["", `${title}: ${where}`, ...text.split("\n").map((line) => `    ${line}`)];
  });
}

/** Long enough for a slow handshake. */
const HANDSHAKE_MILLISECONDS = 5000;

/** What a server's TLS layer chooses of the versions that browsers offer. Without TLS they speak HTTP/1.1. */
function protocolOf({ protocol, hostname, port }: URL): Promise<string | undefined> {
  if (protocol !== "https:") return Promise.resolve("http/1.1");
  return new Promise((resolve) => {
    const options = {
      host: hostname,
      servername: hostname,
      port: Number(port || 443),
      ALPNProtocols: ["h2", "http/1.1"],
    };
    const socket = connect(options, () => {
      const chosen = socket.alpnProtocol;
      socket.destroy();
      resolve(chosen === false || chosen === null ? "http/1.1" : chosen);
    });
    socket.setTimeout(HANDSHAKE_MILLISECONDS, () => socket.destroy());
    socket.on("error", () => resolve(undefined)).on("close", () => resolve(undefined));
  });
}
