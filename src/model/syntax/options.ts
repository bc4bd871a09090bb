import { OptionError, UnsupportedError } from "../../errors.ts";
import { didYouMean } from "./suggest.ts";

/** Whose defaults the model gets; lavaan's functions of these names. */
export type ModelKind = "cfa" | "sem" | "growth" | "lavaan";

/** What can be set equal across groups; lavaan's `group.equal`. */
export type GroupEqual =
  | "loadings"
  | "intercepts"
  | "means"
  | "regressions"
  | "residuals"
  | "residual.covariances"
  | "lv.variances"
  | "lv.covariances";

/** Options of lavaan syntax, with lavaan's meaning. */
export interface SyntaxOptions {
  /** "sem" unless said. */
  readonly as?: ModelKind;
  /** Fix the variances of latent variables at 1 instead of their first loadings. */
  readonly stdLv?: boolean;
  /** Fix the covariances of latent variables at 0. */
  readonly orthogonal?: boolean;
  /** Model the means. By default only where the model needs it, or where there are several groups. */
  readonly meanStructure?: boolean;
  /** Take the moments of observed covariates from the sample. True unless said. */
  readonly fixedX?: boolean;
  /** Labels of the groups, in the order of the data; absent or one for a single group. */
  readonly groups?: readonly string[];
  readonly groupEqual?: readonly GroupEqual[];
  /** Rows that stay free under `groupEqual`, named as in "f=~x2" or "x1~1". */
  readonly groupPartial?: readonly string[];
}

/** The options with every default filled in. */
export interface Defaults {
  readonly stdLv: boolean;
  readonly orthogonal: boolean;
  readonly meanStructure: boolean;
  readonly fixedX: boolean;
  /** Add what `cfa`, `sem` and `growth` add: variances, covariances, the first loading fixed at 1. */
  readonly automatic: boolean;
  readonly freeObservedIntercepts: boolean;
  readonly freeLatentIntercepts: boolean;
  readonly groups: readonly string[];
  readonly groupEqual: ReadonlySet<GroupEqual>;
  readonly groupPartial: ReadonlySet<string>;
}

const KINDS: readonly ModelKind[] = ["cfa", "sem", "growth", "lavaan"];
const EQUALITIES: readonly GroupEqual[] = [
  "loadings",
  "intercepts",
  "means",
  "regressions",
  "residuals",
  "residual.covariances",
  "lv.variances",
  "lv.covariances",
];
const NOT_SUPPORTED: readonly string[] = ["thresholds", "composite.loadings"];

/** Throws OptionError for values that are not allowed, UnsupportedError for `groupEqual` of ordinal data. */
export function resolveOptions(options: SyntaxOptions): Defaults {
  const kind = options.as ?? "sem";
  if (!KINDS.includes(kind)) {
    throw new OptionError(
      `as = "${kind}" is not known.`,
      `Use ${KINDS.join(", ")}.${didYouMean(kind, KINDS)}`,
    );
  }
  const groups = options.groups && options.groups.length > 1 ? options.groups : [""];
  const groupEqual = new Set(options.groupEqual ?? []);
  for (const equality of groupEqual) checkEquality(equality);
  if (groupEqual.size > 0 && groups.length === 1) {
    throw new OptionError("groupEqual needs several groups.", "Name the column that holds the groups.");
  }
  const meansNeeded = groupEqual.has("intercepts") || groupEqual.has("means");
  return {
    stdLv: options.stdLv ?? false,
    orthogonal: options.orthogonal ?? false,
    meanStructure: meansNeeded || (options.meanStructure ?? (kind === "growth" || groups.length > 1)),
    fixedX: options.fixedX ?? true,
    automatic: kind !== "lavaan",
    freeObservedIntercepts: kind === "cfa" || kind === "sem",
    freeLatentIntercepts: kind === "growth",
    groups,
    groupEqual,
    groupPartial: new Set((options.groupPartial ?? []).map((name) => name.replaceAll(/\s/g, ""))),
  };
}

function checkEquality(equality: GroupEqual): void {
  if (EQUALITIES.includes(equality)) return;
  if (NOT_SUPPORTED.includes(equality)) {
    throw new UnsupportedError(
      `semnan does not support groupEqual "${equality}".`,
      "Ordinal data and composites are not supported; remove it.",
    );
  }
  throw new OptionError(
    `groupEqual = "${String(equality)}" is not known.`,
    `Use ${EQUALITIES.join(", ")}.${didYouMean(equality, EQUALITIES)}`,
  );
}
