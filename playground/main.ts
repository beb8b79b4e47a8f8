/** The page: takes a URL or a file and a schema, opens it with the library, and shows what is in it and what that cost. */

import { type AsyncFile, open, type Schema } from "parcode-web";
import { byId, element, grouped } from "./dom.ts";
import { failureText } from "./failure.ts";
import { ReadLog } from "./reads.ts";
import { viewOf } from "./root-view.ts";
import { CHOICES, EXAMPLE, OWN, type SchemaView, schemaOf } from "./schemas.ts";
import { showTree } from "./tree-view.ts";

const form = byId("opener", HTMLFormElement);
const urlInput = byId("url", HTMLInputElement);
const fileInput = byId("file", HTMLInputElement);
const schemaSelect = byId("schema", HTMLSelectElement);
const schemaHint = byId("schema-hint", HTMLElement);
const ownRow = byId("own-schema", HTMLElement);
const ownText = byId("schema-text", HTMLTextAreaElement);
const status = byId("status", HTMLElement);
const failure = byId("error", HTMLElement);
const opened = byId("opened", HTMLElement);

/** What was opened last, to be opened again with another schema. */
let target: string | File | undefined;
let current: { readonly file: AsyncFile<unknown, unknown> } | undefined;
let opening: AbortController | undefined;
/** The schema as it was written when the target was opened. */
let openedText = "";

async function openTarget(chosen: string | File): Promise<void> {
  target = chosen;
  opening?.abort();
  const abort = new AbortController();
  opening = abort;
  const { signal } = abort;
  const name = typeof chosen === "string" ? chosen : chosen.name;
  status.textContent = `Opening ${name} …`;
  failure.hidden = true;
  await current?.file.close();
  current = undefined;
  opened.hidden = true;
  rememberInAddress();
  try {
    const schema = chosenSchema();
    const log = new ReadLog(byId("requests", HTMLElement));
    const start = performance.now();
    const source = typeof chosen === "string" ? chosen : log.sourceOf(chosen);
    const file = await open(source, schema as Schema, { fetch: log.fetch, signal });
    if (signal.aborted) return await file.close();
    current = { file };
    const milliseconds = (performance.now() - start).toFixed(0);
    status.textContent = `${name}: ${grouped(file.byteLength)} bytes, version ${versionText(file.version)}, opened in ${milliseconds} ms.`;
    show(file, schema, log);
  } catch (error) {
    if (signal.aborted) return;
    status.textContent = `${name} is not open.`;
    failure.replaceChildren(...failureText(error));
    failure.hidden = false;
  }
}

function show(file: AsyncFile<unknown, unknown>, schema: Schema | undefined, log: ReadLog): void {
  log.setFileBytes(file.byteLength);
  const root = byId("root", HTMLElement);
  if (schema === undefined) {
    const advice = "Choose a schema above: the file holds values without their names and types.";
    root.replaceChildren(element("p", { className: "note" }, advice));
  } else {
    root.replaceChildren(viewOf(schema as unknown as SchemaView, file.root, log));
  }
  showTree(file, byId("tree", HTMLElement));
  opened.hidden = false;
}

function versionText(version: number): string {
  return version < 0x8000 ? String(version) : `0x${version.toString(16)}`;
}

function chosenSchema(): Schema | undefined {
  if (schemaSelect.value === OWN) {
    openedText = ownText.value;
    return schemaOf(openedText);
  }
  return CHOICES.find(({ name }) => name === schemaSelect.value)?.schema;
}

/** The address leads here again; a file of this machine cannot be in it. */
function rememberInAddress(): void {
  const query = new URLSearchParams();
  if (typeof target === "string") query.set("url", target);
  if (schemaSelect.value !== "none" && schemaSelect.value !== OWN) query.set("schema", schemaSelect.value);
  const text = query.toString();
  history.replaceState(null, "", text === "" ? location.pathname : `?${text}`);
}

function showChoice(): void {
  schemaHint.textContent = CHOICES.find(({ name }) => name === schemaSelect.value)?.hint ?? "";
  ownRow.hidden = schemaSelect.value !== OWN;
}

function listen(): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const url = urlInput.value.trim();
    if (url === "") urlInput.focus();
    else void openTarget(url);
  });
  fileInput.addEventListener("change", () => {
    const file = fileInput.files?.[0];
    if (file !== undefined) void openTarget(file);
  });
  schemaSelect.addEventListener("change", () => {
    showChoice();
    if (schemaSelect.value === OWN) ownText.focus();
    else if (target !== undefined) void openTarget(target);
  });
  ownText.addEventListener("change", () => {
    if (target !== undefined && ownText.value !== openedText) void openTarget(target);
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void openTarget(file);
  });
}

function start(): void {
  schemaSelect.append(...CHOICES.map(({ name, title }) => element("option", { value: name }, title)));
  ownText.value = EXAMPLE;
  const query = new URLSearchParams(location.search);
  const wanted = query.get("schema");
  if (CHOICES.some(({ name }) => name === wanted && name !== OWN)) schemaSelect.value = wanted ?? "none";
  showChoice();
  listen();
  const url = query.get("url");
  if (url !== null && url !== "") {
    urlInput.value = url;
    void openTarget(url);
  }
}

start();
