import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import type { CausalGraph } from "../causal/graph.ts";
import { readDagitty } from "../causal/graph/dagitty.ts";
import { modelGraph } from "../causal/graph/fromModel.ts";
import { graphToModel } from "../causal/graph/toModel.ts";
import { identify } from "../causal/identifiability/identify.ts";
import type { Model } from "../model/model.ts";
import { detectFormat, parseModel, type ModelKind } from "../model/parseModel.ts";
import { identifyDiagram } from "../presentation/identifyDiagram.ts";
import { formatIdentifyTable } from "../presentation/identifyTable.ts";
import { readText, requireWritable } from "./files.ts";

export interface IdentifyCommandOptions {
  readonly effect?: readonly string[] | undefined;
  readonly format: "table" | "json";
  readonly out?: string | undefined;
  readonly diagram?: string | undefined;
  readonly seed?: number | undefined;
  readonly starts?: number | undefined;
  readonly as?: ModelKind | undefined;
  readonly stdLv?: boolean | undefined;
}

/**
 * `semnan identify MODEL`: writes which effects the observed covariances determine. Returns the exit code: 0, or 1
 * where an effect is not identifiable. @throws SemnanError for bad input.
 */
export async function identifyCommand(modelPath: string, options: IdentifyCommandOptions): Promise<number> {
  for (const path of [options.out, options.diagram]) if (path !== undefined) await requireWritable(path);
  const { model, graph } = readModel(await readText(modelPath), options);
  const result = identify(model, {
    ...(options.effect === undefined ? {} : { effects: options.effect }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.starts === undefined ? {} : { starts: options.starts }),
  });
  const text =
    options.format === "json" ? `${JSON.stringify(result, null, 2)}\n` : formatIdentifyTable(result);
  if (options.out === undefined) process.stdout.write(text);
  else await writeFile(options.out, text);
  if (options.diagram !== undefined) {
    await writeFile(options.diagram, identifyDiagram(graph ?? modelGraph(model), result));
  }
  return result.effects.some(({ verdict }) => verdict === "notIdentifiable") ? 1 : 0;
}

/** A dagitty text keeps its graph, with the positions it states. */
function readModel(
  text: string,
  { as, stdLv }: IdentifyCommandOptions,
): { model: Model; graph: CausalGraph | undefined } {
  if (detectFormat(text) === "dagitty") {
    const graph = readDagitty(text);
    return { model: graphToModel(graph), graph };
  }
  const model = parseModel(text, {
    ...(as === undefined ? {} : { as }),
    ...(stdLv === undefined ? {} : { stdLv }),
  });
  return { model, graph: undefined };
}

/** The command's arguments, for the program to add. */
export function identifyProgram(
  action: (model: string, options: IdentifyCommandOptions) => Promise<void>,
): Command {
  const counting = (text: string): number => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new InvalidArgumentError("It must be a whole number.");
  };
  return new Command("identify")
    .description("tells which effects the covariances of the observed variables determine")
    .argument("<model>", "lavaan syntax (.lav, .txt), dagitty (.dag) or JSON (.json); - for standard input")
    .addOption(
      new Option("--effect <effect>", 'effect to ask about, as "X -> Y"; all unless given').argParser(
        (text: string, before: string[] | undefined) => [...(before ?? []), text],
      ),
    )
    .addOption(new Option("--format <format>", "how to write it").choices(["table", "json"]).default("table"))
    .addOption(new Option("--out <file>", "write the result to a file instead of standard output"))
    .addOption(new Option("--diagram <file.svg>", "draw the graph, edges coloured by verdict"))
    .addOption(
      new Option("--starts <count>", "random starts for each generic covariance matrix").argParser(counting),
    )
    .addOption(new Option("--seed <number>", "seed of everything random (1)").argParser(counting))
    .addOption(
      new Option("--as <function>", "whose defaults a lavaan model gets (sem)").choices([
        "cfa",
        "sem",
        "growth",
        "lavaan",
      ]),
    )
    .addOption(new Option("--std-lv", "fix variances of latent variables instead of first loadings"))
    .action((model: string, options: IdentifyCommandOptions) => action(model, options));
}
