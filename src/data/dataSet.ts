import type { Moments, Table } from "./moments.ts";

/** The data of one group, reduced to what the model names. */
export interface GroupData {
  /** "" where there is one group only. */
  readonly label: string;
  readonly moments: Moments;
  /** The cases behind the moments, where raw data were given; columns in the order of `moments.names`. */
  readonly table?: Table;
}

/** What a model is fitted to: one entry per group, and what a reader should know about how it was read. */
export interface DataSet {
  readonly groups: readonly GroupData[];
  readonly warnings: readonly string[];
}
