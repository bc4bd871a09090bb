import type { Positions } from "../../../src/presentation/diagram/arrange.ts";
import { edgeNumbers } from "../../../src/presentation/diagram/modelDiagram.ts";
import { currentIdentification, isCurrent, type AppState } from "../state/appState.ts";
import type { ModelCheck } from "../worker/checkModel.ts";
import { identifiabilityStyle } from "./identifiabilityStyle.ts";
import type { DiagramContent } from "./pathDiagram.ts";

type GoodCheck = Extract<ModelCheck, { status: "ok" }>;

let lastGood: GoodCheck | undefined;
let made: { readonly from: readonly unknown[]; readonly content: DiagramContent } | undefined;

/**
 * The diagram of the model on the page, with the numbers of its fit where there is one. While a model cannot be read its
 * last good form stays. The same object comes back until something that it shows has changed.
 */
export function diagramContent(state: AppState): DiagramContent | undefined {
  const { modelCheck, values, finished } = state;
  const moved = state.moved[state.orientation];
  if (modelCheck?.status === "ok") lastGood = modelCheck;
  if (modelCheck?.status === "empty") lastGood = undefined;
  if (!lastGood) return undefined;
  const result = isCurrent(state) && lastGood === modelCheck ? finished?.result : undefined;
  const identified = state.coloursEdges ? currentIdentification(state)?.answer : undefined;
  const from = [lastGood, moved, values, result, identified];
  if (made && from.every((value, at) => value === made!.from[at])) return made.content;
  const content = {
    diagram: lastGood.diagram,
    positions: withMoves(lastGood.positions, moved),
    options: {
      label: edgeNumbers(result, { values }),
      ...(identified && { style: identifiabilityStyle(identified.rows) }),
    },
  };
  made = { from, content };
  return content;
}

function withMoves(positions: Positions, moved: Positions): Positions {
  if (moved.size === 0) return positions;
  return new Map([...positions].map(([name, at]) => [name, moved.get(name) ?? at]));
}
