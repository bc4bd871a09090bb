/** A directed network whose arcs carry at most one unit each. Nodes are numbered from 0 by `node()`. */
export class UnitNetwork {
  private readonly heads: number[] = [];
  private readonly residual: number[] = [];
  private readonly arcsOf: number[][] = [];

  node(): number {
    this.arcsOf.push([]);
    return this.arcsOf.length - 1;
  }

  /** Adds an arc and returns its number; arc number + 1 is its reverse. */
  arc(from: number, to: number): number {
    const arc = this.heads.length;
    this.heads.push(to, from);
    this.residual.push(1, 0);
    this.arcsOf[from]!.push(arc);
    this.arcsOf[to]!.push(arc + 1);
    return arc;
  }

  carries(arc: number): boolean {
    return this.residual[arc] === 0;
  }

  /**
   * Pushes units from `source` to `sink` until `wanted` have arrived or no path is left; returns how many did.
   * Augmenting paths found breadth first (Edmonds and Karp 1972, doi:10.1145/321694.321699): O(wanted · arcs).
   * Arcs are tried in the order they were added, so short and early ones are preferred.
   */
  push(source: number, sink: number, wanted: number): number {
    let pushed = 0;
    while (pushed < wanted && this.augment(source, sink)) pushed++;
    return pushed;
  }

  private augment(source: number, sink: number): boolean {
    const arrival = new Map<number, number>([[source, -1]]);
    const queue = [source];
    for (const node of queue) {
      for (const arc of this.arcsOf[node]!) {
        const head = this.heads[arc]!;
        if (this.residual[arc] === 0 || arrival.has(head)) continue;
        arrival.set(head, arc);
        queue.push(head);
      }
      if (arrival.has(sink)) break;
    }
    if (!arrival.has(sink)) return false;
    for (let node = sink; node !== source;) {
      const arc = arrival.get(node)!;
      this.residual[arc]!--;
      this.residual[arc ^ 1]!++;
      node = this.heads[arc ^ 1]!;
    }
    return true;
  }
}
