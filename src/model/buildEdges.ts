import type { DraftRow } from "./buildDraft.ts";

/** The edge of a `=~` or `~` row. */
export function edgeOf({ lhs, op, rhs }: DraftRow): [cause: string, effect: string] {
  return op === "=~" ? [lhs, rhs] : [rhs, lhs];
}

/** The row of an edge back to a variable that a depth-first walk has not left yet. */
export function closingRow(rows: readonly DraftRow[]): DraftRow | undefined {
  const edgesOf = new Map<string, DraftRow[]>();
  for (const draft of rows) {
    if (draft.op !== "=~" && draft.op !== "~") continue;
    const [cause] = edgeOf(draft);
    const edges = edgesOf.get(cause);
    if (edges) edges.push(draft);
    else edgesOf.set(cause, [draft]);
  }
  const left = new Set<string>();
  for (const start of edgesOf.keys()) {
    const path = [start];
    const onPath = new Set(path);
    for (let name = path.at(-1); name !== undefined; name = path.at(-1)) {
      const edge = edgesOf.get(name)?.pop();
      const effect = edge && edgeOf(edge)[1];
      if (effect === undefined) {
        path.pop();
        onPath.delete(name);
        left.add(name);
      } else if (onPath.has(effect)) return edge;
      else if (!left.has(effect)) {
        path.push(effect);
        onPath.add(effect);
      }
    }
  }
  return undefined;
}
