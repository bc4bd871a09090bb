import { launchBrowser, type BrowserSession } from "../../harness/browser/launch.ts";

export interface InfoOptions {
  readonly format: "table" | "json";
  readonly browser?: string | undefined;
}

/** `semnan info`: what would run a fit here. @throws BackendUnavailableError where no browser gives an adapter. */
export async function infoCommand(version: string, options: InfoOptions): Promise<number> {
  const session = await launchBrowser({ browser: options.browser, pipe: true });
  await session.close();
  const facts = factsOf(version, session);
  process.stdout.write(
    options.format === "json" ? `${JSON.stringify(facts, null, 2)}\n` : formatFacts(facts),
  );
  return 0;
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(version: string, { adapter, ...session }: BrowserSession) {
  return {
    semnan: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    browser: {
      version: session.version,
      executable: session.executable,
      source: session.source,
      startSeconds: session.seconds,
    },
    adapter,
  };
}

function formatFacts({ semnan, node, platform, browser, adapter }: Facts): string {
  const name = [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean);
  const rows = [
    ["semnan", semnan],
    ["Node", `${node} (${platform})`],
    ["Browser", `${browser.version}, from ${browser.source}: ${browser.executable}`],
    ["Started in", `${browser.startSeconds.toFixed(2)} s`],
    ["Adapter", `${name.join(" ")} (${adapter.fallback ? "software" : "hardware"})`],
    ["Features", adapter.features.join(", ")],
    ...Object.entries(adapter.limits).map(([limit, value]) => [limit, value.toLocaleString("en")]),
  ];
  const width = Math.max(...rows.map(([words]) => words!.length));
  return `${rows.map(([words, value]) => `${words!.padEnd(width)}  ${value}`).join("\n")}\n`;
}
