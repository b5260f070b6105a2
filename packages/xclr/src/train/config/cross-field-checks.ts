// What no single setting shows: settings that contradict each other.
import type { Finding } from './explain.js';
import { perplexityExcess, perplexityOf } from './graph.js';
import type { ParsedTrainConfig } from './schema.js';

type Check = (config: ParsedTrainConfig) => Finding | undefined;

const lengthIsOne: Check = ({ epochs, steps }) =>
  (epochs ?? null) !== null && (steps ?? null) !== null
    ? { path: ['steps'], message: 'contradicts epochs: give one of the two' }
    : undefined;

const warmupIsOne: Check = ({ schedule }) =>
  schedule.warmupEpochs !== undefined && schedule.warmupSteps !== undefined
    ? { path: ['schedule', 'warmupSteps'], message: 'contradicts schedule.warmupEpochs: give one of the two' }
    : undefined;

const warmupFits: Check = ({ schedule, epochs, steps }) => {
  const { warmupEpochs, warmupSteps } = schedule;
  if (steps && warmupSteps !== undefined && warmupSteps > steps) {
    return {
      path: ['schedule', 'warmupSteps'],
      message: `must not be longer than the run, got ${warmupSteps} of ${steps} steps`,
    };
  }
  if (warmupEpochs !== undefined && !steps && epochs && warmupEpochs > epochs) {
    return {
      path: ['schedule', 'warmupEpochs'],
      message: `must not be longer than the run, got ${warmupEpochs} of ${epochs} epochs`,
    };
  }
  return undefined;
};

const methodFitsGraph: Check = ({ method, graph, loss }) => {
  if (method === 'clip' && loss.softTargets > 0) return undefined; // softTargetsHaveGraph

  const required = {
    simclr: 'identity',
    supcon: 'labels',
    xclr: undefined,
    clip: 'identity',
    'clip-frozen': 'text',
    supervised: 'labels',
  }[method];
  if (required === undefined || graph.kind === required) return undefined;
  return {
    path: ['graph', 'kind'],
    message: `must be ${required} for method ${method}, got ${graph.kind}; with another graph the method is xclr`,
  };
};

/** β mixes the graph's similarities into CLIP's targets: that needs the method, and a graph that grades. */
const softTargetsHaveGraph: Check = ({ method, graph, loss }) => {
  if (loss.softTargets === 0) return undefined;
  if (method !== 'clip' && method !== 'clip-frozen') {
    return {
      path: ['loss', 'softTargets'],
      message: `is for the methods clip and clip-frozen, got method ${method}: the targets of xclr are soft already`,
    };
  }
  return graph.kind === 'identity' || graph.kind === 'labels'
    ? {
        path: ['graph', 'kind'],
        message: `must say how similar captions are for loss.softTargets ${loss.softTargets}, such as text, got ${graph.kind}`,
      }
    : undefined;
};

/** A tree smooths the targets of classes, and is one way of doing so. */
const labelTreeFits: Check = ({ method, loss }) => {
  if (loss.labelTree === undefined) return undefined;
  const path = ['loss', 'labelTree'];
  if (method !== 'supervised') return { path, message: `is for the method supervised, got method ${method}` };
  return loss.labelSmoothing > 0
    ? { path, message: 'contradicts loss.labelSmoothing: give one of the two' }
    : undefined;
};

/** What changes the targets of pairs needs a method that has pairs. */
const pairsFitMethod: Check = ({ method, loss }) => {
  const { targetSmoothing, memory, teacher } = loss;
  const used =
    targetSmoothing > 0
      ? ['targetSmoothing']
      : memory > 0
        ? ['memory']
        : teacher.weight > 0
          ? ['teacher', 'weight']
          : [];
  if (used.length === 0) return undefined;
  const pairs = method === 'xclr' || method === 'supcon' || method === 'simclr';
  if (!pairs) {
    return {
      path: ['loss', ...used],
      message: `is for the methods xclr, supcon and simclr, got method ${method}`,
    };
  }
  return memory > 0 && (targetSmoothing > 0 || teacher.weight > 0)
    ? {
        path: ['loss', 'memory'],
        message:
          'cannot be had together with loss.targetSmoothing or loss.teacher: they are of the batch alone',
      }
    : undefined;
};

const prototypesFitMethod: Check = ({ method, loss }) => {
  const { weight, temperature, anchors } = loss.prototypes;
  if (weight === 0) return undefined;
  if (method !== 'xclr' && method !== 'supcon') {
    return {
      path: ['loss', 'prototypes', 'weight'],
      message: `is for the methods xclr and supcon, got method ${method}`,
    };
  }
  if (method === 'xclr') return undefined;
  if (temperature > 0) {
    return {
      path: ['loss', 'prototypes', 'temperature'],
      message: `must be 0 for method supcon, whose labels have no similarities, got ${temperature}`,
    };
  }
  return anchors === 'text' || anchors === 'words'
    ? {
        path: ['loss', 'prototypes', 'anchors'],
        message: `must be free for method supcon, whose anchors are those of labels, got ${anchors}`,
      }
    : undefined;
};

/** Where the batch is chosen later, the graph is checked when it is made (build-graph.ts). */
const perplexityFitsBatch: Check = ({ graph, batchSize, method }) => {
  const wanted = 'temperature' in graph ? perplexityOf(graph.temperature) : undefined;
  if (wanted === undefined) return undefined;
  const path = ['graph', 'temperature'];
  if (wanted <= 1) {
    return { path, message: `perplexity must be above 1, got ${wanted}; with 1 the method is simclr` };
  }
  const message = batchSize === 'auto' ? undefined : perplexityExcess(wanted, batchSize, method);
  return message === undefined ? undefined : { path, message };
};

const viewsFitMethod: Check = ({ method, views }) =>
  views.count === 1 && (method === 'xclr' || method === 'supcon' || method === 'simclr')
    ? {
        path: ['views', 'count'],
        message: `must be 2 for method ${method}: it compares the views of an image`,
      }
    : undefined;

const headsDivideWidth: Check = ({ textTower }) =>
  textTower.width % textTower.heads !== 0
    ? {
        path: ['textTower', 'heads'],
        message: `must divide textTower.width, got ${textTower.heads} for ${textTower.width}`,
      }
    : undefined;

const patchesFillView: Check = ({ encoder, views }) => {
  const patch = encoder.stem === 'standard' ? 16 : 4;
  return encoder.name.startsWith('vit') && views.size !== 'auto' && views.size % patch !== 0
    ? {
        path: ['views', 'size'],
        message: `must be a multiple of ${patch} for ${encoder.name} with the ${encoder.stem} stem, got ${views.size}`,
      }
    : undefined;
};

const nesterovHasMomentum: Check = ({ optimizer }) =>
  optimizer.nesterov && (optimizer.name !== 'sgd' || optimizer.momentum === 0)
    ? { path: ['optimizer', 'nesterov'], message: 'needs optimizer.name sgd and a momentum above 0' }
    : undefined;

const fractionsSumToOne: Check = ({ data }) => {
  const { train, validation, test } = data.fractions;
  const sum = train + validation + test;
  return Math.abs(sum - 1) > 1e-6
    ? {
        path: ['data', 'fractions'],
        message: `must sum to 1, got ${train} + ${validation} + ${test} = ${sum}`,
      }
    : undefined;
};

const checks: readonly Check[] = [
  lengthIsOne,
  warmupIsOne,
  warmupFits,
  methodFitsGraph,
  softTargetsHaveGraph,
  labelTreeFits,
  pairsFitMethod,
  prototypesFitMethod,
  perplexityFitsBatch,
  viewsFitMethod,
  headsDivideWidth,
  patchesFillView,
  nesterovHasMomentum,
  fractionsSumToOne,
];

export function checkTogether(config: ParsedTrainConfig): Finding[] {
  return checks.map((check) => check(config)).filter((finding) => finding !== undefined);
}
