import { OptionError } from "../errors.ts";

/** lavaan's estimators for continuous data. */
export type Estimator = "ML" | "MLM" | "MLMV" | "MLMVS" | "MLR" | "MLF" | "GLS" | "WLS" | "DWLS" | "ULS";

export type Information = "expected" | "observed" | "first.order";
export type StandardErrors = "standard" | "robust.sem" | "robust.huber.white" | "none";
export type ScaledTest =
  "standard" | "satorra.bentler" | "scaled.shifted" | "mean.var.adjusted" | "yuan.bentler.mplus";

/** Options that decide how a model is estimated and tested; names and values are lavaan's. */
export interface EstimatorOptions {
  /** "ML" unless said. */
  readonly estimator?: Estimator | undefined;
  readonly information?: Information | undefined;
  readonly se?: StandardErrors | undefined;
  readonly test?: ScaledTest | undefined;
  /** "normal" (divisor n, the default) or "wishart" (divisor n − 1); maximum likelihood only. */
  readonly likelihood?: "normal" | "wishart" | undefined;
  /** "listwise" deletion (the default) or full-information maximum likelihood over missingness patterns. */
  readonly missing?: "listwise" | "fiml" | undefined;
}

/** The options with every default filled in. */
export interface Settings {
  readonly estimator: Estimator;
  readonly family: "likelihood" | "GLS" | "WLS" | "DWLS" | "ULS";
  readonly information: Information;
  readonly se: StandardErrors;
  readonly test: ScaledTest;
  readonly likelihood: "normal" | "wishart";
  readonly missing: "listwise" | "fiml";
  /** What is taken off each group's n in the divisor of S and in multipliers: 1 for Wishart and least squares, else 0. */
  readonly lost: 0 | 1;
}

const DEFAULTS: Readonly<
  Record<Estimator, Pick<Settings, "family" | "se" | "test"> & { information: Information }>
> = {
  ML: { family: "likelihood", information: "expected", se: "standard", test: "standard" },
  MLM: { family: "likelihood", information: "expected", se: "robust.sem", test: "satorra.bentler" },
  MLMV: { family: "likelihood", information: "expected", se: "robust.sem", test: "scaled.shifted" },
  MLMVS: { family: "likelihood", information: "expected", se: "robust.sem", test: "mean.var.adjusted" },
  MLR: {
    family: "likelihood",
    information: "observed",
    se: "robust.huber.white",
    test: "yuan.bentler.mplus",
  },
  MLF: { family: "likelihood", information: "first.order", se: "standard", test: "standard" },
  GLS: { family: "GLS", information: "expected", se: "standard", test: "standard" },
  WLS: { family: "WLS", information: "expected", se: "standard", test: "standard" },
  DWLS: { family: "DWLS", information: "expected", se: "standard", test: "standard" },
  ULS: { family: "ULS", information: "expected", se: "standard", test: "standard" },
};

/**
 * Fills in the defaults; cases with weights make MLR the estimator, as lavaan does.
 * Throws OptionError for values that are not known and for combinations that make no sense.
 */
export function resolveSettings(options: EstimatorOptions, isWeighted = false): Settings {
  const estimator = options.estimator ?? (isWeighted ? "MLR" : "ML");
  if (isWeighted && estimator !== "MLR") {
    throw new OptionError(
      `Case weights need the estimator MLR, not ${estimator}.`,
      "Leave the estimator out: with weights it is MLR.",
    );
  }
  const defaults = DEFAULTS[estimator] as (typeof DEFAULTS)[Estimator] | undefined;
  if (!defaults) {
    throw new OptionError(
      `The estimator "${estimator}" is not known.`,
      `Use ${Object.keys(DEFAULTS).join(", ")}.`,
    );
  }
  const { family } = defaults;
  const missing = options.missing ?? "listwise";
  const isLikelihood = family === "likelihood";
  if (missing === "fiml" && (!isLikelihood || options.likelihood === "wishart")) {
    throw new OptionError(
      'missing = "fiml" needs normal-theory maximum likelihood.',
      "Use estimator ML or MLR, or listwise deletion.",
    );
  }
  if (missing === "fiml" && (defaults.se === "robust.sem" || options.se === "robust.sem")) {
    throw new OptionError(
      `The estimator ${estimator} needs complete data.`,
      'Use MLR with missing = "fiml".',
    );
  }
  if (!isLikelihood && (options.information ?? "expected") !== "expected") {
    throw new OptionError(
      `The estimator ${estimator} has expected information only.`,
      "Leave `information` out.",
    );
  }
  const lost = !isLikelihood || options.likelihood === "wishart" ? 1 : 0;
  const isObserved = (missing === "fiml" && estimator === "ML") || options.se === "robust.huber.white";
  const information = isObserved ? "observed" : defaults.information;
  return {
    estimator,
    family,
    information: options.information ?? information,
    se: options.se ?? defaults.se,
    test: options.test ?? defaults.test,
    likelihood: options.likelihood ?? "normal",
    missing,
    lost,
  };
}
