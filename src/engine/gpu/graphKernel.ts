import graphLibrary from "../../../shaders/lib/graph.wgsl?raw";

/** The struct `Graph`, for every kernel that reads the graph's tables. */
export const GRAPH_LIBRARY = [{ label: "lib/graph", source: graphLibrary }];
/** Every kernel that walks the graph has these bindings first; with a range, it can be cut into several dispatches. */
export const GRAPH_BINDINGS = { graph: "uniform", tables: "table" } as const;
export const RANGE_BINDINGS = { graph: "uniform", range: "dynamicUniform", tables: "table" } as const;
