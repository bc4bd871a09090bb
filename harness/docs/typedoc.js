import { tex } from "@mdit/plugin-tex";
import temml from "temml";

/** Formulas become MathML, which browsers draw without fonts, scripts or style sheets of ours. */
function renderFormula(content, displayMode) {
  return temml.renderToString(content, { displayMode, throwOnError: true });
}

/** @type {import("typedoc").TypeDocOptions} */
export default {
  name: "semnan",
  entryPoints: ["../../src/index.ts"],
  tsconfig: "../../tsconfig.build.json",
  out: "../../dist/docs",
  customCss: "./docs.css",
  favicon: "../app/public/icon.svg",
  readme: "./welcome.md",
  projectDocuments: [
    "./guides/start.md",
    "./guides/from-lavaan.md",
    "./guides/from-dagitty.md",
    "./guides/embedding.md",
    "./guides/how-it-works.md",
    "./guides/accuracy.md",
    "./guides/performance.md",
    "./guides/sizes-and-dependencies.md",
  ],
  markdownItLoader: (markdown) => markdown.use(tex, { render: renderFormula }),
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  hideGenerator: true,
  githubPages: false,
  disableGit: true,
  disableSources: true,
  validation: { notExported: false, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: ["Function", "Class", "Method", "Interface", "TypeAlias", "Variable", "Enum"],
  treatWarningsAsErrors: true,
};
