import type { Model } from "../model/model.ts";
import type { Fitted } from "./fitted.ts";
import { unitInformation } from "./information.ts";
import { invertUnit } from "./invertUnit.ts";

/** Below this share of a unit diagonal a direction of the information matrix counts as flat. */
const FLAT = 1e-9;
/** Least part of a flat direction, its largest being 1, that names a parameter as involved. */
const INVOLVED = 1e-4;

/**
 * The parameters that take part in directions of θ along which F is flat: the null space of the information matrix
 * scaled to unit diagonal, found by eliminating with complete pivoting. Empty where the model is identified.
 */
function unidentifiedParameters(model: Model, information: Float64Array): string[] {
  const t = model.parameters.length;
  const scale = Float64Array.from({ length: t }, (_, j) => {
    const diagonal = information[j * t + j]!;
    return diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  });
  const a = information.map((value, i) => value * scale[Math.floor(i / t)]! * scale[i % t]!);
  const eliminated: number[] = [];
  const left = new Set(Array.from({ length: t }, (_, j) => j));
  while (left.size > 0) {
    const pivot = [...left].reduce((best, j) => (a[j * t + j]! > a[best * t + best]! ? j : best));
    const diagonal = a[pivot * t + pivot]!;
    if (!(diagonal > FLAT)) break;
    left.delete(pivot);
    eliminated.push(pivot);
    // Gauss–Jordan: afterwards column j of a remaining variable tells how the eliminated ones follow it.
    const row = a.slice(pivot * t, pivot * t + t).map((value) => value / diagonal);
    for (let i = 0; i < t; i++) {
      const factor = a[i * t + pivot]!;
      if (i === pivot || factor === 0) continue;
      for (let j = 0; j < t; j++) a[i * t + j]! -= factor * row[j]!;
    }
    a.set(row, pivot * t);
  }
  const involved = new Set<number>(left);
  for (const flat of left) {
    for (const j of eliminated) if (Math.abs(a[j * t + flat]!) > INVOLVED) involved.add(j);
  }
  return model.parameters.flatMap(({ name }, j) => (involved.has(j) ? [name] : []));
}

/** The parameters that leave the expected information singular; none where only the observed one is not definite. */
export async function findUnidentified(fitted: Fitted): Promise<string[]> {
  const { theta, problem } = fitted;
  if (theta.length === 0) return [];
  const information = await unitInformation(fitted, "expected");
  if (!information) return problem.model.parameters.map(({ name }) => name);
  if (invertUnit(fitted, information)) return [];
  const named = unidentifiedParameters(problem.model, information);
  return named.length > 0 ? named : problem.model.parameters.map(({ name }) => name);
}

/** The warning that names what is not identified. */
export function identificationWarning(parameters: readonly string[]): string {
  const listed = parameters.length > 0 ? ` Involved are ${parameters.join(", ")}.` : "";
  return (
    `The model is not identified: different values of some parameters fit equally well, so there are no standard errors.${listed} ` +
    "Fix a loading or a variance of every latent, or remove effects."
  );
}
