import type { Inputs } from "./appState.ts";
import { readSettings } from "./settings.ts";

/** A project file: everything that the user brought, the data included. */
const FORMAT = "semnan project";

export function projectText({ model, settings, data }: Inputs): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, model, settings, data: data ?? null }, undefined, 2)}\n`;
}

/** The inputs in a project file; `undefined` where the text is none. */
export function readProject(text: string): Inputs | undefined {
  try {
    const project = JSON.parse(text) as Record<string, unknown>;
    if (project["format"] !== FORMAT || typeof project["model"] !== "string") return undefined;
    const data = project["data"] as { name?: unknown; text?: unknown } | null;
    const hasData = typeof data?.name === "string" && typeof data.text === "string";
    return {
      model: project["model"],
      settings: readSettings(project["settings"]),
      data: hasData ? { name: data.name as string, text: data.text as string } : undefined,
    };
  } catch {
    return undefined;
  }
}
