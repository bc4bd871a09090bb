export * from "./errors.ts";
export type * from "./model/model.ts";
export type * from "./data/moments.ts";
export type * from "./engine/engine.ts";
