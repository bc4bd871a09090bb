import { ModelError } from "../../errors.ts";
import { FIXED, type Entry, type Model, type Structure } from "../../model/model.ts";
import { makeGraph, type CausalGraph, type Edge, type Vertex } from "../graph.ts";

/**
 * The graph of a model: variables of `structure` are vertices, entries of B edges. A source of one variable is
 * that variable's own error; a source of several is a latent; a covariance of two sources is a latent common
 * cause of the variables they stand for, which spans the same covariances up to inequalities.
 * What is lost: fixed values and equal labels. Throws ModelError for a model of several groups.
 */
export function modelGraph(model: Model): CausalGraph {
  const [structure, ...others] = model.structures;
  if (structure === undefined || others.length > 0) {
    throw new ModelError(
      "A graph is drawn from one group, and this model has several.",
      "Pass the structure of one group.",
    );
  }
  return structureGraph(structure);
}

/** The graph of one group; see `modelGraph`. */
export function structureGraph(structure: Structure): CausalGraph {
  const loads = structure.sources.map((_, source) =>
    structure.loadings.filter((entry) => entry.row === source && isPresent(entry)),
  );
  const varies = structure.sources.map((_, source) =>
    structure.covariances.some(
      (entry) => entry.row === source && entry.column === source && isPresent(entry),
    ),
  );
  const ownSource = new Map<number, number>();
  const vertices: Vertex[] = structure.variables.map(({ name, observed }, index) => {
    const own = loads.findIndex(
      (list, source) => list.length === 1 && list[0]!.column === index && varies[source],
    );
    if (own >= 0) ownSource.set(own, index);
    return { name, latent: !observed, ownError: own >= 0 };
  });
  const edges: Edge[] = structure.paths
    .filter(isPresent)
    .map(({ row, column }) => ({ from: row, to: column }));
  // The variables that receive a covariance of this source: the one it is the error of, or the latent it is.
  const vertexOf = structure.sources.map((name, source) => {
    const owner = ownSource.get(source);
    if (owner !== undefined || !varies[source] || loads[source]!.length === 0) return owner;
    vertices.push({ name: freeName(name, vertices), latent: true, ownError: true });
    const latent = vertices.length - 1;
    edges.push(...loads[source]!.map(({ column }) => ({ from: latent, to: column })));
    return latent;
  });
  for (const entry of structure.covariances) {
    const [first, second] = [vertexOf[entry.row], vertexOf[entry.column]];
    if (entry.row === entry.column || first === undefined || second === undefined || !isPresent(entry))
      continue;
    const name = freeName(`U(${vertices[first]!.name},${vertices[second]!.name})`, vertices);
    vertices.push({ name, latent: true, ownError: true });
    edges.push({ from: vertices.length - 1, to: first }, { from: vertices.length - 1, to: second });
  }
  return makeGraph({ vertices, edges });
}

/** Whether an entry can differ from zero. */
function isPresent(entry: Entry): boolean {
  return entry.parameter !== FIXED || entry.fromSample || entry.value !== 0;
}

function freeName(wanted: string, vertices: readonly Vertex[]): string {
  let name = wanted;
  while (vertices.some((vertex) => vertex.name === name)) name += "′";
  return name;
}
