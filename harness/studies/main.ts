import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { knownParameters } from "./knownParameters.ts";
import { marginalisation } from "./marginalisation.ts";
import { latentCount } from "./latentCount.ts";
import { identification } from "./identification.ts";
import { nonNormality } from "./nonNormality.ts";
import { largeModel } from "./largeModel.ts";
import { optimisers } from "./optimisers.ts";
import { stability } from "./stability.ts";
import type { Study } from "./study.ts";

/** The paper's experiments: `npm run study -- a`, or several letters, or all. Output is committed beside them. */
const STUDIES: Readonly<Record<string, Study>> = {
  a: knownParameters,
  b: marginalisation,
  c: latentCount,
  d: identification,
  e: nonNormality,
  f: stability,
  g: optimisers,
  h: largeModel,
};

const RESULTS = join(import.meta.dirname, "results");

async function run(letter: string, study: Study): Promise<void> {
  process.stderr.write(`study ${letter}: ${study.title}\n`);
  const { data, report, charts } = await study.run();
  const name = `${letter}-${study.name}`;
  const files = Object.entries(charts).map(([suffix, svg]) => ({ path: `${name}-${suffix}.svg`, text: svg }));
  const pictures = files.map(({ path }) => `![${path}](${path})`).join("\n\n");
  const json = JSON.stringify({ study: name, seed: study.seed, ...data }, rounded, 1);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${name}.json`), `${json}\n`);
  await writeFile(join(RESULTS, `${name}.md`), `# ${study.title}\n\n${report.trim()}\n\n${pictures}\n`);
  for (const { path, text } of files) await writeFile(join(RESULTS, path), text);
}

/** Seven digits are more than any finding needs, and keep the files readable. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(7)) : value;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((letter) => !(letter in STUDIES));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no study ${unknown.join(", ")}; there are ${Object.keys(STUDIES).join(", ")}.\n`,
  );
  process.exitCode = 2;
} else {
  for (const letter of asked.length === 0 ? Object.keys(STUDIES) : asked) await run(letter, STUDIES[letter]!);
}
