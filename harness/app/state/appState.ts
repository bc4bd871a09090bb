import type { BootstrapSettings } from "../../../src/embed/bootstrapTask.ts";
import type { GpuReport } from "../../../src/embed/gpuHost.ts";
import type { Failure } from "../../../src/embed/rpc/protocol.ts";
import type { StartsProgress } from "../../../src/embed/startsTask.ts";
import type { EstimateProgress } from "../../../src/fit/estimate.ts";
import type { ReplicateProgress } from "../../../src/fit/bootstrap/replicates.ts";
import type { Point } from "../../../src/presentation/diagram/geometry.ts";
import type { DiagramValues } from "../../../src/presentation/diagram/modelDiagram.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import type { DataCheck } from "../worker/describeData.ts";
import type { ModelCheck } from "../worker/checkModel.ts";
import type { Identification } from "../worker/identifyModel.ts";
import type { VariableShift } from "../worker/whatIf.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";
import { Store } from "./store.ts";

/** How a diagram is laid out: along a page, or down a phone. */
export type Orientation = "lying" | "upright";

/** Where the user has dragged nodes to, by name; a place in one layout would scatter the nodes of the other. */
export type Moved = Readonly<Record<Orientation, ReadonlyMap<string, Point>>>;

export const NOTHING_MOVED: Moved = { lying: new Map(), upright: new Map() };

/** What the user brings. Whatever happens to the page, this comes back. */
export interface Inputs {
  readonly model: string;
  readonly settings: Settings;
  readonly data: DataText | undefined;
}

export interface DataText {
  readonly name: string;
  readonly text: string;
  /** Of the file; absent for UTF-8, and for what never was a file. */
  readonly encoding?: string;
}

export type DataTab = "table" | "variables" | "correlations";

/** A fit under way. */
export interface FitRun {
  readonly began: number;
  readonly history: readonly EstimateProgress[];
  /** What happened on the way, as the loss of a device. */
  readonly notes: readonly string[];
}

/** A finished fit, and the inputs that it belongs to. */
export interface FinishedFit {
  readonly inputs: Inputs;
  readonly result: FitResult;
  readonly history: readonly EstimateProgress[];
  readonly notes: readonly string[];
}

/** What is known about the identifiability of the model on the page. */
export interface IdentificationState {
  /** The model text that it belongs to. */
  readonly model: string;
  readonly settings: Settings;
  readonly isRunning: boolean;
  readonly answer: Identification | undefined;
  readonly failure: Failure | undefined;
}

/** Variables that are set from outside, in standard deviations, and what that does. */
export interface WhatIfState {
  readonly settings: readonly { readonly variable: string; readonly deviations: number }[];
  readonly shifts: readonly VariableShift[];
  readonly failure: Failure | undefined;
}

/** A bootstrap, as asked for and as far as it is. */
export interface BootstrapState {
  readonly settings: BootstrapSettings;
  readonly isRunning: boolean;
  readonly progress: ReplicateProgress | undefined;
  /** By row of the result, over the replicates. */
  readonly values: readonly Float64Array[] | undefined;
  /** The result that the replicates belong to. */
  readonly of: FitResult | undefined;
  /** The row whose histogram is shown; −1 for the first that has one. */
  readonly row: number;
  readonly failure: Failure | undefined;
}

/** A search from random starts, as asked for and as far as it is. */
export interface StartsState {
  readonly starts: number;
  readonly isRunning: boolean;
  readonly progress: (StartsProgress & { readonly secondsLeft: number }) | undefined;
  readonly failure: Failure | undefined;
}

/** A fit that was put aside to compare others with. */
export interface KeptFit extends FinishedFit {
  readonly name: string;
}

export interface AppState extends Inputs {
  readonly modelCheck: ModelCheck | undefined;
  readonly dataCheck: DataCheck | undefined;
  readonly dataTab: DataTab;
  readonly gpu: GpuReport | undefined;
  readonly run: FitRun | undefined;
  readonly finished: FinishedFit | undefined;
  readonly failure: Failure | undefined;
  readonly resultTab: string;
  readonly identification: IdentificationState | undefined;
  /** Whether the diagram colours edges by their identifiability. */
  readonly coloursEdges: boolean;
  readonly whatIf: WhatIfState;
  readonly bootstrap: BootstrapState;
  readonly starts: StartsState;
  readonly kept: readonly KeptFit[];
  /** How the diagram on the page lies. */
  readonly orientation: Orientation;
  readonly moved: Moved;
  readonly values: DiagramValues;
  /** The group whose diagram is shown, 1-based. */
  readonly shownGroup: number;
  readonly theme: "system" | "light" | "dark";
  /** A short message for eyes and screen readers, as "Link copied". */
  readonly notice: string;
}

const NO_BOOTSTRAP: BootstrapState = {
  settings: { replicates: 1000, kind: "case", interval: "percentile", seed: 1 },
  isRunning: false,
  progress: undefined,
  values: undefined,
  of: undefined,
  row: -1,
  failure: undefined,
};

export type AppStore = Store<AppState>;

export function createAppStore(inputs: Partial<Inputs>): AppStore {
  return new Store<AppState>({
    model: "",
    settings: DEFAULT_SETTINGS,
    data: undefined,
    ...inputs,
    modelCheck: undefined,
    dataCheck: undefined,
    dataTab: "table",
    gpu: undefined,
    run: undefined,
    finished: undefined,
    failure: undefined,
    resultTab: "summary",
    identification: undefined,
    coloursEdges: false,
    whatIf: { settings: [], shifts: [], failure: undefined },
    bootstrap: NO_BOOTSTRAP,
    starts: { starts: 200, isRunning: false, progress: undefined, failure: undefined },
    kept: [],
    orientation: "lying",
    moved: NOTHING_MOVED,
    values: "estimates",
    shownGroup: 1,
    theme: "system",
    notice: "",
  });
}

/** Whether a finished fit still belongs to what is on the page. */
export function isCurrent(state: AppState): boolean {
  const inputs = state.finished?.inputs;
  return inputs?.model === state.model && inputs.data === state.data && inputs.settings === state.settings;
}

/** The identification, where it belongs to the model on the page. */
export function currentIdentification(state: AppState): IdentificationState | undefined {
  const { identification, model, settings } = state;
  return identification?.model === model && identification.settings === settings ? identification : undefined;
}
