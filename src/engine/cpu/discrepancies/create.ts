import type { Moments } from "../../../data/moments.ts";
import type { CustomDiscrepancy, DiscrepancyName } from "../../engine.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { LeastSquares } from "./leastSquares.ts";
import { MaximumLikelihood } from "./maximumLikelihood.ts";
import { Bhattacharyya, SquaredHellinger } from "./overlap.ts";
import { ReverseKullbackLeibler } from "./reverseKullbackLeibler.ts";

/** Whether a discrepancy has a term in the means. */
export function supportsMeans(discrepancy: DiscrepancyName | CustomDiscrepancy): boolean {
  return ["maximumLikelihood", "generalizedLeastSquares", "unweightedLeastSquares"].includes(
    discrepancy as string,
  );
}

/** The float64 discrepancy of that name for one group's moments. Throws DataError where S is singular and must not be. */
export function createDiscrepancy(kind: DiscrepancyName | CustomDiscrepancy, moments: Moments): Discrepancy {
  if (typeof kind === "object") {
    const k = moments.names.length;
    return { evaluate: (sigma, _mu, g) => kind.evaluate(sigma, moments.covariance, k, g) };
  }
  switch (kind) {
    case "maximumLikelihood":
      return new MaximumLikelihood(moments);
    case "reverseKullbackLeibler":
      return new ReverseKullbackLeibler(moments);
    case "bhattacharyya":
      return new Bhattacharyya(moments);
    case "squaredHellinger":
      return new SquaredHellinger(moments);
    case "generalizedLeastSquares":
      return new LeastSquares(moments, "generalized");
    case "unweightedLeastSquares":
      return new LeastSquares(moments, "unweighted");
  }
}
