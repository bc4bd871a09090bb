import { InvalidArgumentError, Option } from "commander";

const DISCREPANCIES = [
  "maximumLikelihood",
  "reverseKullbackLeibler",
  "bhattacharyya",
  "squaredHellinger",
  "generalizedLeastSquares",
  "unweightedLeastSquares",
];

/** How a result leaves the command. */
export function outputOptions(): Option[] {
  return [
    new Option("--format <format>", "how to write the result")
      .choices(["table", "json", "csv"])
      .default("table"),
    new Option("--out <file>", "write the result to a file instead of standard output"),
    new Option("--digits <count>", "decimals in the table (3)").argParser(wholeNumber(0)),
    new Option("--diagram <file.svg>", "draw the fitted path diagram"),
    attribute(new Option("--modindices", "add modification indices"), "modificationIndices"),
    new Option("--residuals", "add residual correlations and, in JSON, residuals of other kinds"),
    choice("--factor-scores <how>", "add factor scores to the JSON", ["regression", "bartlett"]),
    new Option("--level <share>", "confidence level of the intervals (0.95)").argParser(share),
  ];
}

/** Where and how one fit is computed. */
export function engineOptions(): Option[] {
  return [
    new Option("--backend <kind>", "where to compute; auto takes what answers sooner")
      .choices(["auto", "webgpu", "cpu"])
      .default("auto"),
    new Option("--method <name>", "how the gradient is computed").choices([
      "auto",
      "covariance",
      "accumulation",
      "district",
    ]),
    new Option("--discrepancy <name>", "what to minimise (maximumLikelihood)").choices(DISCREPANCIES),
    new Option("--seed <number>", "seed of everything random (1)").argParser(wholeNumber(0)),
    new Option("--max-iterations <count>", "give up after so many iterations").argParser(wholeNumber(1)),
    browserOption(),
  ];
}

/** How a model text in lavaan's syntax is read. */
export function readingOptions(): Option[] {
  return [
    new Option("--as <function>", "whose defaults the model gets (sem)").choices([
      "cfa",
      "sem",
      "growth",
      "lavaan",
    ]),
    ...both("std-lv", "fix variances of latent variables at 1 instead of their first loadings"),
    ...both("orthogonal", "fix covariances of latent variables at 0"),
    ...both("meanstructure", "model the means").map((option) => attribute(option, "meanStructure")),
    ...both("fixed-x", "take the moments of observed covariates from the sample (true)"),
  ];
}

/** What the model and its data are. */
export function modelOptions(): Option[] {
  return [
    ...readingOptions(),
    new Option("--n <count>", "observations behind a covariance matrix").argParser(wholeNumber(2)),
    ...both("sample-cov-rescale", "multiply a covariance matrix by (n - 1)/n (true)"),
    new Option("--group <column>", "column that tells the groups apart"),
    new Option("--group-equal <list>", "what is equal across groups, as in loadings,intercepts").argParser(
      list,
    ),
    new Option("--group-partial <list>", "rows that stay free under --group-equal, as in f=~x2").argParser(
      list,
    ),
  ];
}

/** How the model is estimated and tested. */
export function estimatorOptions(): Option[] {
  return [
    choice("--estimator <name>", "estimator (ML)", [
      "ML",
      "MLM",
      "MLMV",
      "MLMVS",
      "MLR",
      "MLF",
      "GLS",
      "WLS",
      "DWLS",
      "ULS",
    ]),
    choice("--information <kind>", "information behind the standard errors", [
      "expected",
      "observed",
      "first.order",
    ]),
    choice("--se <kind>", "standard errors", ["standard", "robust.sem", "robust.huber.white", "none"]),
    choice("--test <kind>", "test statistic", [
      "standard",
      "satorra.bentler",
      "scaled.shifted",
      "mean.var.adjusted",
      "yuan.bentler.mplus",
    ]),
    choice("--likelihood <kind>", "divisor of the sample covariance, n or n - 1 (normal)", [
      "normal",
      "wishart",
    ]),
    choice("--missing <how>", "what becomes of incomplete rows (listwise)", ["listwise", "fiml"]),
    choice("--bounds <which>", "keep variances from becoming negative", [
      "none",
      "pos.var",
      "pos.ov.var",
      "pos.lv.var",
    ]),
    attribute(
      new Option("--sampling-weights <column>", "column that holds the weights of the cases"),
      "weights",
    ),
  ];
}

export function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices);
}

/** A switch and its opposite. */
export function both(name: string, description: string): Option[] {
  return [new Option(`--${name}`, description), new Option(`--no-${name}`).hideHelp()];
}

export function attribute(option: Option, name: string): Option {
  option.attributeName = () => name;
  return option;
}

export function browserOption(): Option {
  return new Option("--browser <path>", "a Chrome to use, or npm for the one that npm brings").env(
    "SEMNAN_BROWSER",
  );
}

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
    }
    return value;
  };
}

export function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("It must be between 0 and 1, as 0.95.");
}

export function list(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
