import type { DiagramEdge } from "../../../src/presentation/diagram/diagram.ts";
import type { EdgeStyle } from "../../../src/presentation/diagram/scene.ts";

/** Colours that stay apart for colour-blind readers (Okabe & Ito); what is not identified is dashed besides. */
const IDENTIFIED: EdgeStyle = { colour: "#0072b2", width: 1.6 };
const UNIDENTIFIED: EdgeStyle = { colour: "#d55e00", dashes: "6 4", width: 2 };

/** Lines by whether their parameter is identified; `rows` has a verdict for every row of the model. */
export function identifiabilityStyle(rows: readonly (boolean | null)[]): (edge: DiagramEdge) => EdgeStyle {
  return ({ row }) => {
    const verdict = rows[row] ?? null;
    if (verdict === null) return {};
    return verdict ? IDENTIFIED : UNIDENTIFIED;
  };
}
