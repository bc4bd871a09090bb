import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Results } from "./results.ts";

const BEGIN = "<!-- made by npm run bench -->";
const END = "<!-- end of what npm run bench made -->";

/** The README's part on measurements: what the suites found, where peers win first, and nothing of anyone's own. */
export function readmePart({ suites }: Results, names: readonly string[]): string {
  const present = names.flatMap((name) => suites[name] ?? []);
  const beaten = present.flatMap(({ suite, beaten: lines }) =>
    lines.map((line) => `- ${line} (suite \`${suite}\`)`),
  );
  return [
    BEGIN,
    "",
    ...(beaten.length > 0 ? ["Where a peer beats us:", "", ...beaten, ""] : []),
    "| made by | what it found |",
    "| --- | --- |",
    ...present.map(
      ({ suite, headline, findings }) => `| suite \`${suite}\` | ${headline ?? findings[0] ?? "–"} |`,
    ),
    "",
    END,
  ].join("\n");
}

/** The part between the two marks of a README. @throws where the marks are missing. */
export function partOf(readme: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${BEGIN} and ${END}`);
  return readme.slice(from, to + END.length);
}

/** Renews the README's part from the committed results. */
export async function renewReadme(results: Results, names: readonly string[]): Promise<void> {
  const file = join(import.meta.dirname, "..", "..", "README.md");
  const readme = await readFile(file, "utf8");
  await writeFile(
    file,
    readme.replace(partOf(readme), () => readmePart(results, names)),
  );
}
