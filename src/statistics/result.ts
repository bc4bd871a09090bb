import type { DiscrepancyName } from "../engine/engine.ts";
import type { Operator } from "../model/model.ts";

/** One row of the parameter table, estimated. NaN stands for "does not apply" and becomes null in JSON. */
export interface ParameterEstimate {
  readonly lhs: string;
  readonly op: Operator;
  readonly rhs: string;
  /** 1-based; 0 for defined parameters and constraints. Only shown where there are several groups. */
  readonly group: number;
  readonly label: string;
  readonly free: boolean;
  readonly estimate: number;
  readonly standardError: number;
  readonly z: number;
  readonly pValue: number;
  readonly ciLower: number;
  readonly ciUpper: number;
  /** lavaan's std.all: latent and observed variables scaled to unit variance. */
  readonly standardized: number;
  /** lavaan's std.lv: latent variables scaled to unit variance. */
  readonly standardizedLatent: number;
  /** lavaan's std.nox: all but observed covariates scaled to unit variance. */
  readonly standardizedAllButCovariates?: number;
  /** Delta-method standard errors of `standardized` and `standardizedLatent`. */
  readonly standardizedStandardError?: number;
  readonly standardizedLatentStandardError?: number;
  readonly bootstrapStandardError?: number;
  readonly bootstrapCiLower?: number;
  readonly bootstrapCiUpper?: number;
  /** Mean of the replicates less the estimate. */
  readonly bootstrapBias?: number;
}

/** A symmetric matrix by the names of its variables. */
export interface NamedMatrix {
  readonly names: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}

/** One number per name. */
export interface NamedValues {
  readonly names: readonly string[];
  readonly values: readonly number[];
}

/** One parameter that the model fixes and what freeing it would do; `sepc…` are lavaan's sepc.lv, sepc.all, sepc.nox. */
export interface ModificationIndex {
  readonly lhs: string;
  readonly op: Operator;
  readonly rhs: string;
  /** 1-based. */
  readonly group: number;
  readonly mi: number;
  readonly epc: number;
  readonly sepcLatent: number;
  readonly sepcAll: number;
  readonly sepcAllButCovariates: number;
}

/** Residuals of one kind: of the covariances, and of the means where they are modelled. */
export interface MomentResiduals {
  readonly covariance: readonly (readonly number[])[];
  readonly mean?: readonly number[];
}

/** The residuals of one group; `normalized` and `standardized` are z values. */
export interface GroupResiduals {
  readonly names: readonly string[];
  readonly raw: MomentResiduals;
  readonly correlation: MomentResiduals;
  readonly normalized: MomentResiduals;
  readonly standardized: MomentResiduals;
}

/** Seconds spent by phase; a phase that did not run is absent. */
export interface PhaseSeconds {
  /** Before the fit, and not part of its `seconds`. */
  readonly browserStart?: number;
  readonly compile?: number;
  readonly iterations?: number;
  readonly polish?: number;
  readonly statistics?: number;
}

/** What was run and why, so that nobody has to guess where a number came from. */
export interface BackendReport {
  readonly kind: "cpu" | "webgpu";
  readonly adapter: string;
  readonly method: string;
  /** One sentence: why this backend and method were chosen. */
  readonly reason: string;
  /** Most bytes of GPU buffers held at one time; absent on the CPU. */
  readonly gpuBytes?: number;
}

/** What a bootstrap adds to a result, beside the bootstrap fields of its parameters. Nothing is dropped silently. */
export interface BootstrapSummary {
  readonly kind: "case" | "bollenStine" | "parametric";
  /** Replicates that were run; fewer than asked for where the run was cancelled or is a shard. */
  readonly replicates: number;
  readonly converged: number;
  readonly notConverged: number;
  /** Replicates whose sample covariance matrix is singular. */
  readonly notPositiveDefinite: number;
  /** Converged replicates with a negative variance or a correlation beyond ±1; they count in all statistics. */
  readonly inadmissible: number;
  /** Numbers of the replicates that did not converge, and of the inadmissible ones. */
  readonly failedReplicates: readonly number[];
  readonly inadmissibleReplicates: readonly number[];
  readonly seed: number;
  readonly interval: "percentile" | "basic" | "normal" | "biasCorrected" | "bca";
  readonly level: number;
  /** Bollen and Stine's p-value of χ²; only of that kind. */
  readonly pValue?: number;
  /** Standardised solution (std.all), one per row of `parameters`; where asked for. */
  readonly standardized?: readonly BootstrapStatistics[];
  readonly seconds: number;
  readonly compileSeconds: number;
  /** What ran the replicates, and why. */
  readonly backend: {
    readonly kind: "cpu" | "webgpu";
    readonly description: string;
    readonly reason: string;
  };
}

/** What many random starts tell about the minima of F. */
export interface StartsSummary {
  readonly tried: number;
  readonly converged: number;
  /** Converged starts that had to be drawn anew, closer to the computed start. */
  readonly retried: number;
  /** Distinct minima, best first, with the number of starts that led there. */
  readonly optima: readonly { readonly value: number; readonly count: number }[];
  readonly seconds: number;
}

/** Statistics of one quantity over the replicates. */
export interface BootstrapStatistics {
  readonly bias: number;
  readonly standardError: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

/** The result of `fit`, and what `semnan fit --format json` prints. */
export interface FitResult {
  readonly converged: boolean;
  readonly identified: boolean;
  /** Names of the parameters that take part in what is not identified; absent where everything is. */
  readonly unidentified?: readonly string[];
  readonly discrepancy: { readonly name: DiscrepancyName | string; readonly value: number };
  readonly logLikelihood: number;
  readonly observations: number;
  readonly groups?: readonly string[];
  readonly parameters: readonly ParameterEstimate[];
  readonly fitMeasures: Readonly<Record<string, number>>;
  /** One per group; R² of every variable that something in the model explains. */
  readonly rSquared?: readonly NamedValues[];
  /** lavaan's `modindices`, in its order; only where asked for. */
  readonly modificationIndices?: readonly ModificationIndex[];
  /** One per group; only where asked for. */
  readonly residuals?: readonly GroupResiduals[];
  /** Scores of the latent variables for the cases of each group; only where asked for. */
  readonly factorScores?: readonly NamedMatrix[];
  /** One per group. */
  readonly impliedCovariance: readonly NamedMatrix[];
  readonly impliedMean?: readonly { readonly names: readonly string[]; readonly mean: readonly number[] }[];
  readonly iterations: { readonly engine: number; readonly polish: number };
  /** max_j |∂F/∂θ_j| at the result, in the problem scaled to unit variances, float64. */
  readonly gradientNorm: number;
  readonly bootstrap?: BootstrapSummary;
  readonly starts?: StartsSummary;
  readonly backend: BackendReport;
  readonly seconds: number;
  readonly phases: PhaseSeconds;
  readonly warnings: readonly string[];
}
