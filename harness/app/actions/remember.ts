import type { BootstrapState, FinishedFit } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import {
  loadReplicates,
  loadResults,
  saveData,
  saveDraft,
  saveReplicates,
  saveResults,
} from "../state/drafts.ts";
import { withoutLink } from "../state/link.ts";
import { packResults, unpackResults, type Results } from "../state/storedResults.ts";
import { isSameView, viewOf } from "../state/viewState.ts";
import { debounce } from "./later.ts";
import { computeShifts } from "./whatIf.ts";

const TYPING_PAUSE = 300;
/** Storing copies what it stores, which may take a while, so it has a task of its own. */
const AT_ONCE = 0;

const saveDraftSoon = debounce(() => saveDraft(store.state), TYPING_PAUSE);
const saveResultsSoon = debounce(() => void saveResults(packResults(store.state)), AT_ONCE);
const saveReplicatesSoon = debounce(() => void saveReplicates(store.state.bootstrap), AT_ONCE);

/** Whether the results that come are those that are stored already. */
let isRestoring = false;

/** From now on stores what the user brings and what is computed from it, so that a reload loses nothing. */
export function rememberChanges(): void {
  store.subscribe((state, previous) => {
    const { finished, kept, identification, bootstrap } = state;
    const isSameDraft = state.model === previous.model && state.settings === previous.settings;
    // Reloading a link undoes every change since; one that no longer tells what is here has to go.
    if (!isSameDraft && location.hash !== "") history.replaceState(undefined, "", withoutLink(location.href));
    if (!isSameDraft || !isSameView(viewOf(state), viewOf(previous))) saveDraftSoon();
    if (state.data !== previous.data) void saveData(state.data);
    if (isRestoring) return;
    const isAnswered = identification !== previous.identification && !identification?.isRunning;
    if (finished !== previous.finished || kept !== previous.kept || isAnswered) saveResultsSoon();
    if (bootstrap.values !== previous.bootstrap.values) saveReplicatesSoon();
  });
  // A page that is hidden may never come back, so nothing waits for a timer then.
  addEventListener("pagehide", () => saveDraft(store.state));
}

/** Brings back the results of the last visit, after its inputs. */
export async function restoreResults(): Promise<void> {
  const [stored, replicates] = await Promise.all([loadResults(), loadReplicates()]);
  const results = unpackResults(stored, store.state);
  // Whoever has fitted by now wants to see that.
  if (!results || store.state.finished) return;
  isRestoring = true;
  showResults(results, replicates);
  isRestoring = false;
}

type Replicates = Pick<BootstrapState, "of" | "values">;

/** Puts stored results on the page, with the replicates that belong to them where there are any. */
export function showResults(results: Results, replicates?: Replicates): void {
  const { finished } = results;
  const values = belongTo(finished, replicates) ? replicates?.values : undefined;
  store.update(({ bootstrap }) => ({
    ...results,
    bootstrap: { ...bootstrap, of: finished?.result, values },
  }));
  computeShifts();
}

/** A run is known by its summary, the seconds that it took among it. */
function belongTo(finished: FinishedFit | undefined, replicates: Replicates | undefined): boolean {
  const [mine, theirs] = [finished?.result.bootstrap, replicates?.of?.bootstrap];
  const isComplete = replicates?.values?.length === finished?.result.parameters.length;
  return mine !== undefined && isComplete && JSON.stringify(mine) === JSON.stringify(theirs);
}
