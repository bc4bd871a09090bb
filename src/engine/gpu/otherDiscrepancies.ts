import bhattacharyyaSource from "../../../shaders/discrepancy/bhattacharyya.wgsl?raw";
import generalizedLeastSquaresSource from "../../../shaders/discrepancy/generalized_least_squares.wgsl?raw";
import reverseKullbackLeiblerSource from "../../../shaders/discrepancy/reverse_kullback_leibler.wgsl?raw";
import squaredHellingerSource from "../../../shaders/discrepancy/squared_hellinger.wgsl?raw";
import unweightedLeastSquaresSource from "../../../shaders/discrepancy/unweighted_least_squares.wgsl?raw";
import type { LibraryPart } from "./kernel.ts";

// The functions of the discrepancies other than maximum likelihood.

const part = (label: string, source: string): LibraryPart => ({ label: `discrepancy/${label}`, source });

export const bhattacharyya = part("bhattacharyya", bhattacharyyaSource);
export const generalizedLeastSquares = part("generalized_least_squares", generalizedLeastSquaresSource);
export const reverseKullbackLeibler = part("reverse_kullback_leibler", reverseKullbackLeiblerSource);
export const squaredHellinger = part("squared_hellinger", squaredHellingerSource);
export const unweightedLeastSquares = part("unweighted_least_squares", unweightedLeastSquaresSource);
