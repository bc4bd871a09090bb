import type { Verdict } from "../../src/causal/identifiability/identify.ts";

/** The eight graphs of the published identifiability experiment, with the verdicts of DESIGN. */
export const EIGHT_GRAPHS: readonly {
  readonly name: string;
  readonly edges: string;
  readonly verdicts: Readonly<Record<string, Verdict>>;
}[] = [
  { name: "backdoor", edges: "Z -> X; Z -> Y; X -> Y", verdicts: { "X -> Y": "identifiable" } },
  {
    name: "front-door",
    edges: "X -> M -> Y; X <-> Y",
    verdicts: { "X -> M": "identifiable", "M -> Y": "identifiable", "X -> Y": "identifiable" },
  },
  {
    name: "M-graph",
    edges: "latent U1, U2; U1 -> X; U1 -> Z; U2 -> Y; U2 -> Z; X -> Y",
    verdicts: { "X -> Y": "identifiable" },
  },
  { name: "napkin", edges: "W -> Z -> X -> Y; W <-> X; W <-> Y", verdicts: { "X -> Y": "identifiable" } },
  { name: "bow", edges: "X -> Y; X <-> Y", verdicts: { "X -> Y": "notIdentifiable" } },
  {
    name: "extended bow",
    edges: "X -> M -> Y; X <-> M",
    verdicts: { "X -> M": "notIdentifiable", "M -> Y": "identifiable", "X -> Y": "notIdentifiable" },
  },
  { name: "instrument", edges: "Z -> X -> Y; X <-> Y", verdicts: { "X -> Y": "identifiable" } },
  { name: "bad M", edges: "Z -> X -> Y; Z <-> Y; Z <-> X", verdicts: { "X -> Y": "notIdentifiable" } },
];
