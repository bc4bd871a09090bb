import { FIXED, type Entry, type Model, type Parameter, type ParameterRow } from "../../model/model.ts";
import { topologicalVertices, visibleIndices, type CausalGraph } from "../graph.ts";
import { exogenise } from "../operations/exogenise.ts";

/**
 * The AMASEM of a graph as a model: Ψ = I, one free loading for every latent cause and one for every private
 * error, one free coefficient for every edge between visible variables. Latents with causes are made exogenous
 * first. Variables stand in topological order; the source of X's private error is named `e.X`.
 */
export function graphToModel(graph: CausalGraph): Model {
  const amasem = exogenise(graph);
  const order = topologicalVertices(amasem).filter((vertex) => !amasem.vertices[vertex]!.latent);
  const column = new Map(order.map((vertex, index) => [vertex, index]));
  const sources: string[] = [];
  const row = new Map<number, number>();
  const addSource = (name: string): number => sources.push(name) - 1;
  amasem.vertices.forEach(({ name, latent }, vertex) => {
    if (latent) row.set(vertex, addSource(name));
  });
  const parameters: Parameter[] = [];
  const rows: ParameterRow[] = [];
  const free = (lhs: string, op: "=~" | "~", rhs: string): number => {
    const parameter = parameters.length;
    parameters.push({ name: `${lhs} ${op} ${rhs}`, start: undefined, lower: -Infinity, upper: Infinity });
    rows.push({ lhs, op, rhs, group: 1, label: "", parameter, value: NaN, exogenous: false, user: true });
    return parameter;
  };
  const loadings: Entry[] = [];
  const paths: Entry[] = [];
  for (const { from, to } of amasem.edges) {
    const [cause, effect] = [amasem.vertices[from]!, amasem.vertices[to]!];
    if (cause.latent) {
      loadings.push(entry(row.get(from)!, column.get(to)!, free(cause.name, "=~", effect.name)));
    } else paths.push(entry(column.get(from)!, column.get(to)!, free(effect.name, "~", cause.name)));
  }
  for (const vertex of visibleIndices(amasem)) {
    const { name, ownError } = amasem.vertices[vertex]!;
    if (!ownError) continue;
    const source = addSource(`e.${name}`);
    loadings.push(entry(source, column.get(vertex)!, free(`e.${name}`, "=~", name)));
  }
  const structure = {
    label: "",
    variables: order.map((vertex) => ({ name: amasem.vertices[vertex]!.name, observed: true })),
    sources,
    loadings,
    paths,
    covariances: sources.map((_, source) => entry(source, source, FIXED, 1)),
    intercepts: [],
  };
  return { parameters, structures: [structure], meanStructure: false, rows };
}

function entry(row: number, column: number, parameter: number, value = NaN): Entry {
  return { row, column, parameter, factor: 1, value, fromSample: false };
}
