import { decodeText, EXPORT_ADVICE, type DecodedText } from "../../../src/data/decodeText.ts";
import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { Failure } from "../../../src/embed/rpc/protocol.ts";
import { DataError } from "../../../src/errors.ts";
import { EXAMPLES, fetchExample } from "../examples.ts";
import { store } from "../state/appStore.ts";
import { toFragment } from "../state/link.ts";
import { projectText, readProject, type Project } from "../state/project.ts";
import { download } from "../export/download.ts";
import { setData, setInputs, setModel } from "./inputs.ts";
import { notify } from "./notify.ts";
import { showResults } from "./remember.ts";

export async function openExample(key: string): Promise<void> {
  const example = EXAMPLES.find((each) => each.key === key);
  if (!example) return;
  const texts = await fetchExample(example);
  const data = { name: example.data.name, text: texts.data };
  setInputs({ model: texts.model, data, settings: example.settings });
  notify(`${example.title} is loaded.`);
}

const MODEL_NAME = /\.(lav|lavaan|dag|dagitty)$/i;

/** Our JSON models say so, and structure matrices have their own key; covariance matrices have neither. */
function isJsonModel(text: string): boolean {
  return /^\s*\{/.test(text) && /"(?:semnan|struct)"\s*:/.test(text);
}

/** Opens files that were dropped or picked: projects, models and data, told apart by name and content. */
export async function openFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    try {
      openText(file.name, await readText(file));
      notify(`${file.name} is open.`);
    } catch (error) {
      const failure = failureOf(file, error);
      store.update({ failure });
      notify(failure.message);
    }
  }
}

/** What is wrong with a file, by its name. */
function failureOf({ name }: File, error: unknown): Failure {
  const failure = toFailure(error);
  return { ...failure, message: `${name}: ${failure.message}` };
}

/** @throws DataError where a file holds no text, or cannot be read at all. */
async function readText(file: File): Promise<DecodedText> {
  const bytes = await file.arrayBuffer().catch((error: Error) => {
    throw new DataError(
      `it cannot be read (${error.message})`,
      "A folder is no file, and a file may be too large for a page.",
    );
  });
  const decoded = decodeText(new Uint8Array(bytes));
  if (!decoded) throw new DataError("this is not a text file", EXPORT_ADVICE);
  return decoded;
}

function openText(name: string, { text, encoding }: DecodedText): void {
  const project = readProject(text);
  if (project) openProject(project);
  else if (MODEL_NAME.test(name) || isJsonModel(text)) setModel(text);
  else setData({ name, text, ...(encoding !== "utf-8" && { encoding }) });
}

function openProject({ inputs, results }: Project): void {
  setInputs(inputs);
  if (results) showResults(results);
}

export function saveProject(): void {
  download("analysis.semnan.json", projectText(store.state), "application/json");
}

/** Puts a link to model and settings into the clipboard and the address bar. */
export async function shareLink(): Promise<void> {
  const url = new URL(location.href);
  url.hash = await toFragment(store.state);
  history.replaceState(undefined, "", url);
  const copied = await navigator.clipboard?.writeText(url.href).then(
    () => true,
    () => false,
  );
  notify(
    copied ? "Link copied. It holds model and settings, not the data." : "The link is in the address bar.",
  );
}
