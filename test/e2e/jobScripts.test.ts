import { execFile, execFileSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FitResult } from "../../src/statistics/result.ts";
import { commandPath, EXAMPLES, semnan } from "./command.ts";

const MODEL = "democracy.lav";
const DATA = "democracy.csv";
const REPLICATES = "900";
const run = promisify(execFile);

let folder: string;
let whole: FitResult;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semnan-jobs-"));
  await cp(EXAMPLES, folder, { recursive: true });
  const fit = [
    "fit",
    MODEL,
    DATA,
    "--backend",
    "cpu",
    "--bootstrap",
    REPLICATES,
    "--replicates",
    "whole.csv",
  ];
  whole = JSON.parse((await semnan([...fit, "--format", "json"], { cwd: folder })).stdout) as FitResult;
});
afterAll(() => rm(folder, { recursive: true, maxRetries: 5, retryDelay: 200 }));

async function environment(): Promise<NodeJS.ProcessEnv> {
  return {
    ...process.env,
    SEMNAN: `"${process.execPath}" ${await commandPath()}`.replaceAll('"', ""),
    REPLICATES,
  };
}

/** The merged parts are what one run gives. */
async function expectWhole(): Promise<void> {
  const replicates = await readFile(join(folder, "replicates.csv"), "utf8");
  expect(replicates).toBe(await readFile(join(folder, "whole.csv"), "utf8"));
  const result = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as FitResult;
  expect(result.parameters).toEqual(whole.parameters);
}

describe("job scripts", () => {
  it("run as they are, with Slurm's variables and a stand-in for srun", async () => {
    const bin = join(folder, "bin");
    await run("mkdir", [bin]);
    await writeFile(join(bin, "srun"), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    const env = { ...(await environment()), PATH: `${bin}:${process.env["PATH"]}` };
    for (const task of ["3", "4"]) {
      const slurm = { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_MIN: "3", SLURM_ARRAY_TASK_COUNT: "2" };
      await run("sh", ["bootstrap.slurm", MODEL, DATA], { cwd: folder, env: { ...env, ...slurm } });
    }
    await run("sh", ["merge.slurm", MODEL, DATA], { cwd: folder, env });
    await expectWhole();
  });

  it("the Kubernetes job names options that the command has", async () => {
    const job = await readFile(join(EXAMPLES, "bootstrap.kubernetes.yaml"), "utf8");
    const { stdout } = await semnan(["fit", "--help"]);
    const command = job.slice(job.indexOf("exec semnan fit"), job.indexOf("resources:"));
    const options = Array.from(command.matchAll(/ (--[a-z-]+) (?=[\w"$])/g), (match) => match[1]!);
    expect(options).toContain("--shard");
    for (const option of options) expect(stdout).toContain(option);
    expect(job).toMatch(/completionMode: Indexed\n {2}completions: 8\n/);
    expect(job.match(/JOB_COMPLETION_INDEX \+ 1\)\)\/8"/)).not.toBeNull();
  });
});

/** Waits for something that happens in other processes; the test's own time limit ends it. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** A cluster of this machine alone, in a folder of its own. */
function slurmConfiguration(at: string): string {
  const name = hostname().split(".")[0]!;
  const user = userInfo().username;
  return `ClusterName=semnan
SlurmctldHost=${name}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${at}/munge.sock
CredType=cred/munge
SlurmctldPort=26817
SlurmdPort=26818
StateSaveLocation=${at}/state
SlurmdSpoolDir=${at}/spool
SlurmctldPidFile=${at}/slurmctld.pid
SlurmdPidFile=${at}/slurmd.pid
SlurmctldLogFile=${at}/slurmctld.log
SlurmdLogFile=${at}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MailProg=/bin/true
MpiDefault=none
ReturnToService=2
NodeName=${name} CPUs=2 State=UNKNOWN
PartitionName=all Nodes=${name} Default=YES State=UP
`;
}

// Needs Debian's slurm-wlm and root; say SEMNAN_TEST_SLURM=1.
describe.runIf(process.env["SEMNAN_TEST_SLURM"])("Slurm", () => {
  let cluster: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    cluster = await mkdtemp(join(tmpdir(), "semnan-slurm-"));
    await writeFile(join(cluster, "slurm.conf"), slurmConfiguration(cluster));
    await writeFile(join(cluster, "key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
    await run("mkdir", [join(cluster, "state"), join(cluster, "spool")]);
    env = { ...(await environment()), SLURM_CONF: join(cluster, "slurm.conf") };
    const files = {
      key: "key",
      socket: "munge.sock",
      "pid-file": "munged.pid",
      "log-file": "log",
      "seed-file": "seed",
    };
    const munge = Object.entries(files).map(
      ([option, file]) => `--${option === "key" ? "key-file" : option}=${join(cluster, file)}`,
    );
    execFileSync("munged", ["--force", ...munge], { stdio: "ignore" });
    execFileSync("slurmctld", ["-c"], { env, stdio: "ignore" });
    execFileSync("slurmd", [], { env, stdio: "ignore" });
    await until(async () => (await run("sinfo", ["-h", "-o", "%t"], { env })).stdout.includes("idle"));
  });

  afterAll(async () => {
    for (const daemon of ["slurmd", "slurmctld", "munged"]) {
      const id = await readFile(join(cluster, `${daemon}.pid`), "utf8").catch(() => undefined);
      if (id !== undefined) process.kill(Number(id), "SIGTERM");
    }
    await until(async () => !(await readdir(cluster)).some((file) => file.endsWith(".pid")));
    await rm(cluster, { recursive: true, maxRetries: 5, retryDelay: 200 });
  });

  it("runs the array and the merge that waits for it", async () => {
    for (const file of ["replicates.csv", "result.json", "part-3.csv", "part-4.csv"]) {
      await rm(join(folder, file), { force: true });
    }
    const submit = async (...args: string[]): Promise<string> =>
      (await run("sbatch", ["--parsable", ...args], { cwd: folder, env })).stdout.trim();
    const array = await submit("--array=1-4", "bootstrap.slurm", MODEL, DATA);
    await submit(`--dependency=afterany:${array}`, "merge.slurm", MODEL, DATA);
    await until(async () => (await run("squeue", ["-h"], { env })).stdout.trim() === "");
    await expectWhole();
  });
});
