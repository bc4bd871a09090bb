import { execFile } from "node:child_process";
import { access, constants, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { BackendUnavailableError } from "../../src/errors.ts";

const run = promisify(execFile);

/** An unpacked Chromium headless shell and the environment it has to be started with. */
export interface UnpackedChromium {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Unpacks the Chromium that npm brings (`@sparticuz/chromium`, Linux on x64) into the user's cache, once per version.
 *
 * Processes that start at the same time each unpack into a folder of their own; the first to rename it to its final
 * name wins, so nobody ever sees half a browser.
 *
 * @throws BackendUnavailableError on other systems, or where neither the cache nor the temporary folder can be written.
 */
export async function unpackNpmChromium(): Promise<UnpackedChromium> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new BackendUnavailableError(
      `npm brings a browser for Linux on x64 only, and this is ${process.platform} on ${process.arch}`,
      "Install Google Chrome, Chromium or Edge, or name one in the environment variable SEMNAN_BROWSER.",
    );
  }
  const packageEntry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version } = JSON.parse(
    await readFile(join(dirname(packageEntry), "..", "..", "package.json"), "utf8"),
  ) as { version: string };
  const folder = join(await writableCache(), `chromium-${version}`);
  if (!(await exists(folder))) await unpackInto(folder);
  const executable = join(folder, "chromium");
  return { executable, environment: await environmentFor(executable, folder) };
}

async function unpackInto(folder: string): Promise<void> {
  const staging = await mkdtemp(`${folder}.`);
  try {
    // The package unpacks into os.tmpdir() and adds its shared libraries only where it believes itself on AWS Lambda;
    // a child process lets us say both without touching our own environment.
    const script = 'import("@sparticuz/chromium").then((chromium) => chromium.default.executablePath())';
    await run(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")),
      env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" },
    });
    await rename(staging, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } catch (error) {
    throw new BackendUnavailableError(
      `the browser that npm brings could not be unpacked into ${folder}: ${(error as Error).message.split("\n")[0]}`,
      "It needs 210 MB. Free some space, or point XDG_CACHE_HOME to a folder with space.",
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The user's cache folder, or a folder of the user's own under the temporary one where the home cannot be written. */
async function writableCache(): Promise<string> {
  const candidates = [
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "semnan"),
    join(tmpdir(), `semnan-${process.getuid?.() ?? 0}`),
  ];
  for (const folder of candidates) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
      // A folder that somebody else put under /tmp could hold somebody else's browser.
      if ((await stat(folder)).uid === process.getuid?.()) return folder;
    } catch {
      // Try the next one.
    }
  }
  throw new BackendUnavailableError(
    `neither ${candidates.join(" nor ")} can be written`,
    "Point XDG_CACHE_HOME to a folder that can be written.",
  );
}

/** Bare machines lack NSS and fonts, and Chromium dies of the first letter that it cannot draw; the package has both. */
async function environmentFor(executable: string, folder: string): Promise<Record<string, string>> {
  const environment: Record<string, string> = { FONTCONFIG_FILE: await fontConfiguration(folder) };
  if (await lacksLibraries(executable)) {
    environment["LD_LIBRARY_PATH"] = [join(folder, "al2023", "lib"), process.env["LD_LIBRARY_PATH"]]
      .filter(Boolean)
      .join(":");
  }
  return environment;
}

/** The system's fonts, where it has any, and those of the package; the package's own file looks for them in /tmp. */
async function fontConfiguration(folder: string): Promise<string> {
  const path = join(folder, "semnan-fonts.conf");
  if (await exists(path)) return path;
  const staging = `${path}.${process.pid}`;
  await writeFile(
    staging,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, "fonts")}</dir>
  <cachedir>${join(folder, "fonts-cache")}</cachedir>
</fontconfig>
`,
  );
  await rename(staging, path);
  return path;
}

async function lacksLibraries(executable: string): Promise<boolean> {
  try {
    return (await run("ldd", [executable])).stdout.includes("not found");
  } catch {
    return true;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
