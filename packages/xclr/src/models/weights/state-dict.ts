// Which part of a checkpoint is the state dict: checkpoints nest it beside the optimizer, the epoch and the like.
import { UserError } from '../../util/errors.js';
import { isTensor } from './pytorch/values.js';

export type StateDict = ReadonlyMap<string, unknown>;

export interface FoundStateDict {
  readonly state: StateDict;
  /** Keys that lead to it, e.g. ['state_dict']; empty where the checkpoint is the state dict. */
  readonly keys: readonly string[];
  /** Where others lie that were not taken, e.g. ['student']. */
  readonly others: readonly string[];
}

/** Keys of parts that hold tensors and are no weights. */
const noWeights = /optim|sched|scaler|loss|queue|rng|args|config/i;

/** Which of several state dicts is meant, most wanted first: the weights as evaluated by those who trained them. */
const preferred = [
  'state_dict',
  'model_state_dict',
  'model',
  'teacher',
  'encoder',
  'backbone',
  'net',
  'network',
  'module',
];

/** Fewer tensors than this make no encoder. */
const fewest = 4;

/** @throws {UserError} where there is none, or where nothing tells which of several is meant */
export function findStateDict(root: unknown, where: string): FoundStateDict {
  const all = candidates(root, []);
  const [first] = all;
  if (first === undefined) {
    throw new UserError(
      `weights ${where}: it holds no tensors by name (${describe(root)})`,
      "Save a state dict in Python: torch.save(model.state_dict(), 'weights.pth').",
    );
  }
  if (all.length === 1) return { ...first, others: [] };
  const rank = ({ keys }: Candidate) => {
    const place = preferred.indexOf(keys.at(-1) ?? '');
    return place === -1 ? preferred.length : place;
  };
  const sorted = all.toSorted((a, b) => rank(a) - rank(b));
  const [best, next] = sorted as [Candidate, Candidate];
  const names = all.map(({ keys }) => keys.join('.'));
  if (rank(best) === rank(next)) {
    throw new UserError(
      `weights ${where}: it holds several state dicts, and nothing says which is meant: ${names.join(', ')}`,
      `Save one of them in Python: torch.save(torch.load('${where}')['${names[0]}'], 'weights.pth').`,
    );
  }
  return { ...best, others: names.filter((name) => name !== best.keys.join('.')) };
}

interface Candidate {
  readonly state: StateDict;
  readonly keys: readonly string[];
}

function candidates(value: unknown, keys: readonly string[]): Candidate[] {
  if (!(value instanceof Map) || keys.length > 3) return [];
  let tensors = 0;
  for (const [key, one] of value) if (typeof key === 'string' && isTensor(one)) tensors++;
  if (tensors >= fewest) return [{ state: value as StateDict, keys }];
  return [...value].flatMap(([key, one]) =>
    typeof key === 'string' && !noWeights.test(key) ? candidates(one, [...keys, key]) : [],
  );
}

function describe(root: unknown): string {
  if (root instanceof Map) return `its keys are ${[...root.keys()].slice(0, 8).join(', ')}`;
  if (isTensor(root)) return 'it is one tensor';
  return `it is ${Array.isArray(root) ? 'a list' : root === null ? 'None' : `a ${typeof root}`}`;
}
