import type { ModelSettings, FitSettings, Analysis } from "../../../src/embed/analysis.ts";
import type { DataSetOptions } from "../../../src/data/dataSet.ts";
import type { GroupEqual, ModelKind } from "../../../src/model/parseModel.ts";
import type { Estimator } from "../../../src/statistics/settings.ts";

/** Everything that the user can choose besides the model and the data. Plain data: it goes into links and files. */
export interface Settings {
  readonly as: ModelKind;
  readonly stdLv: boolean;
  readonly orthogonal: boolean;
  readonly meanStructure: "auto" | "yes" | "no";
  readonly fixedX: boolean;
  readonly estimator: Estimator;
  readonly missing: "listwise" | "fiml";
  /** "" for one group. */
  readonly group: string;
  readonly groupEqual: readonly GroupEqual[];
  /** Observations behind a covariance matrix, as typed; "" where the file says it. */
  readonly n: string;
  readonly backend: "auto" | "cpu" | "webgpu";
  readonly seed: number;
}

export const DEFAULT_SETTINGS: Settings = {
  as: "sem",
  stdLv: false,
  orthogonal: false,
  meanStructure: "auto",
  fixedX: true,
  estimator: "ML",
  missing: "listwise",
  group: "",
  groupEqual: [],
  n: "",
  backend: "auto",
  seed: 1,
};

export function modelSettings(settings: Settings): ModelSettings {
  const { as, stdLv, orthogonal, meanStructure, fixedX, group, groupEqual } = settings;
  return {
    as,
    stdLv,
    orthogonal,
    fixedX,
    ...(meanStructure !== "auto" && { meanStructure: meanStructure === "yes" }),
    ...(group !== "" && groupEqual.length > 0 && { groupEqual }),
  };
}

export function dataSettings({ group, n }: Settings): DataSetOptions {
  const count = Number(n);
  return {
    ...(group !== "" && { group }),
    ...(n.trim() !== "" && Number.isFinite(count) && { n: count }),
  };
}

/** The whole analysis, with everything that the result panels show. */
export function analysisOf(model: string, data: string, settings: Settings): Analysis {
  const { estimator, missing, backend, seed } = settings;
  const fitSettings: FitSettings = {
    estimator,
    missing,
    backend,
    seed,
    residuals: true,
    modificationIndices: true,
  };
  return {
    model,
    data,
    modelSettings: modelSettings(settings),
    dataSettings: dataSettings(settings),
    fitSettings,
  };
}

/** Settings from a link or a file: what is unknown or of the wrong type is left at its default. */
export function readSettings(stated: unknown): Settings {
  if (typeof stated !== "object" || stated === null) return DEFAULT_SETTINGS;
  const known = Object.entries(DEFAULT_SETTINGS).map(([key, standard]: [string, unknown]) => {
    const value = (stated as Record<string, unknown>)[key];
    const isSame = typeof value === typeof standard && Array.isArray(value) === Array.isArray(standard);
    return [key, isSame ? value : standard];
  });
  return Object.fromEntries(known) as Settings;
}
