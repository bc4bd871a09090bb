import { webgpu } from "../engine/gpu/backend.ts";
import { adapterName, isSoftware, requestDevice } from "../engine/gpu/device.ts";
import type { GpuBackend } from "../engine/engine.ts";
import { BackendUnavailableError, DeviceLostError } from "../errors.ts";

/** What a place can compute with, for people to read. */
export interface GpuReport {
  readonly available: boolean;
  /** Vendor and architecture, or why there is none. */
  readonly adapter: string;
  /** False for WebGPU in software. */
  readonly hardware: boolean;
}

/** Losses after which a device is not asked for again within one piece of work. */
const MOST_LOSSES = 2;

/** Owns the device of a worker: asks for it when first needed, and for another one when it was lost. */
export class GpuHost {
  #device: Promise<GPUDevice | undefined> | undefined;
  #obstacle = "";

  /** The device as a backend; `undefined` where there is no WebGPU. */
  async backend(): Promise<GpuBackend | undefined> {
    const device = await this.#request();
    return device && webgpu(device);
  }

  async report(): Promise<GpuReport> {
    const device = await this.#request();
    if (!device) return { available: false, adapter: this.#obstacle, hardware: false };
    return { available: true, adapter: adapterName(device), hardware: !isSoftware(device) };
  }

  /**
   * Runs work that may lose its device: it is then run again on a new one and, after more losses, without any.
   * `onLoss` hears of every loss.
   */
  async keepGoing<Result>(
    work: (gpu: GpuBackend | undefined) => Promise<Result>,
    onLoss: (next: "webgpu" | "cpu") => void,
  ): Promise<Result> {
    for (let losses = 0; losses < MOST_LOSSES; losses++) {
      const gpu = await this.backend();
      try {
        return await work(gpu);
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        this.#device = undefined;
        onLoss(losses + 1 < MOST_LOSSES && (await this.backend()) ? "webgpu" : "cpu");
      }
    }
    return work(undefined);
  }

  #request(): Promise<GPUDevice | undefined> {
    this.#device ??= this.#ask();
    return this.#device;
  }

  async #ask(): Promise<GPUDevice | undefined> {
    try {
      const device = await requestDevice();
      void this.#forgetWhenLost(device);
      return device;
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      this.#obstacle = error.message;
      return undefined;
    }
  }

  async #forgetWhenLost(device: GPUDevice): Promise<void> {
    await device.lost;
    if ((await this.#device) === device) this.#device = undefined;
  }
}

/** The device of this worker. */
export const gpuHost = new GpuHost();
