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
    const text = await file.text();
    const project = readProject(text);
    if (project) openProject(project);
    else if (MODEL_NAME.test(file.name) || isJsonModel(text)) setModel(text);
    else setData({ name: file.name, text });
    notify(`${file.name} is open.`);
  }
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
