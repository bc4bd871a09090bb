import bhattacharyyaSource from "../../../shaders/discrepancy/bhattacharyya.wgsl?raw";
import generalizedLeastSquaresSource from "../../../shaders/discrepancy/generalized_least_squares.wgsl?raw";
import maximumLikelihoodSource from "../../../shaders/discrepancy/maximum_likelihood.wgsl?raw";
import reverseKullbackLeiblerSource from "../../../shaders/discrepancy/reverse_kullback_leibler.wgsl?raw";
import squaredHellingerSource from "../../../shaders/discrepancy/squared_hellinger.wgsl?raw";
import unweightedLeastSquaresSource from "../../../shaders/discrepancy/unweighted_least_squares.wgsl?raw";
import type { CustomDiscrepancy, DiscrepancyName } from "../engine.ts";
import { UnsupportedError } from "../../errors.ts";
import type { LibraryPart } from "./kernel.ts";

/** A discrepancy as WGSL, and the matrices that its functions read (shaders/lib/discrepancy.wgsl). */
export interface WgslDiscrepancy {
  readonly part: LibraryPart;
  /** Σ⁻¹ and ln|Σ|; a Σ outside the positive-definite cone is then a failure. */
  readonly sigmaInverse: boolean;
  /** (Σ + S)⁻¹ and ln|Σ + S|. */
  readonly mixedInverse: boolean;
  readonly sampleInverse: boolean;
  /** W (Σ − S) W with this W. */
  readonly sandwich: "sigmaInverse" | "sampleInverse" | undefined;
}

const NOTHING = {
  sigmaInverse: false,
  mixedInverse: false,
  sampleInverse: false,
  sandwich: undefined,
} as const;

function part(label: string, source: string): { readonly part: LibraryPart } {
  return { part: { label: `discrepancy/${label}`, source } };
}

/** The built-in discrepancies. */
export const WGSL_DISCREPANCIES: Readonly<Record<DiscrepancyName, WgslDiscrepancy>> = {
  maximumLikelihood: {
    ...NOTHING,
    ...part("maximum_likelihood", maximumLikelihoodSource),
    sigmaInverse: true,
    sandwich: "sigmaInverse",
  },
  reverseKullbackLeibler: {
    ...NOTHING,
    ...part("reverse_kullback_leibler", reverseKullbackLeiblerSource),
    sigmaInverse: true,
    sampleInverse: true,
  },
  bhattacharyya: {
    ...NOTHING,
    ...part("bhattacharyya", bhattacharyyaSource),
    sigmaInverse: true,
    mixedInverse: true,
  },
  squaredHellinger: {
    ...NOTHING,
    ...part("squared_hellinger", squaredHellingerSource),
    sigmaInverse: true,
    mixedInverse: true,
  },
  generalizedLeastSquares: {
    ...NOTHING,
    ...part("generalized_least_squares", generalizedLeastSquaresSource),
    sampleInverse: true,
    sandwich: "sampleInverse",
  },
  unweightedLeastSquares: {
    ...NOTHING,
    ...part("unweighted_least_squares", unweightedLeastSquaresSource),
  },
};

/**
 * A discrepancy by name, or the user's own WGSL: the matrices that it needs are those whose names it contains.
 *
 * @throws UnsupportedError where a custom discrepancy brings no WGSL.
 */
export function wgslDiscrepancy(discrepancy: DiscrepancyName | CustomDiscrepancy): WgslDiscrepancy {
  if (typeof discrepancy === "string") return WGSL_DISCREPANCIES[discrepancy];
  const { name, wgsl } = discrepancy;
  if (wgsl === undefined) {
    throw new UnsupportedError(
      `The discrepancy "${name}" is given in TypeScript only.`,
      "Add its functions in WGSL, or choose the backend `cpu`.",
    );
  }
  const mentions = (...words: string[]): boolean => new RegExp(`\\b(${words.join("|")})\\b`).test(wgsl);
  const sandwich = mentions("sandwich");
  return {
    part: { label: name, source: wgsl },
    sigmaInverse: sandwich || mentions("sigma_inverse", "log_det_sigma"),
    mixedInverse: mentions("mixed_inverse", "log_det_mixed"),
    sampleInverse: mentions("sample_inverse"),
    sandwich: sandwich ? "sigmaInverse" : undefined,
  };
}
