import { ModelError, UnsupportedError } from "../../errors.ts";
import { FIXED, type Model } from "../../model/model.ts";
import { structureGraph } from "../graph/fromModel.ts";
import { exogenise } from "../operations/exogenise.ts";
import { certificateOf, type Certificate } from "./certificate.ts";
import { certifyModel, type Certified } from "./certifyModel.ts";
import { directionFinder, type DirectionFinder, type NullDirection } from "./direction.ts";
import { askedEffects, type AskedEffect } from "./effectQueries.ts";
import { localIdentifiability, type LocalIdentifiability } from "./local.ts";
import {
  effectSpreads,
  OPEN_TARGETS,
  NUMERICAL_DEFAULTS,
  perfectFits,
  type EffectSpread,
  type NumericalOptions,
} from "./numericalCheck.ts";

/** "identifiable": Σ determines the effect. "locallyIdentifiable": up to finitely many values. */
export type Verdict = "identifiable" | "locallyIdentifiable" | "notIdentifiable";

/** The evidence behind a verdict. */
export interface Evidence {
  readonly local: {
    readonly identified: boolean;
    readonly parameters: number;
    readonly rank: number;
    readonly moments: number;
    readonly primes: readonly number[];
    readonly errorBound: number;
  };
  /** Absent where the check was not run. */
  readonly numerical?: EffectSpread;
  /** For what is not identified: parameters that move together and leave every moment unmoved. */
  readonly direction?: NullDirection;
}

/** What is known about one effect. */
export interface EffectVerdict {
  /** 1-based; only where the model has several groups. */
  readonly group?: number;
  readonly from: string;
  readonly to: string;
  readonly kind: "direct" | "total";
  readonly verdict: Verdict;
  /** Why the effect is identifiable; null where it is not, or where nothing shows it. */
  readonly certificate: Certificate | null;
  readonly evidence: Evidence;
}

/** A verdict for every effect that was asked for. */
export interface IdentifyResult {
  readonly effects: readonly EffectVerdict[];
}

/** What to ask of a model, and how hard to try. */
export interface IdentifyOptions {
  /** Effects to ask about, as "X -> Y"; without it all effects among observed variables. */
  readonly effects?: readonly string[];
  readonly seed?: number;
  /** When to fit generic covariances from many starts: by default for small models, and where the rest leaves it open. */
  readonly numerical?: "auto" | "always" | "never";
  /** Starts for each generic covariance: 3 of them, or 16 where only the fits can decide. */
  readonly starts?: number;
  readonly signal?: AbortSignal;
}

/** The numerical check runs by itself up to this many parameters, and on open questions up to the larger number. */
const CHEAP_PARAMETERS = 40;
const MOST_PARAMETERS = 150;

/**
 * Whether the covariance of the observed variables determines effects of a model, with evidence: generic local
 * identifiability by rank (`localIdentifiability`), certificates with formulas (`certifyEdges`, `certifyTotal`),
 * and distinct values among perfect fits (`perfectFits`). Rank decides "notIdentifiable"; a certificate decides
 * "identifiable"; between the two the fits do, and then the certificate says that it is numerical.
 * Verdicts are generic: they hold for all parameters but a set of measure zero. Bounds and inequalities of the
 * model are ignored. Throws UnsupportedError for models with `==` constraints, ModelError for unknown names.
 */
export function identify(model: Model, options: IdentifyOptions = {}): IdentifyResult {
  requirePlain(model);
  const { seed = 1, numerical = "auto", signal } = options;
  signal?.throwIfAborted();
  const local = localIdentifiability(model, seed);
  signal?.throwIfAborted();
  const asked = model.structures.flatMap((_, group) => askedEffects(model, options.effects, group));
  const identified = asked.map((effect) => !effect.exists || isLocal(model, local, effect));
  const promising = asked.filter((_, at) => identified[at]);
  const certified = certificatesFor(model, promising, seed);
  signal?.throwIfAborted();
  const certificates = asked.map((effect, at) => {
    const certificate = certified === undefined ? undefined : certificateOf(certified, effect);
    requireAgreement(effect, identified[at]!, certificate);
    return certificate;
  });
  const isOpen = asked.some((_, at) => identified[at]! && certificates[at] === undefined);
  const limit = isOpen ? MOST_PARAMETERS : CHEAP_PARAMETERS;
  const runs = numerical === "always" || (numerical === "auto" && local.parameters <= limit);
  const finder = directionFinder(model, local, seed);
  const spreads = runs ? spreadsOf(model, asked, isOpen, options) : undefined;
  return {
    effects: asked.map((effect, at) =>
      conclude(model, local, finder, effect, identified[at]!, certificates[at], spreads?.[at]),
    ),
  };
}

function spreadsOf(
  model: Model,
  asked: readonly AskedEffect[],
  isOpen: boolean,
  options: IdentifyOptions,
): EffectSpread[] {
  const settings: NumericalOptions = {
    ...NUMERICAL_DEFAULTS,
    seed: options.seed ?? 1,
    ...(isOpen ? { targets: OPEN_TARGETS } : {}),
    starts: options.starts ?? NUMERICAL_DEFAULTS.starts,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  return effectSpreads(
    perfectFits(model, settings),
    asked.map(({ place, kind }) => ({ place, direct: kind === "direct" })),
  );
}

function conclude(
  model: Model,
  local: LocalIdentifiability,
  finder: DirectionFinder,
  effect: AskedEffect,
  identified: boolean,
  certificate: Certificate | undefined,
  spread: EffectSpread | undefined,
): EffectVerdict {
  const { from, to, kind, place } = effect;
  const group = model.structures.length > 1 ? { group: place.group + 1 } : {};
  const named = { ...group, from, to, kind };
  const direction = identified ? undefined : directionOf(model, finder, effect);
  const evidence: Evidence = {
    local: {
      identified,
      parameters: local.parameters,
      rank: local.rank,
      moments: local.moments,
      primes: local.primes,
      errorBound: local.errorBound,
    },
    ...(spread === undefined ? {} : { numerical: spread }),
    ...(direction === undefined ? {} : { direction }),
  };
  if (!identified) return { ...named, verdict: "notIdentifiable", certificate: null, evidence };
  if (certificate !== undefined) return { ...named, verdict: "identifiable", certificate, evidence };
  // Few perfect fits cannot show agreement, and a model can have Σ that are hard to reach.
  const agreed =
    spread !== undefined && spread.distinct === 1 && 4 * spread.settledTargets >= 3 * spread.targets;
  if (!agreed) {
    return { ...named, verdict: "locallyIdentifiable", certificate: null, evidence };
  }
  const numerical: Certificate = {
    kind: "numerical",
    formula: "",
    source: `${spread.perfectFits} perfect fits from ${spread.starts} random starts agree; evidence, not proof`,
    steps: [],
  };
  return { ...named, verdict: "identifiable", certificate: numerical, evidence };
}

function isLocal(model: Model, local: LocalIdentifiability, effect: AskedEffect): boolean {
  if (effect.kind === "total") return local.totalEffectIdentified(effect.place);
  const parameter = edgeParameter(model, effect);
  return parameter === FIXED || local.parameterIdentified(parameter);
}

function directionOf(model: Model, finder: DirectionFinder, effect: AskedEffect): NullDirection | undefined {
  return effect.kind === "total"
    ? finder.ofEffect(effect.place)
    : finder.ofParameter(edgeParameter(model, effect));
}

function edgeParameter(model: Model, { place }: AskedEffect): number {
  const structure = model.structures[place.group]!;
  const entries = place.fromSource ? structure.loadings : structure.paths;
  return entries.find(({ row, column }) => row === place.from && column === place.to)!.parameter;
}

function certificatesFor(model: Model, asked: readonly AskedEffect[], seed: number): Certified | undefined {
  if (model.structures.length > 1) return undefined;
  const graph = exogenise(structureGraph(model.structures[0]!));
  return certifyModel(model, graph, asked, seed);
}

/** A certificate is checked against the model itself, so this cannot fail unless one of the methods is broken. */
function requireAgreement(
  effect: AskedEffect,
  identified: boolean,
  certificate: Certificate | undefined,
): void {
  if (certificate === undefined || identified) return;
  throw new ModelError(
    `The identifiability methods contradict each other on ${effect.from} → ${effect.to}.`,
    "This is a defect of semnan: please report it with the model.",
  );
}

function requirePlain(model: Model): void {
  const constraint = model.rows.find(({ op }) => op === "==");
  if (constraint === undefined) return;
  throw new UnsupportedError(
    `Identifiability under the constraint ${constraint.lhs} == ${constraint.rhs} is not decided.`,
    "Give equal parameters one label instead; other equality constraints have to be left out.",
  );
}
