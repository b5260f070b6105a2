// Rank 0's weights, optimizer and components on every rank: what it began with, or what it read from a checkpoint. Only rank 0
// has to see the run folder.
import { type Dtype, distributed, scoped, type Tensor, tensor, zeros } from '@xclr/torch';
import type { Checkpointed } from '../checkpoint.js';

/** What is sent as text, before the tensors. */
interface Header {
  readonly tensors: readonly (readonly [name: string, dtype: Dtype, shape: readonly number[]])[];
  readonly scalars: unknown;
  readonly components: Readonly<Record<string, unknown>>;
}

/** Every rank must call it, with parts made by the same settings. */
export function shareState(
  group: distributed.Group,
  { model, average = null, optimizer, optional, ...parts }: Checkpointed,
): void {
  const components = { ...parts.components, ...optional };
  distributed.broadcastAll(group, model.stateDict().values());
  if (average !== null) distributed.broadcastAll(group, average.values());
  const { tensors, scalars } = optimizer.stateDict();
  const header: Header = {
    tensors: [...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape]),
    scalars,
    components: Object.fromEntries(
      Object.entries(components).map(([name, component]) => [name, component.stateDict()]),
    ),
  };
  const shared = JSON.parse(shareText(group, JSON.stringify(header))) as Header;
  if (group.rank === 0) {
    distributed.broadcastAll(group, tensors.values());
    return;
  }
  scoped(() => {
    const received = new Map(
      shared.tensors.map(([name, dtype, shape]) => [name, zeros([...shape], { dtype })]),
    );
    distributed.broadcastAll(group, received.values());
    optimizer.loadStateDict({ tensors: received as Map<string, Tensor>, scalars: shared.scalars as never });
  });
  for (const [name, component] of Object.entries(components))
    component.loadStateDict(shared.components[name] as never);
}

/** Rank 0's text. */
function shareText(group: distributed.Group, own: string): string {
  return scoped(() => {
    const bytes = Buffer.from(own);
    const length = tensor(Int32Array.of(bytes.length)); // (1)
    group.broadcast_(length);
    const [count = 0] = length.toNumbers();
    const text = tensor(group.rank === 0 ? Uint8Array.from(bytes) : new Uint8Array(count)); // (count)
    group.broadcast_(text);
    return Buffer.from(text.toArray() as Uint8Array).toString();
  });
}
