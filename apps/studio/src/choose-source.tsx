// Chooses one of the files of a kind that were found.
import type { SourceSummary } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import type { Live } from './live.js';

export function useSource(
  live: Live,
  kind: SourceSummary['kind'],
): { source: SourceSummary | undefined; sources: readonly SourceSummary[]; choose: (id: string) => void } {
  const [asked, choose] = useParam(kind);
  const sources = live.sources.filter((one) => one.kind === kind);
  return { source: sources.find(({ id }) => id === asked) ?? sources[0], sources, choose };
}

export interface ChooseSourceProps {
  readonly label: string;
  readonly source: SourceSummary;
  readonly sources: readonly SourceSummary[];
  readonly choose: (id: string) => void;
}

export function ChooseSource({ label, source, sources, choose }: ChooseSourceProps) {
  return (
    <label>
      {label}
      <select value={source.id} onChange={(event) => choose(event.currentTarget.value)}>
        {sources.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
