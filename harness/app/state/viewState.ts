import type { Point } from "../../../src/presentation/diagram/geometry.ts";
import type { AppState, Moved, WhatIfState } from "./appState.ts";

/** How the user has arranged things to look at them. */
export type View = Pick<AppState, "resultTab" | "dataTab" | "values" | "coloursEdges" | "moved"> & {
  readonly interventions: WhatIfState["settings"];
};

export function viewOf({ resultTab, dataTab, values, coloursEdges, moved, whatIf }: AppState): View {
  return { resultTab, dataTab, values, coloursEdges, moved, interventions: whatIf.settings };
}

/** Whether two views are the same by identity: this is asked at every change of the page. */
export function isSameView(one: View, other: View): boolean {
  return (Object.keys(one) as (keyof View)[]).every((key) => one[key] === other[key]);
}

/** A view as JSON has it. */
export function plainView(view: View): object {
  const { lying, upright } = view.moved;
  return { ...view, moved: { lying: [...lying], upright: [...upright] } };
}

/** The view out of `plainView`; what is missing or of another type is as in `standard`. */
export function readView(stored: unknown, standard: View): View {
  const given = (stored ?? {}) as Readonly<Record<keyof View, unknown>>;
  const plain = (["resultTab", "dataTab", "values", "coloursEdges"] as const).map((key) => {
    const value = given[key];
    return [key, typeof value === typeof standard[key] ? value : standard[key]];
  });
  return {
    ...standard,
    ...Object.fromEntries(plain),
    moved: readMoved(given.moved),
    interventions: listOf(given.interventions).filter(isIntervention),
  };
}

function readMoved(stored: unknown): Moved {
  const { lying, upright } = (stored ?? {}) as Readonly<Record<keyof Moved, unknown>>;
  return { lying: placesOf(lying), upright: placesOf(upright) };
}

function placesOf(stored: unknown): ReadonlyMap<string, Point> {
  return new Map(listOf(stored).filter(isPlace));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isPlace(entry: unknown): entry is [string, Point] {
  const [name, at] = listOf(entry) as [unknown, Partial<Point> | null];
  return typeof name === "string" && Number.isFinite(at?.x) && Number.isFinite(at?.y);
}

function isIntervention(entry: unknown): entry is WhatIfState["settings"][number] {
  const { variable, deviations } = (entry ?? {}) as Partial<WhatIfState["settings"][number]>;
  return typeof variable === "string" && Number.isFinite(deviations);
}
