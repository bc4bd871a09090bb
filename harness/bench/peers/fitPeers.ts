import type { FitCase } from "../fitCases.ts";
import { timeLavaan } from "./lavaan.ts";
import { type PeerFit, timeMlMatrix, timeOpenMx, timePyTorch } from "./matrixPeers.ts";
import { type MatrixProblem, matrixProblem } from "./matrixProblem.ts";

/** Somebody else's program that fits models with standard errors. */
export interface FitPeer {
  readonly name: string;
  /** What its time holds. */
  readonly what: string;
  /** More observed variables take it longer than ten seconds a fit. */
  readonly mostVariables: number;
  time(cases: readonly FitCase[], problems: readonly MatrixProblem[]): Promise<Map<string, PeerFit>>;
}

const PEERS: readonly FitPeer[] = [
  {
    name: "lavaan",
    what: "a whole fit with fit measures, as ours",
    mostVariables: Infinity,
    time: async (cases) =>
      new Map(
        Array.from(await timeLavaan(cases), ([name, { seconds, chisq }]) => [
          name,
          { milliseconds: 1000 * seconds, chisq },
        ]),
      ),
  },
  {
    name: "OpenMx",
    what: "mxRun with standard errors, no fit measures",
    mostVariables: 20,
    time: (_, problems) => timeOpenMx(problems),
  },
  {
    name: "PyTorch",
    what: "L-BFGS and an exact Hessian in float64 on one core, no fit measures",
    mostVariables: 40,
    time: (_, problems) => timePyTorch(problems),
  },
  {
    name: "ml-matrix",
    what: "ml-matrix with fmin's conjugate gradients and a Hessian by differences, float64 JavaScript, no fit measures",
    mostVariables: 20,
    time: (_, problems) => timeMlMatrix(problems),
  },
];

/** The peers of suite `fit` that are there. */
export function presentFitPeers(versions: Readonly<Record<string, string>>): FitPeer[] {
  return PEERS.filter(
    ({ name }) => versions[name] !== undefined && (name !== "ml-matrix" || versions["fmin"] !== undefined),
  );
}

/** A peer's n·F above ours by more than this share is another answer: its stopping rule explains a thousandth. */
const TOLERANCE = 1e-3;

/** What `peer` takes for each case, checked: where it stops above our minimum its time does not count. */
export async function timePeer(
  peer: FitPeer,
  cases: readonly FitCase[],
  problems: readonly MatrixProblem[],
  chisq: ReadonlyMap<string, number>,
): Promise<{ fits: Map<string, number>; wrong: string[] }> {
  const names = new Set(
    cases.filter((entry) => entry.names.length <= peer.mostVariables).map(({ name }) => name),
  );
  const found = await peer.time(
    cases.filter(({ name }) => names.has(name)),
    problems.filter(({ name }) => names.has(name)),
  );
  const fits = new Map<string, number>();
  const wrong: string[] = [];
  for (const [name, fit] of found) {
    const ours = chisq.get(name)!;
    if (ours - fit.chisq > TOLERANCE * Math.max(1, ours))
      throw new Error(`${name}: ${peer.name} found a lower χ² than we`);
    if (Math.abs(fit.chisq - ours) <= TOLERANCE * Math.max(1, ours)) fits.set(name, fit.milliseconds);
    else wrong.push(name);
  }
  return { fits, wrong };
}

/** The cases as matrices, for the peers that take no model syntax. */
export async function matrixProblems(cases: readonly FitCase[]): Promise<MatrixProblem[]> {
  const problems = await Promise.all(cases.map(matrixProblem));
  return problems.filter((problem) => problem !== undefined);
}
