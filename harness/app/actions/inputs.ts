import { LANDSCAPE, PORTRAIT } from "../../../src/presentation/diagram/layoutCost.ts";
import { NOTHING_MOVED, type DataText, type Inputs } from "../state/appState.ts";
import { modelSettings, type Settings } from "../state/settings.ts";
import { store } from "../state/appStore.ts";
import { assistant } from "../worker/clients.ts";
import { debounce, latest } from "./later.ts";

/** Fast enough to feel immediate, slow enough not to underline half a word. */
const TYPING_PAUSE = 120;

/** Where diagrams are drawn from top to bottom; the style sheet's word for it is the same. */
const phone = matchMedia("(max-width: 640px)");

const checkModel = latest(async () => {
  const { model, settings, dataCheck, shownGroup } = store.state;
  const groups = dataCheck?.status === "ok" ? dataCheck.description.groups : [""];
  const orientation = phone.matches ? "upright" : "lying";
  const aspect = orientation === "upright" ? PORTRAIT : LANDSCAPE;
  const input = { text: model, settings: modelSettings(settings), groups, shown: shownGroup, aspect };
  const modelCheck = await assistant.call("checkModel", input).catch(() => undefined);
  if (store.state.model !== model) return;
  // While a model cannot be read its last diagram stays, as it lies.
  store.update({ modelCheck, ...(modelCheck?.status === "ok" && { orientation }) });
});

const checkData = latest(async () => {
  const { data, settings } = store.state;
  if (!data) {
    store.update({ dataCheck: undefined });
    return;
  }
  const input = { text: data.text, group: settings.group };
  const dataCheck = await assistant.call("describeData", input).catch(() => undefined);
  if (store.state.data === data) store.update({ dataCheck });
  // The groups of the data decide how a model is read.
  checkModel();
});

const checkModelSoon = debounce(checkModel, TYPING_PAUSE);

export function setModel(model: string): void {
  if (model === store.state.model) return;
  store.update({ model, failure: undefined });
  checkModelSoon();
}

/** Chooses the group whose diagram is shown, 1-based. */
export function showGroup(shownGroup: number): void {
  store.update({ shownGroup });
  checkModel();
}

export function setSettings(change: Partial<Settings>): void {
  store.update(({ settings }) => ({ settings: { ...settings, ...change }, failure: undefined }));
  if ("group" in change) checkData();
  else checkModel();
}

export function setData(data: DataText | undefined): void {
  store.update({ data, dataCheck: undefined, failure: undefined });
  checkData();
}

/** Replaces everything that the user brings, as an example or a project does. */
export function setInputs(inputs: Inputs): void {
  store.update({ ...inputs, moved: NOTHING_MOVED, failure: undefined, dataCheck: undefined });
  checkModel();
  checkData();
}

/** Reads what is on the page for the first time. */
export function checkInputs(): void {
  checkModel();
  checkData();
}

phone.addEventListener("change", checkModel);
