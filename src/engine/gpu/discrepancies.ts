import maximumLikelihoodSource from "../../../shaders/discrepancy/maximum_likelihood.wgsl?raw";
import type { CustomDiscrepancy, DiscrepancyName } from "../engine.ts";
import { UnsupportedError } from "../../errors.ts";
import type { LibraryPart } from "./kernel.ts";
import type * as OtherDiscrepancies from "./otherDiscrepancies.ts";

/** A discrepancy as WGSL, and the matrices that its functions read (shaders/lib/discrepancy.wgsl). */
export interface WgslDiscrepancy {
  /** Its functions; those of other discrepancies than maximum likelihood are fetched with a fit that needs them. */
  readonly part: () => LibraryPart | Promise<LibraryPart>;
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

function other(name: keyof typeof OtherDiscrepancies): Pick<WgslDiscrepancy, "part"> {
  return { part: async () => (await import("./otherDiscrepancies.ts"))[name] };
}

/** The built-in discrepancies. */
export const WGSL_DISCREPANCIES: Readonly<Record<DiscrepancyName, WgslDiscrepancy>> = {
  maximumLikelihood: {
    ...NOTHING,
    part: () => ({ label: "discrepancy/maximum_likelihood", source: maximumLikelihoodSource }),
    sigmaInverse: true,
    sandwich: "sigmaInverse",
  },
  reverseKullbackLeibler: {
    ...NOTHING,
    ...other("reverseKullbackLeibler"),
    sigmaInverse: true,
    sampleInverse: true,
  },
  bhattacharyya: {
    ...NOTHING,
    ...other("bhattacharyya"),
    sigmaInverse: true,
    mixedInverse: true,
  },
  squaredHellinger: {
    ...NOTHING,
    ...other("squaredHellinger"),
    sigmaInverse: true,
    mixedInverse: true,
  },
  generalizedLeastSquares: {
    ...NOTHING,
    ...other("generalizedLeastSquares"),
    sampleInverse: true,
    sandwich: "sampleInverse",
  },
  unweightedLeastSquares: {
    ...NOTHING,
    ...other("unweightedLeastSquares"),
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
    part: () => ({ label: name, source: wgsl }),
    sigmaInverse: sandwich || mentions("sigma_inverse", "log_det_sigma"),
    mixedInverse: mentions("mixed_inverse", "log_det_mixed"),
    sampleInverse: mentions("sample_inverse"),
    sandwich: sandwich ? "sigmaInverse" : undefined,
  };
}
