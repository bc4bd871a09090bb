import type { Program } from "../program/program.ts";
import { ValueTypes } from "./code.ts";
import { type KernelMemory, layoutMemory } from "./layout.ts";
import { encodeModule, type ModuleFunction } from "./module.ts";
import { quasiNewtonCode } from "./quasiNewton.ts";
import { drawRowsCode, sumRowsCode } from "./resample.ts";
import { spreadCode } from "./spread.ts";
import { PAIR, straightLineCode } from "./straightLine.ts";

/** A WebAssembly module that solves problems of one model, and the map of its memory. */
export interface KernelBinary {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly memory: KernelMemory;
  /** First byte that the kernel does not use: tables and offsets go here. */
  readonly free: number;
}

/** What a kernel exports. Lanes are bits of a mask; see the functions' own descriptions. */
export interface KernelExports {
  iterate(most: number, watched: number): number;
  spread(from: number, count: number, to: number): void;
  drawRows(
    key0: number,
    key1: number,
    replicate: number,
    stream: number,
    rows: number,
    rowBytes: number,
    out: number,
  ): void;
  /** One for each group. */
  readonly [sumRows: `sumRows${number}`]: (offsets: number, rows: number, table: number, out: number) => void;
}

/** Column pairs of a group's table: products and deviations of k variables. */
export function tablePairs(k: number): number {
  return Math.ceil(((k * (k + 1)) / 2 + k) / 2);
}

/** Generates the kernel of a program. */
export function buildKernel(program: Program): KernelBinary {
  const memory = layoutMemory(program.parameterCount, program.sample.size);
  const imports = [{ name: "logarithm", parameters: [ValueTypes.f64], results: [ValueTypes.f64] }];
  const { code: evaluate, scratchSlots } = straightLineCode(
    program,
    { inputs: memory.trial, outputs: memory.outputs, scratch: memory.scratch },
    0,
  );
  const functions: ModuleFunction[] = [
    { code: evaluate },
    { code: quasiNewtonCode(memory, imports.length), exportedAs: "iterate" },
    { code: spreadCode(), exportedAs: "spread" },
    { code: drawRowsCode(), exportedAs: "drawRows" },
    ...program.sample.groups.map(({ k }, g) => ({
      code: sumRowsCode(tablePairs(k)),
      exportedAs: `sumRows${g}`,
    })),
  ];
  return {
    bytes: encodeModule(imports, functions),
    memory,
    free: memory.scratch + PAIR * scratchSlots,
  };
}
