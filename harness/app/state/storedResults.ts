import { version } from "../../../package.json";
import type { EstimateProgress } from "../../../src/fit/estimate.ts";
import type { FitResult, ParameterEstimate } from "../../../src/statistics/result.ts";
import type { Identification } from "../worker/identifyModel.ts";
import type { AppState, DataText, FinishedFit, Inputs } from "./appState.ts";
import { readSettings, type Settings } from "./settings.ts";

/** A finished fit whose data stand in a list that several fits share. */
interface StoredFit {
  readonly model: string;
  readonly settings: Settings;
  /** Its place in the list. */
  readonly data: number;
  readonly result: FitResult;
  readonly history: readonly EstimateProgress[];
  readonly notes: readonly string[];
  /** Of a fit that was put aside. */
  readonly name?: string;
}

/** What was computed from the inputs, to be there again after a reload or in a project file. */
export interface StoredResults {
  /** Of the package: results of another version may have another form, and can be computed again. */
  readonly version: string;
  /** `null` for the data that are stored beside these results. */
  readonly datasets: readonly (DataText | null)[];
  readonly finished: StoredFit | null;
  readonly kept: readonly StoredFit[];
  readonly identification: {
    readonly model: string;
    readonly settings: Settings;
    readonly answer: Identification;
  } | null;
}

/** The part of the state that results make up. */
export type Results = Pick<AppState, "finished" | "kept" | "identification">;

/** The results of a page as plain data. `beside` is the data set that is stored anyway and need not be here again. */
export function packResults({ finished, kept, identification }: Results, beside?: DataText): StoredResults {
  const datasets: (DataText | null)[] = [];
  const place = (data: DataText): number => {
    const stored = data === beside ? null : data;
    const known = datasets.indexOf(stored);
    return known < 0 ? datasets.push(stored) - 1 : known;
  };
  const pack = ({ inputs: { model, settings, data }, result, history, notes }: FinishedFit): StoredFit => ({
    model,
    settings,
    data: place(data!),
    result,
    history,
    notes,
  });
  const { model, settings, answer } = identification ?? {};
  return {
    version,
    finished: finished ? pack(finished) : null,
    kept: kept.map((fit) => ({ ...pack(fit), name: fit.name })),
    identification: answer ? { model: model!, settings: settings!, answer } : null,
    datasets,
  };
}

/**
 * Stored results for a page with these inputs, or `undefined` where what is stored is of another version or none of ours.
 * A fit of the same inputs gets the page's own objects, by which the page knows that it is current.
 */
export function unpackResults(stored: unknown, inputs: Inputs): Results | undefined {
  if (!isStored(stored)) return undefined;
  const datasets = stored.datasets.map((data) => sharedData(data, inputs.data));
  const unpack = ({ model, settings, data, result, history, notes }: StoredFit): FinishedFit => ({
    inputs: { model, settings: sharedSettings(settings, inputs.settings), data: datasets[data] },
    result,
    history,
    notes,
  });
  const { finished, kept, identification } = stored;
  return {
    finished: finished ? unpack(finished) : undefined,
    kept: kept.map((fit) => Object.assign(unpack(fit), { name: String(fit.name) })),
    identification: identification
      ? {
          ...identification,
          settings: sharedSettings(identification.settings, inputs.settings),
          isRunning: false,
          failure: undefined,
        }
      : undefined,
  };
}

function sharedData(stored: DataText | null, ofPage: DataText | undefined): DataText | undefined {
  const isSame = stored === null || (stored.name === ofPage?.name && stored.text === ofPage.text);
  return isSame ? ofPage : stored;
}

function sharedSettings(stored: Settings, ofPage: Settings): Settings {
  const settings = readSettings(stored);
  return JSON.stringify(settings) === JSON.stringify(ofPage) ? ofPage : settings;
}

/** Whether this is what `packResults` of the same version makes, as far as the views rely on it. */
function isStored(value: unknown): value is StoredResults {
  const { version: made, datasets, finished, kept, identification } = (value ?? {}) as Partial<StoredResults>;
  if (made !== version || !Array.isArray(datasets) || !Array.isArray(kept)) return false;
  const isAnswered = [identification?.answer?.rows, identification?.answer?.effects].every(Array.isArray);
  const fits: unknown[] = finished ? [finished, ...kept] : kept;
  return (!identification || isAnswered) && fits.every((fit) => isFit(fit, datasets.length));
}

function isFit(value: unknown, datasets: number): boolean {
  const { model, data, result, history, notes } = (value ?? {}) as Partial<StoredFit>;
  const isPlaced = Number.isInteger(data) && data! >= 0 && data! < datasets;
  return typeof model === "string" && isPlaced && [history, notes].every(Array.isArray) && isResult(result);
}

function isResult(value: unknown): boolean {
  const result = (value ?? {}) as Partial<FitResult>;
  const { parameters, fitMeasures, discrepancy, iterations, backend, phases } = result;
  const objects: unknown[] = [fitMeasures, discrepancy, iterations, backend, phases];
  return (
    [parameters, result.warnings, result.impliedCovariance].every(Array.isArray) &&
    objects.every((each) => typeof each === "object" && each !== null) &&
    parameters!.every((row: unknown) => isParameter(row))
  );
}

function isParameter(value: unknown): boolean {
  const { lhs, op, rhs, estimate } = (value ?? {}) as Partial<ParameterEstimate>;
  return [lhs, op, rhs].every((each) => typeof each === "string") && typeof estimate === "number";
}
