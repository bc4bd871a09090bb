import { access, constants, readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { BackendUnavailableError } from "../../src/errors.ts";
import { unpackNpmChromium } from "./npm-chromium.ts";

/** Where a browser was found. */
export type BrowserSource = "explicit" | "system" | "puppeteer's cache" | "npm";

/** A browser that can be started. */
export interface BrowserCandidate {
  readonly source: BrowserSource;
  readonly executable: string;
  /** Headless shells know only the old headless mode, full browsers only the new one. */
  readonly headless: "shell" | true;
  /** Added to the environment of the browser. */
  readonly environment: Readonly<Record<string, string>>;
}

const SYSTEM_NAMES = [
  "google-chrome-stable",
  "google-chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
];

/** Paths of a browser inside a folder of puppeteer's cache, whatever the platform. */
const CACHED_NAMES = {
  chrome: [
    "chrome-linux64/chrome",
    "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-win64/chrome.exe",
  ],
  "chrome-headless-shell": [
    "chrome-headless-shell-linux64/chrome-headless-shell",
    "chrome-headless-shell-mac-arm64/chrome-headless-shell",
    "chrome-headless-shell-mac-x64/chrome-headless-shell",
    "chrome-headless-shell-win64/chrome-headless-shell.exe",
  ],
} as const;

/**
 * The browsers to try, best first: the one named by `explicit` and nothing else, or else the system's, those in
 * puppeteer's cache, and last the one that npm brings. `explicit` is a path, or the word `npm`.
 * Each is only looked up (and npm's only unpacked) when the ones before it have failed.
 *
 * @throws BackendUnavailableError where the explicit path does not exist or is not a program.
 */
export async function* browserCandidates(explicit: string | undefined): AsyncGenerator<BrowserCandidate> {
  if (explicit !== undefined && explicit !== "" && explicit !== "npm") {
    if (!(await exists(explicit))) {
      throw new BackendUnavailableError(
        `there is no browser at ${explicit}`,
        "Correct the path in SEMNAN_BROWSER (or --browser), or unset it to let semnan look for one.",
      );
    }
    if (!(await canRun(explicit))) {
      throw new BackendUnavailableError(
        `${explicit} is not a program that can be run`,
        "Name the browser's executable file in SEMNAN_BROWSER (or --browser), or unset it to let semnan look for one.",
      );
    }
    yield candidate("explicit", explicit);
    return;
  }
  if (explicit !== "npm") {
    for (const path of systemPaths()) if (await canRun(path)) yield candidate("system", path);
    for (const path of await cachedPaths())
      if (await canRun(path)) yield candidate("puppeteer's cache", path);
  }
  const { executable, environment } = await unpackNpmChromium();
  yield { source: "npm", executable, headless: "shell", environment };
}

function candidate(source: BrowserSource, executable: string): BrowserCandidate {
  return {
    source,
    executable,
    headless: /headless.shell/i.test(executable) ? "shell" : true,
    environment: {},
  };
}

function systemPaths(): string[] {
  if (process.platform === "darwin") {
    const names = ["Google Chrome", "Chromium", "Microsoft Edge"];
    return names.flatMap((name) =>
      ["/Applications", join(homedir(), "Applications")].map((folder) =>
        join(folder, `${name}.app`, "Contents", "MacOS", name),
      ),
    );
  }
  if (process.platform === "win32") {
    const folders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap(
      (name) => process.env[name] ?? [],
    );
    return ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"].flatMap(
      (name) => folders.map((folder) => join(folder, name)),
    );
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const everywhere = [...new Set([...folders, "/usr/bin", "/usr/local/bin", "/snap/bin"])];
  return SYSTEM_NAMES.flatMap((name) => everywhere.map((folder) => join(folder, name)));
}

/** Browsers that puppeteer downloaded, newest version first. */
async function cachedPaths(): Promise<string[]> {
  const cache = process.env["PUPPETEER_CACHE_DIR"] || join(homedir(), ".cache", "puppeteer");
  const paths: string[] = [];
  for (const [kind, names] of Object.entries(CACHED_NAMES)) {
    const versions = await readdir(join(cache, kind)).catch(() => []);
    versions.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
    paths.push(...versions.flatMap((version) => names.map((name) => join(cache, kind, version, name))));
  }
  return paths;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Whether a path is a file that may be run. */
async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK)
    .then(() => stat(path))
    .then(
      (found) => found.isFile(),
      () => false,
    );
}
