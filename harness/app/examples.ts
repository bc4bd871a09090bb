import democracyData from "../examples/democracy.csv?url";
import democracyModel from "../examples/democracy.lav?url";
import frontdoorData from "../examples/frontdoor.csv?url";
import frontdoorModel from "../examples/frontdoor.lav?url";
import healthData from "../examples/health-cov.json?url";
import healthModel from "./examples/health.dag?url";
import holzingerData from "../examples/holzinger.csv?url";
import holzingerModel from "../examples/holzinger.lav?url";
import { DEFAULT_SETTINGS, type Settings } from "./state/settings.ts";

/** A model and data to try, fetched when chosen. */
export interface Example {
  readonly key: string;
  readonly title: string;
  /** What there is to see in it. */
  readonly words: string;
  readonly model: string;
  readonly data: { readonly name: string; readonly url: string };
  readonly settings: Settings;
}

export const EXAMPLES: readonly Example[] = [
  {
    key: "holzinger",
    title: "Three abilities (Holzinger & Swineford)",
    words: "Nine tests measure three factors",
    model: holzingerModel,
    data: { name: "holzinger.csv", url: holzingerData },
    settings: { ...DEFAULT_SETTINGS, as: "cfa" },
  },
  {
    key: "democracy",
    title: "Political democracy (Bollen)",
    words: "Measured factors act on each other",
    model: democracyModel,
    data: { name: "democracy.csv", url: democracyData },
    settings: DEFAULT_SETTINGS,
  },
  {
    key: "frontdoor",
    title: "The front door, with a hidden cause",
    words: "An effect found despite a confounder",
    model: frontdoorModel,
    data: { name: "frontdoor.csv", url: frontdoorData },
    settings: DEFAULT_SETTINGS,
  },
  {
    key: "health",
    title: "Exercise and health (causal graph)",
    words: "Effects that no data can determine",
    model: healthModel,
    data: { name: "health-cov.json", url: healthData },
    settings: DEFAULT_SETTINGS,
  },
];

/** Fetches the two files of an example; they are part of this page. */
export async function fetchExample({ model, data }: Example): Promise<{ model: string; data: string }> {
  const [modelText, dataText] = await Promise.all(
    [model, data.url].map(async (url) => (await fetch(url)).text()),
  );
  return { model: modelText!, data: dataText! };
}
