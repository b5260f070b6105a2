// From settings to a trained run folder: opens the data, builds the graph, trains, keeps the record.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildInfo, distributed } from '@xclr/torch';
import { type Dataset, type ImageReader, openImages, type Problem } from '../data/index.js';
import { explainDeviceMemory } from '../util/device-memory.js';
import { isDiskFull } from '../util/full-disk.js';
import { version } from '../util/version.js';
import { claimRun, type RunClaim } from './claim-run.js';
import type { AskedTrainConfig, TrainConfig } from './config.js';
import { explainStop } from './explain-stop.js';
import { measureStep } from './measure-step.js';
import { planOf, type TrainingPlan } from './plan.js';
import { precisionOf } from './precision.js';
import { type Prepared, prepareTraining } from './prepare.js';
import { resumeRecord } from './resume-record.js';
import { RunFolder, type RunRecord, recordFormat } from './run-folder.js';
import { keptNotices, type RunStatus, writeStatus } from './run-status.js';
import type { TrackedEnd } from './trackers/tracker.js';
import { Trackers, trackerClients } from './trackers/trackers.js';
import { type TrainingOutcome, type TrainingProgress, train } from './trainer.js';
import { viewSource } from './view-source.js';
import { inGroup, mostSamples, refuseSharedGpu } from './world/enter.js';
import { machinePart } from './world/machine-part.js';
import { commonRecord } from './world/run-record.js';
import { SharedWorld } from './world/shared-world.js';
import { alone } from './world/world.js';

/** What a program hears of a training, and how it stops one. */
export interface SessionOptions {
  /** Where this process meets those that train with it; null, the default, where it trains alone. */
  readonly place?: distributed.Place | null;
  readonly stop?: AbortSignal;
  readonly onStep?: (progress: TrainingProgress) => void;
  /** Captions encoded so far, and all, where some were not in the store. */
  readonly onEncode?: (done: number, total: number) => void;
  /** The plan, before the first step. Without this, onNotice has its main lines. */
  readonly onPlan?: (plan: TrainingPlan) => void;
  /** A line for the user: what was found, chosen, skipped. */
  readonly onNotice?: (message: string) => void;
}

/** Trains as the settings say, in a new run folder, or resumes one. What is `auto` is chosen for the device and the data. */
export async function runTraining(
  asked: AskedTrainConfig,
  options: SessionOptions = {},
): Promise<TrainingOutcome & { run: RunFolder }> {
  const { place = null, stop, onNotice } = options;
  if (place === null) return runOne(asked, options, null);
  // One of the processes speaks; what another has to say is an error, or a list of what it skipped.
  const { onEncode: _, onPlan: __, onNotice: ___, ...silent } = options;
  const speaking = place.rank === 0 ? options : silent;
  const waiting = {
    ...distributed.patienceOf(),
    ...(stop && { signal: stop }),
    ...(onNotice && { onWait: onNotice }),
  };
  return inGroup({ place, ...waiting }, (group) => runOne(asked, speaking, group));
}

/** One process of a training: the only one, or one of a group. */
async function runOne(
  asked: AskedTrainConfig,
  options: SessionOptions,
  group: distributed.Group | null,
): Promise<TrainingOutcome & { run: RunFolder }> {
  const writes = group === null || group.rank === 0;
  const clients = writes ? trackerClients(asked) : new Map();
  using claim: RunClaim & { readonly aside?: string } = writes
    ? await claimRun(asked.run, { resume: asked.resume })
    : unclaimed(asked);
  const { run } = claim;
  const heard = options.onNotice ?? (() => undefined);
  const notice = writes ? keptNotices(run, heard) : heard;
  const { onEncode } = options;
  const processes = group === null ? undefined : { ...group.place };
  using prepared = await prepareTraining(machinePart(asked, processes ?? { localSize: 1 }), {
    folder: asked.resume ? run.path : (claim.aside ?? run.path),
    onNotice: notice,
    ...(processes !== undefined && { processes }),
    ...(onEncode !== undefined && { onEncode }),
  }).catch((error) => {
    throw explainDeviceMemory(error) ?? error;
  });
  const { config, dataset, objective, device } = prepared;
  tell(prepared, { ...options, onNotice: notice });
  if (writes) {
    const record = recordOf(prepared, asked);
    if (config.resume) resumeRecord(run, record, notice);
    else run.writeRecord(record);
  }
  if (group !== null) {
    refuseSharedGpu(group.place, device, buildInfo().cudaDevices);
    await group.connect(commonRecord(prepared));
  }
  using shared = group === null ? null : new SharedWorld(group, { most: mostSamples(config.batchSize) });
  const world = shared ?? alone;

  const trackers = new Trackers(clients, run, config, { onNotice: notice });
  await using store = openStore(config, dataset, notice);
  let end: TrackedEnd = 'failed';
  let ending: Omit<RunStatus, 'at'> = { state: 'failed' };
  try {
    const job = { ...options, ...prepared, objective, store, run, trackers, world, onNotice: notice };
    const outcome = await train(job);
    const { finished, totalSteps } = outcome;
    end = finished ? 'finished' : 'interrupted';
    ending = { state: finished ? 'finished' : 'stopped', totalSteps };
    if (outcome.dataFraction > 0.1) {
      notice(
        `the trainer waited for images during ${Math.round(100 * outcome.dataFraction)} % of the time: ` +
          waitRemedy(config, dataset),
      );
    }
    return { ...outcome, run };
  } catch (error) {
    const explained = writes ? explainStop(error, run) : error;
    ending = { state: 'failed', reason: explained instanceof Error ? explained.message : String(explained) };
    throw explained;
  } finally {
    await trackers.end(end);
    if (writes) {
      writeStatus(run, ending);
      listSkipped(run, [...dataset.problems, ...store.failures], notice);
    }
  }
}

/** What training would do and take, without doing it: nothing is written but the captions' vectors, which are kept. */
export async function planTraining(
  asked: AskedTrainConfig,
  options: Pick<SessionOptions, 'onEncode' | 'onNotice'> = {},
): Promise<TrainingPlan> {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-plan-'));
  try {
    const { onEncode, onNotice = () => undefined } = options;
    using prepared = await prepareTraining(
      { ...asked, onMemoryShortage: 'warn' },
      { folder, onNotice, ...(onEncode !== undefined && { onEncode }) },
    );
    return planOf(prepared, { secondsAStep: measureStep(prepared) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The plan as a whole, or the few lines of it that a log should have. */
function tell(prepared: Prepared, { onNotice, onPlan }: SessionOptions): void {
  const { dataset, training, validation, objective } = prepared;
  for (const note of objective.notes) onNotice?.(note);
  if (onPlan !== undefined) {
    onPlan(planOf(prepared));
    return;
  }
  onNotice?.(
    `${dataset.name}: ${training.length} training and ${validation.length} validation images; ${objective.contrast}`,
  );
  onNotice?.(`learns from: ${objective.description}`);
}

/** For a process that leaves the run folder to rank 0: a folder of its own for what it has to write while it prepares. */
function unclaimed({ run, resume }: AskedTrainConfig): RunClaim & { readonly aside: string } {
  const aside = mkdtempSync(join(tmpdir(), 'xclr-rank-'));
  return {
    aside,
    run: resume ? RunFolder.open(run) : new RunFolder(run),
    [Symbol.dispose]: () => rmSync(aside, { recursive: true, force: true }),
  };
}

/** @param asked with the machine's settings whole, not one process's part of them */
function recordOf(
  { config: own, choices, device, dataset, training, objective, weights, processes }: Prepared,
  { workers, cacheMiB, prefetchMiB }: AskedTrainConfig,
): RunRecord {
  const config = { ...own, workers, cacheMiB, prefetchMiB };
  return {
    format: recordFormat,
    xclr: version,
    libtorch: buildInfo().builtFor,
    node: process.version,
    createdAt: new Date().toISOString(),
    data: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      samples: dataset.samples.length,
      training: training.length,
    },
    graph: objective.description,
    ...(processes > 1 && { processes }),
    ...(weights !== null && { initialWeights: weights.record }),
    ...(choices.length > 0 && { chosen: choices }),
    computed: [{ since: new Date().toISOString(), precision: precisionOf(config.precision, device), device }],
    config,
  };
}

/** What makes the trainer wait less. */
function waitRemedy({ views, data }: TrainConfig, { source, packedSize }: Dataset): string {
  if (packedSize !== undefined)
    return 'the disk is slow: copy the packed store to a faster one, or use --sampler stream';
  if (source === 'packed store')
    return 'pack the images as pixels (--images raw), or raise --workers or --cache-mib';
  return `\`xclr data pack ${data.path} packed/ --size ${2 * views.size}\` stores them ready to use; or raise --workers or --cache-mib`;
}

/** Opens the images; says where they were packed too small, and when one crashes its decoder. */
export function openStore(
  config: TrainConfig,
  dataset: Dataset,
  notice: (message: string) => void = () => undefined,
): ImageReader {
  const { packedSize } = dataset;
  if (packedSize !== undefined && packedSize < config.views.size) {
    notice(
      `the packed store keeps images at ${packedSize} pixels, fewer than a view has (${config.views.size}): views show less detail than they could; pack at twice the size of a view`,
    );
  }
  return openImages(dataset, {
    size: viewSource(config.views),
    timeoutSeconds: config.decodeTimeout,
    onCrash: config.onDecoderCrash,
    onCrashed: ({ image, reason }) => {
      const then = config.onDecoderCrash === 'skip' ? 'the image is skipped' : 'the run stops';
      notice(`${reason}, with ${image.path}; ${then}`);
    },
    cacheBytes: config.cacheMiB * 2 ** 20,
    maxFailureRate: config.data.maxFailureRate,
    ...(config.workers !== 'auto' && { workers: config.workers }),
  });
}

/** Lists problems in the run folder; a warning (a class with one image) is no image that was skipped. */
function listSkipped(run: RunFolder, problems: readonly Problem[], notice: (message: string) => void): void {
  if (problems.length === 0) return;
  try {
    appendFileSync(
      run.file('skipped.jsonl'),
      problems.map((problem) => `${JSON.stringify(problem)}\n`).join(''),
    );
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    notice(`${problems.length} problems of the data could not be listed: ${error.message}`); // why training ended is said too
    return;
  }
  const skipped = problems.filter(({ warning }) => !warning).length;
  if (skipped > 0) notice(`${skipped} images or rows were skipped; ${run.file('skipped.jsonl')} lists them`);
}
