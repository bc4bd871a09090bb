import type { Inputs } from "./appState.ts";
import { DEFAULT_SETTINGS, readSettings, type Settings } from "./settings.ts";

/** A link carries these; the data stay where they are. */
type Linked = Pick<Inputs, "model" | "settings">;

const PREFIX = "#m=";

/** The fragment of a link to a model and the settings that differ from the defaults: deflated JSON in base64url. */
export async function toFragment({ model, settings }: Linked): Promise<string> {
  const changed = Object.entries(settings).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(DEFAULT_SETTINGS[key as keyof Settings]),
  );
  const text = JSON.stringify({ model, settings: Object.fromEntries(changed) });
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return PREFIX + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What a link's fragment carries; `undefined` where it carries nothing that can be read. */
export async function fromFragment(fragment: string): Promise<Linked | undefined> {
  if (!fragment.startsWith(PREFIX)) return undefined;
  try {
    const letters = atob(fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const text = new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw")));
    const { model, settings } = JSON.parse(text) as Record<string, unknown>;
    return typeof model === "string" ? { model, settings: readSettings(settings) } : undefined;
  } catch {
    return undefined;
  }
}

/** An address without the link in its fragment. */
export function withoutLink(address: string): string {
  const [page, fragment = ""] = address.split("#", 2);
  return `#${fragment}`.startsWith(PREFIX) ? page! : address;
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<Uint8Array> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream as TransformStream<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}
